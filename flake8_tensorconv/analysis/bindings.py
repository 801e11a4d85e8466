"""Where the variables of a function are bound: once, again, in a loop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import libcst as cst

from flake8_tensorconv.analysis.syntax import children, walk


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
    """

    once: bool = True
    loop: cst.CSTNode | None = None
    over: cst.BaseExpression | None = None
    inside_loop: bool = False
    given: cst.BaseExpression | None = None
    stored: tuple[cst.BaseExpression, ...] = ()


def bindings_in(function: cst.CSTNode) -> dict[str, Binding]:
    """The bindings in a function or module, those of functions inside it left out."""
    found: dict[str, Binding] = {}
    for node in children(function):
        _collect(node, found, inside=False)
    for target, stored in _stored_in(function):
        if (known := found.get(target)) is not None:
            found[target] = replace(known, stored=(*known.stored, stored))
    return found


def _stored_in(function: cst.CSTNode) -> Iterator[tuple[str, cst.BaseExpression]]:
    """What is stored into which variable by `name[...] = ...`."""
    for node in walk(function):
        if isinstance(node, cst.Assign):
            written = [(each.target, node.value) for each in node.targets]
        elif isinstance(node, cst.AugAssign):
            written = [(node.target, cst.Ellipsis())]  # whatever comes of it
        else:
            continue
        for target, given in written:
            if isinstance(target, cst.Subscript) and isinstance(target.value, cst.Name):
                yield target.value.value, given


def _collect(node: cst.CSTNode, found: dict[str, Binding], *, inside: bool) -> None:
    todo: list[tuple[cst.CSTNode, bool]] = [(node, inside)]
    while todo:
        node, inside = todo.pop()
        if isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Lambda)):
            continue
        if isinstance(node, cst.Param):
            _bind(node.name, Binding(), found)
        elif isinstance(node, (cst.For, cst.CompFor)):
            _bind(node.target, Binding(True, node, node.iter, inside), found)
            inside = True
        elif isinstance(node, cst.While):
            inside = True
        elif isinstance(node, cst.Assign):
            for each in node.targets:
                plain = isinstance(each.target, cst.Name)
                given = node.value if plain else None
                _bind(each.target, Binding(inside_loop=inside, given=given), found)
        elif isinstance(node, (cst.AnnAssign, cst.NamedExpr)):
            _bind(node.target, Binding(inside_loop=inside, given=node.value), found)
        elif isinstance(node, cst.AugAssign):
            _bind(node.target, Binding(once=False), found)
        elif isinstance(node, cst.AsName):
            _bind(node.name, Binding(inside_loop=inside), found)
        todo.extend((child, inside) for child in children(node))


def _bind(target: cst.CSTNode, binding: Binding, found: dict[str, Binding]) -> None:
    if isinstance(target, cst.Name):
        known = found.get(target.value)
        found[target.value] = binding if known is None else replace(binding, once=False)
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            _bind(element.value, binding, found)
