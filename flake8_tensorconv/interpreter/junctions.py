"""`a and b`, `a or b`: what they may be, and what of them is run."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.truth import that_are
from flake8_tensorconv.lattice.values import BOOL, NOTHING, Constant, Value, value
from flake8_tensorconv.narrowing.conditions import narrow
from flake8_tensorconv.narrowing.outcomes import Outcomes, either, outcomes

_BOTH = (True, False)


def boolean(run: Run, node: ast.BoolOp) -> Value:
    """What `and` or `or` gives: what is on the left where that settles it, else the last one."""
    goes_on = isinstance(node.op, ast.And)
    left, ways = _one_by_one(run, node.values[:-1], goes_on)
    right = NOTHING
    if goes_on in ways:
        with run.at(ways[goes_on]):
            right = run.evaluate(node.values[-1])
    ends = [ways[truth] for truth in (goes_on, not goes_on) if truth in ways]
    run.state.merge([state.since(run.state) for state in ends])
    return join(that_are(left, not goes_on), right)


def _asked(run: Run, node: ast.expr) -> tuple[Value, Outcomes]:
    """What an operand may be, and where it leads; in a long chain nothing is run twice."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            _, ways = _asked(run, inner)
            known = BOOL if len(ways) > 1 else value(*(Constant(not truth) for truth in ways))
            return known, {not truth: state for truth, state in ways.items()}
        case ast.BoolOp(op=operator, values=operands):
            return _one_by_one(run, operands, isinstance(operator, ast.And))
    return run.evaluate(node), outcomes(run, node, _BOTH, narrow)


def _one_by_one(run: Run, operands: Sequence[ast.expr], goes_on: bool) -> tuple[Value, Outcomes]:
    """What the first operands together may be, and where they lead.

    Args:
        run: the run.
        operands: the operands of an `and` or `or`, or the first of them.
        goes_on: the outcome of one after which the next one is asked.
    """
    given, ways = _asked(run, operands[0])
    for each in operands[1:]:
        right, behind = NOTHING, Outcomes()
        if goes_on in ways:
            with run.at(ways[goes_on]):
                right, behind = _asked(run, each)
        given = join(that_are(given, not goes_on), right)
        ways = either(run.state, ways, behind, goes_on)
    return given, ways
