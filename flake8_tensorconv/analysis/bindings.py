"""Where the variables of a function are bound: once, again, in a loop."""

from __future__ import annotations

from dataclasses import dataclass, replace

import libcst as cst

from flake8_tensorconv.analysis.syntax import children


@dataclass(frozen=True)
class Binding:
    """How a variable of a function gets its value.

    Attributes:
        once: there is one place that binds it.
        loop: the loop whose target it is in.
        over: what that loop goes through.
        inside_loop: a loop stands around that place.
    """

    once: bool = True
    loop: cst.CSTNode | None = None
    over: cst.BaseExpression | None = None
    inside_loop: bool = False


def bindings_in(function: cst.CSTNode) -> dict[str, Binding]:
    """The bindings in a function or module, those of functions inside it left out."""
    found: dict[str, Binding] = {}
    for node in children(function):
        _collect(node, found, inside=False)
    return found


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
        elif isinstance(node, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.NamedExpr)):
            _bind(node.target, Binding(inside_loop=inside), found)
            if isinstance(node, cst.AugAssign):
                _bind(node.target, Binding(inside_loop=inside), found)
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
