"""Which functions, classes and methods of a file the analysis has to see.

A *part* is what can be left out of a file on its own: a function or class at the top level, a
method of such a class, or a statement that only gives names to names. All other statements stay.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope, bound_names
from flake8_tensorconv.index.syntax import walk

#: Python calls these by itself: an operator, a call or a loop may lead to them.
_IMPLICIT = re.compile(r"__\w+__|forward")

#: Callers are followed until the functions that can reach a site have more lines than this.
_MAX_LINES = 200


# Who can reach a site.


@dataclass(frozen=True, eq=False)
class _Callee:
    """A function of the file, wherever it stands, or another name for one.

    Attributes:
        scope: the function or renaming.
        owner: the class if it is a method.
        names: what it is called by: its own name, or that of the class that it initializes.
        mentions: all names and attributes in it.
    """

    scope: Scope
    owner: str | None
    names: frozenset[str]
    mentions: Set[str]

    @property
    def lines(self) -> int:
        node = self.scope.node
        assert isinstance(node, ast.stmt)
        return (node.end_lineno or node.lineno) - node.lineno + 1

    @property
    def called_implicitly(self) -> bool:
        return any(_IMPLICIT.fullmatch(name) for name in self.names)


def reaching(index: Index, sites: Set[Scope]) -> list[Scope]:
    """Find the functions with a site, and their callers, theirs, and so on.

    Callers tell what a function is given. In a long file, whose functions are called from
    elsewhere most of the time, only the nearest are asked.
    """
    callees = [_callee(scope) for scope in index.scopes if _may_be_called(scope.node)]
    holding = {scope for site in sites for scope in _around(site)}
    reached = {each: None for each in callees if each.scope in holding}
    lines = sum(each.lines for each in reached)
    todo = list(reached)
    mentioning = _by_name(callees)
    asked: set[str] = set()
    for callee in todo:  # grows
        names = set(callee.names)
        if callee.owner is not None and callee.called_implicitly:
            names.add(callee.owner)
        # Who mentions a name has been reached when it was asked for first, or there was no room.
        found = {place for name in names - asked for place in mentioning.get(name, ())}
        asked |= names
        if "__setitem__" in callee.names:
            found.update(
                place for place, each in enumerate(callees) if _assigns_own_item(each, callee.owner)
            )
        for each in (callees[place] for place in sorted(found)):
            if each not in reached and lines + each.lines <= _MAX_LINES:
                lines += each.lines
                reached[each] = None
                todo.append(each)
    return [each.scope for each in callees if each in reached]


def _by_name(callees: Sequence[_Callee]) -> dict[str, list[int]]:
    """Which of them mention a name, by their places."""
    found: dict[str, list[int]] = {}
    for place, each in enumerate(callees):
        for name in each.mentions:
            found.setdefault(name, []).append(place)
    return found


def _assigns_own_item(method: _Callee, owner: str | None) -> bool:
    """Does a method of the class contain `self[...] = ...`, which calls its `__setitem__`?"""
    return method.owner == owner and any(
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        for node in walk(method.scope.node)
    )


def _may_be_called(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Name)
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def _callee(scope: Scope) -> _Callee:
    node = scope.node
    assert isinstance(node, ast.stmt)
    owner = owner_of(scope)
    names = bound_names(node)
    if owner is not None and "__init__" in names:
        names = frozenset({owner})
    return _Callee(scope, owner, names, scope.all_mentions())


def owner_of(scope: Scope) -> str | None:
    """The name of the class that a method belongs to; None for other functions."""
    around = scope.parent
    if around is not None and isinstance(around.node, ast.ClassDef):
        return around.node.name
    return None


def _around(scope: Scope | None) -> list[Scope]:
    """A scope and all scopes that it is in."""
    result = []
    while scope is not None:
        result.append(scope)
        scope = scope.parent
    return result


# What these need.


@dataclass(frozen=True, eq=False)
class _Part:
    """A part of the file that can be left out.

    Attributes:
        node: what it is.
        names: what it is known by.
        mentions: the names and attributes in it; without its methods if it is a class.
        owner: the class if it is a method.
    """

    node: ast.stmt
    names: frozenset[str]
    mentions: frozenset[str]
    owner: _Part | None = None


def unneeded(index: Index, reached: Set[Scope]) -> list[ast.stmt]:
    """The parts of a file on which nothing that can reach a site depends.

    Args:
        index: the file.
        reached: what can reach a site, and the sites' own scopes.
    """
    module = index.scopes[0]
    parts = _parts(module)
    starting = {around.node for scope in reached for around in _around(scope)}
    summarized = _summarized(parts, reached)
    by_name: dict[str, list[_Part]] = {}
    methods: dict[_Part, list[_Part]] = {}
    wanted: set[_Part] = set()  # needed, if what they are in is
    for part in parts:
        names = part.names
        if part.node in starting:
            wanted.add(part)
        if part.owner is not None:
            methods.setdefault(part.owner, []).append(part)
            if any(_IMPLICIT.fullmatch(name) for name in names):
                wanted.add(part)
            if part.owner in summarized:
                names |= _attributes(part.node)  # it may set what others use
        for name in names:
            by_name.setdefault(name, []).append(part)
    needed: set[_Part] = set()
    mentioned = list(_mentions_but(module, {part.node for part in parts}))
    todo = [part for part in wanted if part.owner is None]
    while mentioned or todo:
        if mentioned:
            for part in by_name.pop(mentioned.pop(), ()):
                wanted.add(part)
                if part.owner is None or part.owner in needed:
                    todo.append(part)
        elif (part := todo.pop()) not in needed:
            needed.add(part)
            mentioned += part.mentions
            todo += (each for each in methods.get(part, ()) if each in wanted)
    return [
        part.node
        for part in parts
        if part not in needed and (part.owner is None or part.owner in needed)
    ]


def _parts(module: Scope) -> list[_Part]:
    result: list[_Part] = []
    for scope in _directly_in(module):
        node = scope.node
        methods = _directly_in(scope) if isinstance(node, ast.ClassDef) else []
        methods = [method for method in methods if not isinstance(method.node, ast.ClassDef)]
        own = _part(scope, _mentions_but(scope, {method.node for method in methods}))
        result.append(own)
        result.extend(_part(method, method.all_mentions(), own) for method in methods)
    return result


def _part(scope: Scope, mentions: Iterable[str], owner: _Part | None = None) -> _Part:
    assert isinstance(scope.node, ast.stmt)
    return _Part(scope.node, bound_names(scope.node), frozenset(mentions), owner)


def _directly_in(scope: Scope) -> list[Scope]:
    """The definitions and renamings in a scope that stand under no condition."""
    assert isinstance(scope.node, (ast.Module, ast.ClassDef))
    body = set[ast.AST](scope.node.body)
    return [each for each in scope.inner if each.node in body]


def _mentions_but(scope: Scope, left_out: Set[ast.AST]) -> set[str]:
    """What a scope mentions without some of those in it."""
    inner = (each.all_mentions() for each in scope.inner if each.node not in left_out)
    return scope.mentions.union(*inner)


def _summarized(parts: Sequence[_Part], reached: Set[Scope]) -> set[_Part]:
    """The classes of which the analysis learns the attributes from all methods."""
    names = {owner_of(scope) for scope in reached}
    result = set()
    for part in reversed(parts):  # a class stands behind its bases
        if isinstance(part.node, ast.ClassDef) and part.node.name in names:
            result.add(part)
            names.update(getattr(base, "id", None) for base in part.node.bases)
    return result


def _attributes(method: ast.stmt) -> set[str]:
    """The attributes of `self`, or of what else is at hand by name, in a method."""
    return {
        node.attr
        for node in walk(method)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
