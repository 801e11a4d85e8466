"""`a and b`, `a or b`: what they may be, and what of them is run."""

from __future__ import annotations

import ast

from flake8_tensorconv.analysis.conditions import narrow
from flake8_tensorconv.analysis.joins import join
from flake8_tensorconv.analysis.outcomes import Outcomes, either, outcomes
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.truth import that_are
from flake8_tensorconv.analysis.values import BOOL, NOTHING, Value

_BOTH = (True, False)


def boolean(run: Run, node: ast.BoolOp) -> Value:
    """What `and` or `or` gives: the left side where that settles it, else the right one."""
    goes_on = isinstance(node.operator, ast.And)
    left, ways = _asked(run, node.left)
    right = NOTHING
    if goes_on in ways:
        with run.at(ways[goes_on]):
            right = run.evaluate(node.right)
    ends = [ways[truth] for truth in (goes_on, not goes_on) if truth in ways]
    run.state.merge([state.since(run.state) for state in ends])
    return join(that_are(left, not goes_on), right)


def _asked(run: Run, node: ast.expr) -> tuple[Value, Outcomes]:
    """What an operand may be, and where it leads; in a long chain nothing is run twice."""
    match node:
        case ast.UnaryOp(operator=ast.Not(), expression=inner):
            _, ways = _asked(run, inner)
            return BOOL, {not truth: state for truth, state in ways.items()}
        case ast.BoolOp(left=first, operator=operator, right=second):
            goes_on = isinstance(operator, ast.And)
            left, ways = _asked(run, first)
            right, behind = NOTHING, Outcomes()
            if goes_on in ways:
                with run.at(ways[goes_on]):
                    right, behind = _asked(run, second)
            given = join(that_are(left, not goes_on), right)
            return given, either(run.state, ways, behind, goes_on)
    return run.evaluate(node), outcomes(run, node, _BOTH, narrow)
