"""Leaving statements out of a text so that everything else keeps its place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from flake8_tensorconv.focusing.outline import Definition

_LINE_END = re.compile(r"\r\n|\r|\n")


def blank(text: str, dropped: Iterable[ast.stmt]) -> str:
    """Put an empty string literal of as many lines in the place of each statement.

    A literal leaves no block without a body, and costs libcst's parser less than empty lines.

    Args:
        text: the source.
        dropped: statements of it, none inside another.
    """
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
    pieces = []
    done = 0
    for statement in sorted(dropped, key=lambda each: each.lineno):
        start = _start(text, starts, statement)
        end = _offset(text, starts, statement.end_lineno or 0, statement.end_col_offset or 0)
        if start is not None:
            pieces += [text[done:start], '"""', *_LINE_END.findall(text, start, end), '"""']
            done = end
    return "".join([*pieces, text[done:]])


def _start(text: str, starts: list[int], statement: ast.stmt) -> int | None:
    """Where a statement starts, decorators included; None where that is hard to tell."""
    if not isinstance(statement, Definition) or not statement.decorator_list:
        return _offset(text, starts, statement.lineno, statement.col_offset)
    first = min(decorator.lineno for decorator in statement.decorator_list)
    start = starts[first - 1] + statement.col_offset
    return start if text.startswith("@", start) else None


def _offset(text: str, starts: list[int], line: int, column: int) -> int:
    """The place of an `ast` position, of which the column counts bytes."""
    start = starts[line - 1]
    if text[start : start + column].isascii():
        return start + column
    end = starts[line] if line < len(starts) else len(text)
    return start + len(text[start:end].encode()[:column].decode())
