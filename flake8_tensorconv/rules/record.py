"""The one record that a rule is: data for docs, tests and verification, and its check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from flake8_tensorconv.config import Options
    from flake8_tensorconv.events.records import Event
    from flake8_tensorconv.locations.provenance import Reason
    from flake8_tensorconv.source.findings import Applicability, Certainty


@dataclass(frozen=True)
class Replacement:
    """A fix as the rules write it: one expression of the tree becomes another.

    Attributes:
        applicability: may it be applied unasked?
        old: the expression.
        new: what it becomes: an expression built of new nodes and of those of the tree, which stay
            as they are written.
        also: more of both, for a fix of several places.
    """

    applicability: Applicability
    old: ast.expr
    new: ast.expr
    also: tuple[tuple[ast.expr, ast.expr], ...] = ()

    @property
    def pairs(self) -> tuple[tuple[ast.expr, ast.expr], ...]:
        """The old and the new expression of each place."""
        return ((self.old, self.new), *self.also)


@dataclass(frozen=True)
class Report:
    """What a rule says about one event; it becomes a `Finding` once positions are known.

    Attributes:
        message: one line without code or position. `{operand}`, `{call}` and their like
            `{call.value}` stand for the source of that part of the event, `{fix}` for what the fix
            writes.
        certainty: proven or possible.
        reason: why, as the last link of a chain of reasons; None if there is nothing to tell.
        fix: the replacement that mends it, if the rule has one here.
        claim: what the reasons show of the operand, as a predicate such as "requires grad"; empty
            where they say it themselves.
    """

    message: str
    certainty: Certainty
    reason: Reason | None
    fix: Replacement | None
    claim: str = ""


@dataclass(frozen=True)
class Example:
    """A program that shows the rule at work. Every example is executed by the tests.

    Attributes:
        bad: a complete program with a `# <- CODE` comment on each line with a finding; the code
            stands there once a finding.
        fixed: what `tensorconv fix --unsafe-fixes` makes of it; None where the rule has no fix.
        cpu: the exception that `bad` raises on a machine without an accelerator, as
            "Type: start of message"; None if it runs there.
        accelerator: the same on a machine where "cuda" exists.
        otherwise: what another version or build of torch raises instead, on either machine.
    """

    bad: str
    fixed: str | None
    cpu: str | None
    accelerator: str | None
    otherwise: str | None = None


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        code: "TNC" and three digits.
        name: a few words in kebab-case.
        summary: one line for tables: what is reported.
        certainty: what the rule's findings claim.
        default: reported unless switched off?
        fixes: the most that its fix can be applied with; None if it never has one.
        min_torch: the oldest torch in which the reported behaviour exists, or None for all.
        doc: Markdown under ruff's headings: What it does, Why is this bad?, Example,
            Use instead, Fix safety, References.
        examples: programs that show the symptom, and what the fix makes of them.
        silent: programs of correct code on which nothing may be reported.
        event: the kind of event that it looks at, or several.
        check: looks at one such event and reports or stays silent.
    """

    code: str
    name: str
    summary: str
    certainty: Certainty
    default: bool
    fixes: Applicability | None
    min_torch: tuple[int, int] | None
    doc: str
    examples: tuple[Example, ...]
    silent: tuple[str, ...]
    event: type[Event] | tuple[type[Event], ...]
    check: Callable[[Any, Options], Report | None]
