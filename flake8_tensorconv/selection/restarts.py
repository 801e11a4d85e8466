"""Where a tensor is made of what was computed, and made to require grad."""

from __future__ import annotations

import ast

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.selection.makers import makers


def restarting_scopes(text: str, index: Index) -> set[Scope]:
    """The scopes in which a graph begins with a tensor that is made of something computed.

    Args:
        text: the source.
        index: the same, walked over.
    """
    if "requires_grad" not in text or ".backward(" not in text:
        return set()
    made = [(node, scope) for node, scope in makers(index) if _is_of_computed(node)]
    asked = {scope for node, scope in made if any(map(_asks, node.keywords))}
    switched = {
        scope
        for node, scope in index.nodes.get(ast.Attribute, ())
        if isinstance(node, ast.Attribute)
        and (
            node.attr == "requires_grad_"
            or (node.attr == "requires_grad" and isinstance(node.ctx, ast.Store))
        )
    }
    return asked | switched.intersection(scope for _, scope in made)


def _asks(keyword: ast.keyword) -> bool:
    """`requires_grad=True`, or what is not known to be false."""
    off = isinstance(keyword.value, ast.Constant) and not keyword.value.value
    return keyword.arg == "requires_grad" and not off


def _is_of_computed(node: ast.Call) -> bool:
    """Is it made of something else than numbers that are written out?"""
    given = node.args[0] if node.args else None
    return given is not None and any(isinstance(each, ast.Name) for each in ast.walk(given))
