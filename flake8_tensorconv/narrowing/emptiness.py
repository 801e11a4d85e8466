"""Tests of whether a container holds anything: `if rows`, `len(rows) > 0`."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.objects import CONTAINER_KINDS
from flake8_tensorconv.lattice.values import NOTHING, Ref, Tuple, Value

#: By operator and number: is `len(rows) <operator> number` true of what holds something?
_FILLED: dict[tuple[type, int], bool] = {
    (ast.Gt, 0): True,
    (ast.GtE, 1): True,
    (ast.NotEq, 0): True,
    (ast.Eq, 0): False,
    (ast.Lt, 1): False,
    (ast.LtE, 0): False,
}


def length_test(test: ast.Compare) -> tuple[ast.expr, bool] | None:
    """The container of `len(rows) > 0`, and whether that is true if it holds something."""
    left, compared = test.left, test.comparators[0]
    if not isinstance(left, ast.Call) or not isinstance(left.func, ast.Name):
        return None
    if left.func.id != "len" or len(left.args) != 1 or left.keywords:
        return None
    if not isinstance(compared, ast.Constant) or type(compared.value) is not int:
        return None
    filled = _FILLED.get((type(test.ops[0]), compared.value))
    return None if filled is None else (left.args[0], filled)


def is_empty(iterated: ast.expr, held: Value) -> bool:
    """Is there surely nothing to go through, as in `for _ in []`? A variable's list may be filled.

    Args:
        iterated: what is gone through.
        held: what that is.
    """
    match iterated:
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return True
    return held.alternatives == (Tuple(()),)


def known_empty(run: Run, container: Value) -> None:
    """Go on under the assumption that a container holds nothing.

    That says nothing of the containers that a value may be if there are several, nor of one that
    stands for those made in all rounds of a loop.
    """
    match container.alternatives:
        case (Ref() as only,):
            held = run.object(only)
            one = run.program.tracks_memory or not only.address.rounds
            if one and held.single and held.kind in CONTAINER_KINDS:
                run.store(only, replace(held, items={}, rest=NOTHING))
