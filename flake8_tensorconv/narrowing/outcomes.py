"""Where tests lead: the states behind each outcome of `a and b`, `a or b` and `not a`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.state import State

#: By each outcome that a test can have, the state behind it.
Outcomes = dict[bool, State]
Narrow = Callable[[Run, ast.expr, bool], bool]


def outcomes(run: Run, test: ast.expr, wanted: Collection[bool], narrow: Narrow) -> Outcomes:
    """Where a test leads; no part of it is looked at more than once for each of its outcomes.

    Args:
        run: the run, in the state before the test.
        test: the test.
        wanted: the outcomes that are asked for.
        narrow: goes on under the assumption that a test has an outcome, if that is possible.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = outcomes(run, inner, [not truth for truth in wanted], narrow)
            return {not truth: state for truth, state in found.items()}
        case ast.BoolOp(op=operator, values=operands):
            goes_on = isinstance(operator, ast.And)
            found = outcomes(run, operands[0], {goes_on, *wanted}, narrow)
            for operand in operands[1:]:
                behind: Outcomes = {}
                if goes_on in found:
                    asked = wanted if operand is operands[-1] else {goes_on, *wanted}
                    with run.at(found[goes_on]):
                        behind = outcomes(run, operand, asked, narrow)
                found = either(run.state, found, behind, goes_on)
            return found
    ways: Outcomes = {}
    for truth in wanted:
        state = run.state.fork()
        with run.at(state):
            if narrow(run, test, truth):
                ways[truth] = state
    return ways


def either(base: State, first: Outcomes, second: Outcomes, goes_on: bool) -> Outcomes:
    """Where `a and b`, or `a or b`, leads.

    Args:
        base: the state before.
        first: where the left side leads.
        second: where the right side leads from there.
        goes_on: the outcome of the left side after which the right side is asked.
    """
    ways = {goes_on: second[goes_on]} if goes_on in second else {}
    ends = [each[not goes_on] for each in (first, second) if (not goes_on) in each]
    if ends:
        ways[not goes_on] = base.fork()
        ways[not goes_on].merge([each.since(base) for each in ends])
    return ways
