"""Where something that may be a tensor is sliced with a negative step."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.selection.calls import parameters
from flake8_tensorconv.selection.flows import Kind
from flake8_tensorconv.selection.kinds import Kinds

_LISTS = frozenset({"list", "sorted", "reversed", "zip", "ModuleList", "ParameterList"})
_LIST_TYPES = frozenset({"list", "List", "Sequence", "tuple", "Tuple", "Iterable"})
_FILLING = frozenset({"append", "extend", "insert"})


def backwards_scopes(text: str, index: Index, kinds: Kinds, known: Set[Scope]) -> set[Scope]:
    """The scopes in which what may be a tensor is sliced with a negative step.

    Args:
        text: the source.
        index: the same, walked over.
        kinds: what its names may hold.
        known: scopes that are looked at anyway.
    """
    scopes: set[Scope] = set()
    if ":-" not in text and ": -" not in text:
        return scopes
    lists: set[str] | None = None
    for node, scope in index.nodes.get(ast.Subscript, ()):
        assert isinstance(node, ast.Subscript)
        if scope in known or scope in scopes or not _steps_backwards(node.slice):
            continue
        lists = set(_lists(index)) if lists is None else lists
        if _name(node.value) not in lists and kinds.may_be(node.value, scope) & Kind.TENSOR:
            scopes.add(scope)
    return scopes


def _steps_backwards(index: ast.expr) -> bool:
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return any(
        isinstance(part, ast.Slice)
        and isinstance(part.step, ast.UnaryOp)
        and isinstance(part.step.op, ast.USub)
        for part in parts
    )


def _lists(index: Index) -> Iterator[str]:
    """The names of what is a list somewhere in the file; lists are what most code turns round."""
    for node, _ in index.nodes.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        if _is_list(node.value):
            yield from map(_name, node.targets)
    for node, _ in index.nodes.get(ast.AnnAssign, ()):
        assert isinstance(node, ast.AnnAssign)
        if _name(node.annotation) in _LIST_TYPES:
            yield _name(node.target)
    for node, _ in index.nodes.get(ast.Call, ()):
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _FILLING:
            yield _name(node.func.value)
    for scope in index.scopes:
        if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for each in parameters(scope.node.args):
                if each.annotation is not None and _name(each.annotation) in _LIST_TYPES:
                    yield each.arg


def _is_list(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return _name(node.func) in _LISTS
    return isinstance(node, (ast.List, ast.ListComp, ast.Tuple))


def _name(node: ast.expr) -> str:
    """The last name of `x`, `self.x` or `x[...]`; "" for anything else."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
