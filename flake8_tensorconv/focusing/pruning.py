"""Leaving statements out of a tree, which others have in their hands too."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Set

from flake8_tensorconv.syntax import FUNCTIONS

_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


def pruned(tree: ast.Module, dropped: Iterable[ast.stmt]) -> ast.Module:
    """A module without some of its statements; what stays is shared with the old one.

    Args:
        tree: the module.
        dropped: statements of it, none inside a function.
    """
    gone = frozenset(dropped)
    if not gone:
        return tree
    return ast.Module(_kept(tree.body, gone), tree.type_ignores)


def _kept(body: list[ast.stmt], gone: Set[ast.stmt]) -> list[ast.stmt]:
    return [_without(each, gone) for each in body if each not in gone]


def _without(node: ast.stmt, gone: Set[ast.stmt]) -> ast.stmt:
    """The statement itself, or a copy that lacks some of those in it."""
    if isinstance(node, FUNCTIONS):
        return node
    for name in _BODIES:
        held = getattr(node, name, None)
        if not held:
            continue
        kept = _kept(held, gone)
        if len(kept) < len(held) or any(a is not b for a, b in zip(kept, held)):
            node = copy.copy(node)
            if not kept and name == "body":
                kept = [ast.copy_location(ast.Pass(), held[0])]
            setattr(node, name, kept)
    return node
