"""Small helpers over libcst trees, without libcst's visitors or metadata."""

from __future__ import annotations

import ast
import dataclasses
import functools
from collections.abc import Iterator
from typing import cast

import libcst as cst

_SKIPPED_TYPES = (
    cst.BaseParenthesizableWhitespace,
    cst.TrailingWhitespace,
    cst.EmptyLine,
    cst.Comma,
    cst.LeftParen,
    cst.RightParen,
    cst.MaybeSentinel,
    cst.Dot,
)
_MAX_EXCERPT = 60


class _Fields(dict[type, tuple[str, ...]]):
    """The fields of a type of nodes that may hold what carries meaning."""

    def __missing__(self, node_type: type[cst.CSTNode]) -> tuple[str, ...]:
        fields = self[node_type] = tuple(
            f.name
            for f in dataclasses.fields(node_type)
            if not f.name.startswith(_TRIVIA) and f.name not in _PUNCTUATION
        )
        return fields


class _Meaning(dict[type, bool]):
    """Does a thing of this type carry meaning?"""

    def __missing__(self, kind: type) -> bool:
        found = issubclass(kind, cst.CSTNode) and not issubclass(kind, _SKIPPED_TYPES)
        self[kind] = found
        return found


_TRIVIA = ("whitespace", "leading_", "lines_after", "semicolon", "comma")
_PUNCTUATION = ("lpar", "rpar", "header", "footer", "equal", "dot")
#: Filled as types are met: asking a dictionary costs half of what a cached function does.
_FIELDS, _MEANING = _Fields(), _Meaning()


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The child nodes that carry meaning, in the order of their fields."""
    found: list[cst.CSTNode] = []
    for name in _FIELDS[type(node)]:
        child = getattr(node, name)
        kind = type(child)
        if kind is list or kind is tuple:
            found += [each for each in child if _MEANING[type(each)]]
        elif _MEANING[kind]:
            found.append(child)
    return found


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The node and all below it that carry meaning."""
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(children(node))


def is_path(node: cst.BaseExpression) -> bool:
    """Does an expression, or each element of a tuple, lead from a name by attributes and items?"""
    if isinstance(node, cst.Tuple):
        return all(is_path(each.value) for each in node.elements)
    while isinstance(node, (cst.Attribute, cst.Subscript)):
        node = node.value
    return isinstance(node, (cst.Name, cst.BaseNumber, cst.BaseString))


def dotted_name(node: cst.BaseExpression) -> str | None:
    """`a.b.c` as text if the expression is a plain chain of names."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    parts.append(node.value)
    return ".".join(reversed(parts))


@functools.lru_cache(maxsize=1)
def _empty_module() -> cst.Module:
    return cst.Module([])


def excerpt(node: cst.CSTNode) -> str:
    """The source of a node on one line, shortened in the middle if it is long."""
    text = " ".join(_empty_module().code_for_node(node).split())
    if len(text) <= _MAX_EXCERPT:
        return text
    half = (_MAX_EXCERPT - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


@functools.lru_cache(maxsize=4096)
def _literal(text: str) -> object:
    return ast.literal_eval(text)


_LITERALS = frozenset({cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString})


def literal(node: cst.BaseExpression) -> object:
    """The value of a literal number or string.

    Raises:
        ValueError: it is not one.
    """
    if type(node) not in _LITERALS:  # `isinstance` is dear: libcst's classes are abstract ones
        raise ValueError("not a literal")
    text = cast(cst.SimpleString, node).value
    try:
        return _literal(text)
    except SyntaxError as error:
        raise ValueError(text) from error


def body_statements(body: cst.BaseSuite) -> Iterator[cst.BaseStatement | cst.BaseSmallStatement]:
    """The statements of a suite, `a; b` lines taken apart."""
    for statement in body.body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield from statement.body
        else:
            yield statement


def called_name(node: cst.Call) -> cst.CSTNode:
    """The name by which a call names what it calls: `numpy` in `x.numpy()`."""
    func = node.func
    while type(func) is cst.Call:  # getattr(x, "numpy")()
        func = func.func
    return func.attr if type(func) is cst.Attribute else func
