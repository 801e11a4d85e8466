"""The statements of a file that libcst has to see: those in which something is flagged.

libcst's parser takes ten times as long as Python's own, and what it makes is dear to walk over.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flake8_tensorconv.index.spans import Source
from flake8_tensorconv.index.syntax import DEFINITIONS

#: Under which an indented statement may stand.
_HEADER = "class _:\n"


@dataclass(frozen=True)
class Excerpt:
    """Statements of a file, as a module of their own.

    Attributes:
        text: the module.
        before: how many lines of the file lie before those of the module.
    """

    text: str
    before: int


@dataclass(frozen=True)
class _Block:
    """Lines of a file that are parsed together.

    Attributes:
        first, last: 1-based.
        indented: they stand in the body of a class.
        footer: what they lack to be whole.
    """

    first: int
    last: int
    indented: bool
    footer: str = ""


def excerpts(source: Source, tree: ast.Module, lines: Iterable[int]) -> list[Excerpt]:
    """Cut out the statements that stand on some lines.

    Args:
        source: the text of the file.
        tree: the same as parsed.
        lines: 1-based numbers of lines.
    """
    wanted = sorted(set(lines))
    found: list[Excerpt] = []
    for block in _joined(_blocks(tree.body, False)):
        place = bisect_left(wanted, block.first)
        if place == len(wanted) or wanted[place] > block.last:
            continue
        start = source.lines.offset(block.first, 0)
        text = source.text[start : source.lines.offset(block.last + 1, 0)] + block.footer
        before = block.first - 1
        if block.indented:
            text, before = _HEADER + text, before - 1
        found.append(Excerpt(text, before))
    return found


def _blocks(body: list[ast.stmt], indented: bool) -> Iterator[_Block]:
    """The statements of a body, those of classes one by one."""
    for each in body:
        first, last = _first_line(each), each.end_lineno or each.lineno
        inside = _first_line(each.body[0]) if isinstance(each, ast.ClassDef) else 0
        if not isinstance(each, ast.ClassDef) or inside <= each.lineno:
            yield _Block(first, last, indented)
            continue
        # Its decorators and bases are a class that lacks a body.
        yield _Block(first, inside - 1, indented, " " * each.body[0].col_offset + "pass\n")
        yield from _blocks(each.body, True)


def _joined(blocks: Iterable[_Block]) -> list[_Block]:
    """The blocks, those on the same line made one."""
    found: list[_Block] = []
    for block in blocks:
        if found and block.first <= found[-1].last:
            before = found.pop()
            block = _Block(before.first, max(before.last, block.last), before.indented)
        found.append(block)
    return found


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, DEFINITIONS) else []
    return min([node.lineno, *(each.lineno for each in decorators)])
