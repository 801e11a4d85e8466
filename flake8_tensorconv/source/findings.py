"""What the analysis tells the user: findings, where they point, why, and how to mend them."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Certainty(enum.Enum):
    """How much of the claim the file itself shows."""

    PROVEN = "proven"
    POSSIBLE = "possible"


class Applicability(enum.Enum):
    """May a fix be applied unasked?

    SAFE: wherever the old code ran without error, the new code gives the same result.
    UNSAFE: behaviour changes on purpose, or the receiver is not known to be a torch tensor.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of source text.

    Lines are 1-based, columns 0-based and counted in characters (as flake8 wants them from a
    plugin); `end_column` is the first column behind the text.
    """

    line: int
    column: int
    end_line: int
    end_column: int

    def below(self, lines: int) -> Span:
        """The span where as many more lines stand before it."""
        return Span(self.line + lines, self.column, self.end_line + lines, self.end_column)


@dataclass(frozen=True)
class Step:
    """One line of a finding's explanation: what happened to the value, and where.

    Attributes:
        span: the place.
        text: what happened.
        path: the file it is in, absolute; "" for the one that the finding is in.
    """

    span: Span
    text: str
    path: str = ""


@dataclass(frozen=True)
class Edit:
    """Replace the text of `span` by `text`."""

    span: Span
    text: str


@dataclass(frozen=True)
class Fix:
    """The edits that mend one finding, applied together or not at all."""

    applicability: Applicability
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Finding:
    """One report.

    Attributes:
        code: the rule's code, such as "TNC101".
        name: the rule's name, such as "requires-grad".
        message: one line without code or position.
        span: the name of the offending method or function.
        subject: the expression whose value is at fault, for underlining in an excerpt.
        certainty: proven or possible.
        fix: the mending edits, or None where the rule offers none here.
        trace: why the analysis believes this, in the order in which it happens.
        lines: first and last line of the offending call; a `# noqa` on any of them silences it.
    """

    code: str
    name: str
    message: str
    span: Span
    subject: Span
    certainty: Certainty
    fix: Fix | None
    trace: tuple[Step, ...]
    lines: tuple[int, int]
