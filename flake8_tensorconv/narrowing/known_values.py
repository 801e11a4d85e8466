"""Tests of a text or a number that is known: `"head" in name`, `name.endswith("x")`, `i < 2`."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.truth import ORDERING, truth_of


def told_by_value(run: Run, test: ast.expr) -> bool | None:
    """What a test comes to, if what is asked of is known, and what for; else None."""
    match test:
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name() as asked]):
            pass
        case ast.Compare(ops=[one], left=ast.Name() as asked) if type(one) in _OPERATORS:
            pass
        case ast.Call(func=ast.Attribute(value=ast.Name() as asked, attr=name)) if name in _ASKED:
            pass
        case ast.Call(func=ast.Name("any" | "all"), args=[ast.GeneratorExp() | ast.ListComp()]):
            return truth_of(run.peek(test))
        case _:
            return None
    held = run.peek(asked)
    if len(held.alternatives) != 1 or len(held.constants) != 1:
        return None
    return truth_of(run.peek(test))


_OPERATORS = {*ORDERING, ast.In, ast.NotIn}
_ASKED = {"startswith", "endswith"}
