"""Whole numbers that the program counts with: what comes of two that are known."""

from __future__ import annotations

import ast
import operator as functions
from collections.abc import Callable

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.values import Constant, Value, value

_COMPUTED: dict[type, Callable[[int, int], int]] = {
    ast.Add: functions.add,
    ast.Sub: functions.sub,
    ast.Mult: functions.mul,
    ast.FloorDiv: functions.floordiv,
    ast.Mod: functions.mod,
}
#: Indices and sizes are smaller; larger numbers would only grow.
_LARGEST = 2**31


def counted(run: Run, operator: ast.operator, left: Value, right: Value) -> Value | None:
    """What comes of two numbers that are known: where a position is after a step.

    Args:
        run: the analysis.
        operator: what is computed.
        left: what stands on its left.
        right: what stands on its right.

    Returns:
        The number; None if it is not known, and in a loop, where it would never come to rest.
    """
    compute = _COMPUTED.get(type(operator))
    a, b = _number(left), _number(right)
    if run.program.loops or compute is None or a is None or b is None:
        return None
    if b == 0 and isinstance(operator, (ast.FloorDiv, ast.Mod)):
        return None
    found = compute(a, b)
    return value(Constant(found)) if abs(found) <= _LARGEST else None


def _number(given: Value) -> int | None:
    """The one whole number that a value is."""
    only = given.alternatives[0] if len(given.alternatives) == 1 else None
    if isinstance(only, Constant) and type(only.value) is int:
        return only.value
    return None
