"""Comprehensions and generator expressions."""

from __future__ import annotations

import ast
from functools import partial
from typing import Any

from flake8_tensorconv.contents.elements import iterate, known_elements, may_be_fewer
from flake8_tensorconv.contents.turns import left_over
from flake8_tensorconv.engine.run import MAX_UNFOLDED, TOLD_APART, Run
from flake8_tensorconv.index.syntax import Comprehension
from flake8_tensorconv.interpreter import targets
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.keys import known_key
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.storages import in_turn
from flake8_tensorconv.lattice.values import NOTHING, Many, Value, value
from flake8_tensorconv.locations.regions import Turn
from flake8_tensorconv.locations.scopes import Frame
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.narrowing import conditions
from flake8_tensorconv.narrowing.emptiness import is_empty
from flake8_tensorconv.narrowing.outcomes import outcomes
from flake8_tensorconv.narrowing.surviving import has_no_elements, survivors


def comprehension(run: Run, node: Comprehension) -> Value:
    """Run the loops of a comprehension in a frame of its own, like a nested function."""
    names: set[str] = set()
    for clause in node.generators:
        names.update(targets.names_in(clause.target))
    over = node.generators[0].iter
    first = survivors(run, over, run.evaluate(over), lambda each: has_no_elements(run, each))
    frame = Frame(run.file, run.frame, run.frame.path, frozenset(names))
    body = run.state.fork()
    with run.within(frame), run.at(body):
        into: dict[Any, Value] = {}
        result = _loop(run, node, 0, first, into)
    if frame not in run.program.captured:
        body.drop(frame)
    changes = body.changes.items()
    run.state.merge([{key: left_over(run.state.get(key), entry) for key, entry in changes}])
    if isinstance(node, ast.ListComp):
        return run.allocate(node, Object(Kind.LIST, items=into, rest=result))
    if isinstance(node, ast.SetComp):
        return run.allocate(node, Object(Kind.SET, rest=result))
    if isinstance(node, ast.DictComp):
        return run.allocate(node, Object(Kind.DICT, items=into, rest=result))
    given = tuple(into.values())
    return value(Many(join(result, join_all(given)), items=given))


def _loop(
    run: Run, node: Comprehension, depth: int, iterated: Value, into: dict[Any, Value]
) -> Value:
    """All that a comprehension may yield from one of its clauses on.

    Args:
        run: the run.
        node: the comprehension.
        depth: the number of the clause.
        iterated: what that goes through.
        into: gets what belongs to known keys of a dict.
    """
    clause = node.generators[depth]
    unfolds = len(run.program.loops) < MAX_UNFOLDED and run.program.unfolds()
    known = known_elements(run, iterated) if unfolds else None
    if is_empty(clause.iter, iterated):
        known = []
    # What a round does to memory is seen by the next one only.
    unknown = TOLD_APART if run.program.tracks_memory and unfolds else 1
    # Each element is known by its place, if it is known of each whether it is picked.
    listed = isinstance(node, (ast.ListComp, ast.GeneratorExp)) and len(node.generators) == 1
    in_order = listed and known is not None and not may_be_fewer(run, iterated)
    found: list[Value] = []
    run.program.loops.append(0)
    for number in range(unknown if known is None else len(known)):
        run.program.loops[-1] = number
        run.program.turns[clause] = number
        if known is None:
            each = in_turn(iterate(run, iterated, node), Turn(clause, number))
        else:
            each = known[number]
        targets.assign(run, clause.target, each)
        in_order = in_order and not any(map(partial(_is_open, run), clause.ifs))
        given = memory.kept(run, _round(run, node, depth, into), node)
        if given.alternatives:
            found.append(given)
    run.program.loops.pop()
    if not in_order:
        return join_all(found)
    into.update(enumerate(found))
    return NOTHING


def _is_open(run: Run, condition: ast.expr) -> bool:
    """May a condition be false, and may it be true?"""
    return len(outcomes(run, condition, (True, False), conditions.narrow)) > 1


def _round(run: Run, node: Comprehension, depth: int, into: dict[Any, Value]) -> Value:
    """What one element gives, which has been assigned to the target; nothing if it is left out."""
    clause, behind = node.generators[depth], node.generators[depth + 1 :]
    for condition in clause.ifs:
        run.evaluate(condition)
        if not conditions.narrow(run, condition, True):
            return NOTHING
    if behind:
        return _loop(run, node, depth + 1, run.evaluate(behind[0].iter), into)
    if isinstance(node, ast.DictComp):
        key = run.evaluate(node.key)
        held = run.evaluate(node.value)
        known = known_key(key)
        if known is None:
            return held
        into[known] = join(into.get(known, NOTHING), held)
        return NOTHING
    return run.evaluate(node.elt)
