"""Where something that may be a tensor is sliced with a negative step."""

from __future__ import annotations

import ast
from collections.abc import Set

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.selection.flow.graph import Kind
from flake8_tensorconv.selection.flow.kinds import Kinds


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
    for node, scope in index.nodes.get(ast.Subscript, ()):
        assert isinstance(node, ast.Subscript)
        if scope in known or scope in scopes or not _steps_backwards(node.slice):
            continue
        if kinds.may_be(node.value, scope) & Kind.TENSOR:
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
