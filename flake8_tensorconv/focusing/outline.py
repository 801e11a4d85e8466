"""One walk over a file's `ast`: its scopes, what each mentions, and its nodes by type.

Everything that the focus asks of a file is answered from here, so that no file is walked twice.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, field

from flake8_tensorconv.syntax import BELOW, Definition, push

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_WORD = re.compile(r"\w+")
#: Longer strings are no quoted annotations and no names.
_LONGEST_NAME = 80


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class, function, lambda or droppable statement.

    Attributes:
        node: what it is.
        parent: the scope around it; None for the module.
        inner: the scopes directly in it.
        mentions: the names, attributes and words of short strings in it, but not in `inner`.
    """

    node: ast.AST
    parent: Scope | None
    inner: list[Scope] = field(default_factory=list)
    mentions: set[str] = field(default_factory=set)

    def all_mentions(self) -> set[str]:
        """What it and everything inside it mentions."""
        return self.mentions.union(*(each.all_mentions() for each in self.inner))


@dataclass(frozen=True)
class Outline:
    """A file at a glance.

    Attributes:
        scopes: all of it, the module first, outer ones before inner ones.
        nodes: its nodes by type, each with the scope that it stands in. Names, constants and
            others that nobody asks for are left out.
    """

    scopes: list[Scope]
    nodes: dict[type[ast.AST], list[tuple[ast.AST, Scope]]]


@dataclass(frozen=True)
class Names:
    """What is done with names somewhere in a file.

    Attributes:
        called: the last part of every name that is called, or handed on like a value.
        declared_global: the names in `global` statements.
    """

    called: frozenset[str]
    declared_global: frozenset[str]


#: The types of which an outline lists the nodes.
_LISTED = frozenset({
    ast.Attribute, ast.Call, ast.BinOp, ast.Compare, ast.Import, ast.ImportFrom, ast.Global,
    ast.Nonlocal, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor,
    ast.comprehension, ast.withitem, ast.Return, ast.Yield, ast.YieldFrom, ast.Match,
    ast.Subscript,
})  # fmt: skip


def outline(tree: ast.Module) -> Outline:
    """Walk over a module once."""
    module = Scope(tree, None)
    scopes = [module]
    nodes: dict[type[ast.AST], list[tuple[ast.AST, Scope]]] = defaultdict(list)
    for statement in tree.body:
        if is_renaming(statement):
            module.inner.append(Scope(statement, module))
    scopes.extend(module.inner)
    for scope in scopes:  # grows
        mentions = scope.mentions
        todo = _start(scope.node)
        while todo:
            node = todo.pop()
            kind = type(node)
            if isinstance(node, ast.Name):
                mentions.add(node.id)
                continue
            if isinstance(node, ast.Constant):
                if isinstance(node.value, str) and len(node.value) < _LONGEST_NAME:
                    mentions.update(_WORD.findall(node.value))
                continue
            if kind in _SCOPES:
                nodes[kind].append((node, scope))
                inner = Scope(node, scope)
                scope.inner.append(inner)
                scopes.append(inner)
                continue
            if isinstance(node, ast.Attribute):
                mentions.add(node.attr)
            if kind in _LISTED:
                nodes[kind].append((node, scope))
            for name in BELOW[kind]:  # as `push` does, but names are most of all nodes
                below = getattr(node, name, None)
                if type(below) is list:
                    todo.extend(filter(None, reversed(below)))
                elif type(below) is ast.Name:
                    mentions.add(below.id)
                elif below is not None:
                    todo.append(below)
    return Outline(scopes, nodes)


def names_in(outlined: Outline) -> Names:
    """What is done with names in a file."""
    called: set[str] = set()
    for node, _ in outlined.nodes.get(ast.Call, ()):
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute):
            called.add(node.func.attr)
        for each in (node.func, *node.args, *(keyword.value for keyword in node.keywords)):
            given = each.value if isinstance(each, ast.Starred) else each
            if isinstance(given, ast.Name):
                called.add(given.id)
    declared_global: set[str] = set()
    for node, _ in outlined.nodes.get(ast.Global, ()):
        assert isinstance(node, ast.Global)
        declared_global.update(node.names)
    return Names(frozenset(called), frozenset(declared_global))


def _start(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Module):
        return [each for each in reversed(node.body) if not is_renaming(each)]
    if not isinstance(node, _SCOPES):
        return [node]
    todo: list[ast.AST] = []
    push(todo, node)
    return todo


def is_renaming(node: ast.stmt) -> bool:
    """Does a statement do nothing but give names to names (`Old = New`), or list them?"""
    if not isinstance(node, ast.Assign):
        return False
    if not all(isinstance(target, ast.Name) for target in node.targets):
        return False
    return isinstance(node.value, ast.Name) or "__all__" in bound_names(node)


def bound_names(node: ast.stmt) -> frozenset[str]:
    """The names that a definition or a renaming binds, and those that lead to an overload."""
    if isinstance(node, Definition):
        return frozenset({node.name, *overloaded(node)})
    assert isinstance(node, ast.Assign)
    return frozenset(target.id for target in node.targets if isinstance(target, ast.Name))


def overloaded(node: ast.AST) -> list[str]:
    """The functions of which a definition becomes an overload: `@name.register(...)`."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    asked = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    holders = (
        each.value for each in asked if isinstance(each, ast.Attribute) and each.attr == "register"
    )
    return [each.id for each in holders if isinstance(each, ast.Name)]
