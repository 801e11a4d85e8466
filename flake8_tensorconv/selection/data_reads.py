"""Where a module computes with the `.data` of an attribute that it uses in no other way."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.knowledge.trained import ASKED, MAKING


def data_scopes(index: Index) -> set[Scope]:
    """The methods that read `self.name.data`, and all methods that mention such a name.

    Only in classes with a `forward` and something that is called a parameter.
    """
    own = list(_own(index))
    read = {id(node.value) for node, _ in own if node.attr == "data"}
    harmless = {id(node.value) for node, _ in own if node.attr == "data" or node.attr in ASKED}
    candidates: dict[str, set[Scope]] = {}
    used: set[tuple[str, Scope]] = set()
    for node, scope in _attributes(index):
        if not _is_self(node.value) or isinstance(node.ctx, ast.Store):
            continue
        owner = _owner(scope)
        if owner is None:
            continue
        if id(node) in read:
            candidates.setdefault(node.attr, set()).add(owner)
        elif id(node) not in harmless:
            used.add((node.attr, owner))
    names = {
        name
        for name, owners in candidates.items()
        if any((name, owner) not in used and _has_parameters(owner) for owner in owners)
    }
    return (
        {
            scope
            for scope in index.scopes
            if isinstance(scope.node, ast.FunctionDef)
            and scope.parent is not None
            and isinstance(scope.parent.node, ast.ClassDef)
            and not names.isdisjoint(scope.all_mentions())
        }
        if names
        else set()
    )


def _attributes(index: Index) -> Iterator[tuple[ast.Attribute, Scope]]:
    for node, scope in index.nodes.get(ast.Attribute, ()):
        if isinstance(node, ast.Attribute):
            yield node, scope


def _own(index: Index) -> Iterator[tuple[ast.Attribute, Scope]]:
    """`self.name.attr`"""
    for node, scope in _attributes(index):
        if isinstance(node.value, ast.Attribute) and _is_self(node.value.value):
            yield node, scope


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _owner(scope: Scope) -> Scope | None:
    """The class in one of whose methods a scope lies; None in a method that makes parameters."""
    while scope.parent is not None:
        if isinstance(scope.parent.node, ast.ClassDef):
            made = isinstance(scope.node, ast.FunctionDef) and scope.node.name.startswith(MAKING)
            return None if made else scope.parent
        scope = scope.parent
    return None


def _has_parameters(owner: Scope) -> bool:
    return bool(owner.all_mentions() & {"Parameter", "register_parameter"}) and any(
        isinstance(each.node, ast.FunctionDef) and each.node.name == "forward"
        for each in owner.inner
    )
