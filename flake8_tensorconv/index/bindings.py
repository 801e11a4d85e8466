"""Where the variables of a function are bound: once, again, in a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flake8_tensorconv.index.syntax import (
    COMPREHENSIONS,
    DEFINITIONS,
    LOOPS,
    children,
    unstarred,
    walk,
)

#: What has variables of its own.
_SCOPES = (*DEFINITIONS, ast.Lambda)
_LOOPS = (*LOOPS, ast.comprehension)


@dataclass(frozen=True)
class Binding:
    """How a variable of a function gets its value.

    Attributes:
        once: there is one place that binds it.
        loop: the loop whose target it is in.
        over: what that loop goes through.
        inside_loop: a loop stands around that place.
        given: what is assigned there, if that is one expression.
        stored: what is stored into it by `name[...] = ...`.
        before: where it is bound before, if there is more than one place.
    """

    once: bool = True
    loop: ast.AST | None = None
    over: ast.expr | None = None
    inside_loop: bool = False
    given: ast.expr | None = None
    stored: tuple[ast.expr, ...] = ()
    before: Binding | None = None


def bindings_in(function: ast.AST) -> dict[str, Binding]:
    """The bindings in a function or module, those of functions inside it left out."""
    found: dict[str, Binding] = {}
    for node in children(function):
        _collect(node, found, inside=False)
    for target, stored in _stored_in(function):
        if (known := found.get(target)) is not None:
            found[target] = replace(known, stored=(*known.stored, stored))
    return found


def _stored_in(function: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What is stored into which variable by `name[...] = ...`."""
    for node in walk(function):
        if isinstance(node, ast.Assign):
            written = [(each, node.value) for each in node.targets]
        elif isinstance(node, ast.AugAssign):
            written = [(node.target, ast.Constant(...))]  # whatever comes of it
        else:
            continue
        for target, given in written:
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                yield target.value.id, given


def _collect(node: ast.AST, found: dict[str, Binding], *, inside: bool) -> None:
    todo: list[tuple[ast.AST, bool]] = [(node, inside)]
    while todo:
        node, inside = todo.pop()
        if isinstance(node, _SCOPES):
            continue
        if isinstance(node, COMPREHENSIONS):  # each of its loops is in those before it
            behind = node.generators[1:]
            todo.extend((each, inside or each in behind) for each in children(node))
            continue
        if isinstance(node, ast.arg):
            _bind_name(node.arg, Binding(), found)
        elif isinstance(node, _LOOPS):
            _bind(node.target, Binding(True, node, node.iter, inside), found)
            inside = True
        elif isinstance(node, ast.While):
            inside = True
        elif isinstance(node, ast.Assign):
            for each in node.targets:
                given = node.value if isinstance(each, ast.Name) else None
                _bind(each, Binding(inside_loop=inside, given=given), found)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
            _bind(node.target, Binding(inside_loop=inside, given=node.value), found)
        elif isinstance(node, ast.AugAssign):
            _bind(node.target, Binding(once=False), found)
        elif isinstance(node, ast.withitem):
            _bind(node.optional_vars, Binding(inside_loop=inside), found)
        elif isinstance(node, ast.ExceptHandler):
            _bind_name(node.name, Binding(inside_loop=inside), found)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                _bind_name(alias.asname, Binding(inside_loop=inside), found)
        todo.extend((child, inside) for child in children(node))


def _bind(target: ast.expr | None, binding: Binding, found: dict[str, Binding]) -> None:
    if isinstance(target, ast.Name):
        _bind_name(target.id, binding, found)
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            _bind(unstarred(element), binding, found)


def _bind_name(name: str | None, binding: Binding, found: dict[str, Binding]) -> None:
    if name is not None:
        before = found.get(name)
        found[name] = binding if before is None else replace(binding, once=False, before=before)
