"""Tests of a text or a number that is known: `"head" in name`, `name.endswith("x")`, `i < 2`."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.truth import ORDERING, truth_of
from flake8_tensorconv.lattice.values import UNKNOWN


def told_by_value(run: Run, test: ast.expr) -> bool | None:
    """What a test comes to, if what is asked of is known, and what for; else None."""
    asked: ast.Name | None
    match test:
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name() as asked]):
            pass
        case ast.Compare(ops=[one], left=left) if type(one) in _OPERATORS:
            asked = _root(left)
        case ast.Call(func=ast.Attribute(value=ast.Name() as asked, attr=name)) if name in _ASKED:
            pass
        case ast.Call(func=ast.Name("any" | "all"), args=[ast.GeneratorExp() | ast.ListComp()]):
            return truth_of(run.peek(test))
        case _:
            return None
    held = UNKNOWN if asked is None else run.peek(asked)
    if len(held.alternatives) != 1 or len(held.constants) != 1:
        return None
    return truth_of(run.peek(test))


def _root(node: ast.expr) -> ast.Name | None:
    """The `name` of `name.split(".")[0]`."""
    while not isinstance(node, ast.Name):
        match node:
            case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case _:
                return None
    return node


_OPERATORS = {*ORDERING, ast.In, ast.NotIn}
_ASKED = {"startswith", "endswith"}
