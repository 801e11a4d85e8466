"""One walk over a file's `ast`: its scopes, what each mentions and binds, its nodes by type."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, field

from flake8_tensorconv.index.syntax import BELOW, DEFINITIONS, Definition, push

_SCOPES = (*DEFINITIONS, ast.Lambda)
_WORD = re.compile(r"\w+")
#: Longer strings are no quoted annotations and no names.
_LONGEST_NAME = 80


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class, function, lambda, or statement that only gives names to names.

    Attributes:
        node: what it is.
        parent: the scope around it; None for the module.
        inner: the scopes directly in it.
        mentions: the names, attributes and words of short strings in it, but not in `inner`.
        stored: the names that statements and expressions in it give a value; no definitions,
            imports or parameters.
        looped: the names that comprehensions in it give a value, each for itself alone.
    """

    node: ast.AST
    parent: Scope | None
    inner: list[Scope] = field(default_factory=list)
    mentions: set[str] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    looped: set[str] = field(default_factory=set)

    def all_mentions(self) -> set[str]:
        """What it and everything inside it mentions."""
        return self.mentions.union(*(each.all_mentions() for each in self.inner))


#: The nodes of a file by type, each with the scope that it stands in.
Nodes = dict[type[ast.AST], list[tuple[ast.AST, Scope]]]

#: Nodes that bind a name which is no `Name`.
_NAMING = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)
#: The types of which the nodes are listed.
_LISTED = frozenset({
    ast.Attribute, ast.Call, ast.BinOp, ast.Compare, ast.Import, ast.ImportFrom, ast.Global,
    ast.Nonlocal, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor,
    ast.comprehension, ast.withitem, ast.Return, ast.Yield, ast.YieldFrom, ast.Match,
    ast.Subscript, ast.UnaryOp, ast.If, ast.IfExp, *_NAMING,
})  # fmt: skip


def walk_scopes(tree: ast.Module) -> tuple[list[Scope], Nodes]:
    """Walk over a module once.

    Returns:
        Its scopes, the module first, outer ones before inner ones; and its nodes by type. Names,
        constants and others that nobody asks for are left out of these.
    """
    module = Scope(tree, None)
    scopes = [module]
    nodes: Nodes = defaultdict(list)
    for statement in tree.body:
        if is_renaming(statement):
            module.inner.append(Scope(statement, module))
    scopes.extend(module.inner)
    for scope in scopes:  # grows
        mentions, stored = scope.mentions, scope.stored
        todo = _start(scope.node)
        while todo:
            node = todo.pop()
            kind = type(node)
            if isinstance(node, ast.Name):
                mentions.add(node.id)
                if type(node.ctx) is ast.Store:
                    stored.add(node.id)
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
                if isinstance(node, ast.comprehension):
                    _loop(node, scope, todo)
                    continue
            for name in BELOW[kind]:  # as `push` does, but names are most of all nodes
                below = getattr(node, name, None)
                if type(below) is list:
                    todo.extend(filter(None, reversed(below)))
                elif type(below) is ast.Name:
                    mentions.add(below.id)
                    if type(below.ctx) is ast.Store:
                        stored.add(below.id)
                elif below is not None:
                    todo.append(below)
    for kind in _NAMING:
        for node, scope in nodes.get(kind, ()):
            if (bound := getattr(node, "rest" if kind is ast.MatchMapping else "name")) is not None:
                scope.stored.add(bound)
    return scopes, nodes


def _start(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Module):
        return [each for each in reversed(node.body) if not is_renaming(each)]
    if not isinstance(node, _SCOPES):
        return [node]
    todo: list[ast.AST] = []
    push(todo, node)
    return todo


def _loop(node: ast.comprehension, scope: Scope, todo: list[ast.AST]) -> None:
    """The targets of a comprehension are bound in it alone; all else goes on like elsewhere."""
    push(todo, node)
    targets = [todo.pop()]
    while targets:
        target = targets.pop()
        if isinstance(target, ast.Name):
            scope.mentions.add(target.id)
            scope.looped.add(target.id)
        elif isinstance(target, (ast.Tuple, ast.List, ast.Starred)):
            push(targets, target)
        else:
            todo.append(target)


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


def imported_root(alias: ast.alias) -> str:
    """The variable that `import a.b` or `from m import a` binds."""
    return alias.asname or alias.name.partition(".")[0]
