"""Form feeds in indentation: Python begins to count anew behind them, and libcst does not."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flake8_tensorconv.source.findings import Span

_BEFORE = re.compile(r"[ \t\f]*\f")
#: They begin no logical line.
_EMPTY = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT})


@dataclass(frozen=True)
class Unfed:
    """A text without what stands in front of its form feeds, and with every line in its place.

    Attributes:
        text: the text.
        removed: how many characters are missing at the beginning of which 1-based lines.
    """

    text: str
    removed: Mapping[int, int]

    def original(self, span: Span) -> Span:
        """Where in the text as it was a span of this one is."""
        return Span(
            span.line,
            span.column + self.removed.get(span.line, 0),
            span.end_line,
            span.end_column + self.removed.get(span.end_line, 0),
        )


def unfed(text: str) -> Unfed:
    """Leave out the form feeds in front of statements, and the spaces before them.

    Args:
        text: the source, which is valid Python.
    """
    if "\f" not in text:
        return Unfed(text, {})
    lines = list(io.StringIO(text, newline=""))  # a form feed does not end one
    removed = {}
    for number in _logical_lines(text):
        if number <= len(lines) and (found := _BEFORE.match(lines[number - 1])) is not None:
            removed[number] = found.end()
            lines[number - 1] = lines[number - 1][found.end() :]
    return Unfed("".join(lines), removed)


def _logical_lines(text: str) -> Iterator[int]:
    """The lines in which statements and clauses begin."""
    begins = True
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            if begins and token.type not in _EMPTY:
                yield token.start[0]
                begins = False
            begins = begins or token.type == tokenize.NEWLINE
    except (tokenize.TokenError, SyntaxError):
        return  # the pure tokenizer is stricter than Python's parser
