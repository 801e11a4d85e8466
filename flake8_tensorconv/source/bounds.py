"""How much source text is looked at: what lies beyond would cost gigabytes, or kill the parser."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

#: The largest file, in bytes. Its trees take about a hundred times as much memory.
MAX_BYTES: Final = 4_000_000
#: The longest chain. libcst's parser descends once for each link of it: the time grows by the
#: square of their number, and at about 7,000 links the stack of the process overflows where that
#: is 8 MiB.
MAX_CHAIN: Final = 1_000

#: The longest chain of operators, attributes, subscripts and calls: `x.abs().abs()` has four links.
MAX_LINKS: Final = 1_000

#: The deepest nesting of brackets in the pattern of a `case`: with each level more, libcst's parser
#: takes two to four times as long.
MAX_PATTERN: Final = 8

_DOT = re.compile(r"\.[ \t\\\r\n]*\w")
_BRACKET = re.compile(r"[()\[\]{}]")
_CASE = re.compile(r"^[ \t]*case\b", re.MULTILINE)
_WORD = re.compile(r"\b(?:and|or)\b")


def too_large(size: int) -> str | None:
    """Say that a file of so many bytes is too large; None if it is not."""
    if size <= MAX_BYTES:
        return None
    return f"too large: {size / 1e6:.1f} MB, and the limit is {MAX_BYTES / 1e6:.0f} MB"


def too_long(text: str, tree: ast.Module) -> int | None:
    """Find something on which libcst's parser would end the process, or never end.

    Python's own parser bounds the depth of everything that nests in its tree. What remains is what
    stands side by side there (the parts of a dotted name, the operands of `and` and `or`), and
    patterns.

    Args:
        text: the source.
        tree: the same as parsed by `ast`.

    Returns:
        The 1-based line of the first such place, or None.
    """
    for statement in _long_statements(text, tree):
        line = _too_many_links(statement)
        if line is not None:
            return line
    if not _may_be_too_long(text):
        return None
    lines = text.splitlines()
    for node in ast.walk(tree):
        match node:
            case ast.BoolOp(values=values) if len(values) > MAX_CHAIN:
                return node.lineno
            case ast.Import(names=names) if any(a.name.count(".") > MAX_CHAIN for a in names):
                return node.lineno
            case ast.ImportFrom(module=str(module)) if module.count(".") > MAX_CHAIN:
                return node.lineno
            case ast.match_case(pattern=pattern, body=[first, *_]):
                head = "\n".join(lines[pattern.lineno - 1 : first.lineno])
                if _depth(head) > MAX_PATTERN:
                    return pattern.lineno
    return None


def _long_statements(text: str, tree: ast.Module) -> Iterator[ast.AST]:
    """The statements that are long enough for a chain that is too long, without their bodies."""
    if len(text) < _LEAST * MAX_LINKS:
        return
    starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        inner = [each for name in _BODIES for each in getattr(node, name, ())]
        todo += inner
        start, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        stop = min(getattr(inner[0], "lineno", end) if inner else end, len(starts) - 1)
        if start and starts[stop] - starts[start - 1] > _LEAST * MAX_LINKS:
            yield node


#: Where a node holds statements, or what holds statements.
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
#: Characters that a link takes at least.
_LEAST = 2


def _too_many_links(statement: ast.AST) -> int | None:
    links: dict[ast.AST, int] = {}
    for node in ast.walk(statement):  # what stands on the left comes behind what it is a part of
        left = _left(node)
        if left is not None:
            links[left] = links.get(node, 0) + 1
            if links[left] > MAX_LINKS:
                return left.lineno
    return None


def _left(node: ast.AST) -> ast.expr | None:
    """What an operator, attribute, subscript or call works on."""
    match node:
        case ast.BinOp(left=left):
            return left
        case ast.Attribute(value=left) | ast.Subscript(value=left) | ast.Call(func=left):
            return left
    return None


def _may_be_too_long(text: str) -> bool:
    """Say quickly no for nearly all files."""
    if _CASE.search(text) is not None and _depth(text) > MAX_PATTERN:
        return True
    if max(text.count("."), text.count("and") + text.count("or")) <= MAX_CHAIN:
        return False
    return max(_count(_DOT, text), _count(_WORD, text)) > MAX_CHAIN


def _depth(text: str) -> int:
    """How deeply brackets are nested, those in strings and comments counted as well."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth = max(depth + (1 if bracket in "([{" else -1), 0)
        deepest = max(deepest, depth)
    return deepest


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))
