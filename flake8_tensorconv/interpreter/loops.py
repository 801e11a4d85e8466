"""Loops: round after round, until nothing new is learnt."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

from flake8_tensorconv.contents import rebuilding
from flake8_tensorconv.contents.elements import iterate, known_elements, may_be_fewer
from flake8_tensorconv.contents.turns import blurred, left_over
from flake8_tensorconv.engine.run import MAX_UNFOLDED, TOLD_APART, Activation, Run
from flake8_tensorconv.index.syntax import DEFINITIONS, For, children, walk
from flake8_tensorconv.interpreter import targets
from flake8_tensorconv.interpreter.finals import leave_tries
from flake8_tensorconv.lattice.changes import Change
from flake8_tensorconv.lattice.plans import Rebuilding
from flake8_tensorconv.lattice.state import CHANGES, Changes, State
from flake8_tensorconv.lattice.storages import in_turn
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import Value
from flake8_tensorconv.locations.regions import Turn
from flake8_tensorconv.narrowing import conditions, known_tests
from flake8_tensorconv.narrowing.emptiness import is_empty
from flake8_tensorconv.narrowing.surviving import has_no_elements, survivors

#: A loop that still brings news after as many rounds is left as it is.
_MAX_ROUNDS = 6


@dataclass
class _Around:
    """What a loop finds around itself, and what leaves it; the fields are those of `Activation`."""

    base: State | None
    contexts: int
    finals: int
    breaks: list[Changes] = field(default_factory=list)
    continues: list[Changes] = field(default_factory=list)


def _around(activation: Activation) -> _Around:
    return _Around(
        activation.loop_base,
        activation.loop_contexts,
        activation.loop_finals,
        activation.breaks,
        activation.continues,
    )


def _begin(activation: Activation, loop: _Around) -> None:
    """Let `break` and `continue` be those of this loop from now on."""
    activation.loop_base = loop.base
    activation.loop_contexts, activation.loop_finals = loop.contexts, loop.finals
    activation.breaks, activation.continues = loop.breaks, loop.continues


def _leave_loop(run: Run, ways: list[Changes]) -> bool:
    activation = run.activation
    if activation.loop_base is None or not leave_tries(run, activation.loop_finals):
        return False
    changes = run.state.since(activation.loop_base)
    if len(activation.contexts) > activation.loop_contexts:
        changes.update(activation.contexts[activation.loop_contexts])
    ways.append(changes)
    return False


def break_loop(run: Run, node: ast.Break) -> bool:
    """Leave the innermost loop."""
    return _leave_loop(run, run.activation.breaks)


def continue_loop(run: Run, node: ast.Continue) -> bool:
    """Go on with the next round of the innermost loop."""
    return _leave_loop(run, run.activation.continues)


def _loop(
    run: Run,
    enter: Callable[[], bool],
    body: list[ast.stmt],
    orelse: list[ast.stmt],
    *,
    endless: bool = False,
    may_skip: bool = True,
    plans: Sequence[Rebuilding] = (),
    first_apart: bool = False,
) -> bool:
    """Run a loop's body until nothing new is learnt.

    Args:
        run: the run.
        enter: begins a round (assigns the target, tests the condition); False if there is none.
        body: the body.
        orelse: what runs when the loop ends by itself; empty if nothing does.
        endless: the loop never ends by itself.
        may_skip: that the body does not run at all is a case like any other.
        plans: what it puts in the place of the elements of containers.
        first_apart: what the first turn does is not what the others do.
    """
    activation = run.activation
    outer = _around(activation)
    before = run.state
    base = before.fork()
    broken: list[Changes] = []
    ended: list[Changes] = []
    once_ended: list[Changes] = []
    once_broken: list[Changes] = []
    seen: frozenset[Change] = frozenset()
    run.program.loops.append(0)
    for number in range(_MAX_ROUNDS):
        run.program.loops[-1] = number
        start = base
        if number == 1 and run.program.tracks_memory:
            # What the second round does to memory depends on the first one and nothing else.
            start = before.fork()
            start.merge(ended)
        _begin(activation, _Around(start, len(activation.contexts), len(activation.finals)))
        round_state = start.fork()
        ends: list[Changes] = []
        with run.at(round_state):
            if enter() and run.execute(body):
                ends.append(round_state.changes)
        ends += activation.continues
        _end_turn(run, start, ends, plans)
        broken = [{**start.changes, **changes} for changes in activation.breaks]
        ended = [{**start.changes, **changes} for changes in ends]
        if number < TOLD_APART:
            seen = _changes_of_memory(before, [*ended, *broken])
        else:  # what it does to memory is not looked at any more
            for changes in (*ended, *broken):
                changes[CHANGES] = seen
        grown = False
        for changes in ended:
            grown = base.widen(changes) or grown
        if first_apart and number == 0:
            once_ended, once_broken = ended, broken
            if ended:  # no other turn begins as the first one does
                base = before.fork()
                base.merge(ended)
                continue
        if not grown or len(run.program.loops) > MAX_UNFOLDED or not run.program.unfolds():
            break  # rounds of the loops around bring what further rounds would
    run.program.loops.pop()
    _begin(activation, outer)
    ended, broken = [*once_ended, *ended], [*once_broken, *broken]
    ways = list(broken)
    if not endless:
        if may_skip or not ended:
            ended.append({})
        finished = before.fork()
        finished.merge(ended)
        if not may_skip:
            for key, entry in finished.changes.items():
                old = before.get(key)
                finished.changes[key] = blurred(old, left_over(old, entry))
        with run.at(finished):
            for plan in plans:
                rebuilding.finish(run, plan, ends_early=bool(broken))
            if not orelse or run.execute(orelse):
                ways.append(finished.changes)
    before.merge(ways)
    return bool(ways)


def _end_turn(run: Run, start: State, ends: list[Changes], plans: Sequence[Rebuilding]) -> None:
    if not plans:
        return
    for changes in ends:
        ended = start.fork()
        ended.merge([changes])
        with run.at(ended):
            for plan in plans:
                rebuilding.end_turn(run, plan)


def _changes_of_memory(before: State, ways: list[Changes]) -> frozenset[Change]:
    """How memory has been changed at the end of any of the ways through a loop's body."""
    old = before.get(CHANGES)
    return frozenset[Change]().union(
        *(cast(frozenset[Change], way.get(CHANGES, old)) for way in ways)
    )


def _unrolled(run: Run, node: For, elements: list[Value], *, may_end: bool) -> bool:
    """`for phase in ("train", "val")`: one round after the other, each with its own element.

    With `may_end` some of the elements may be missing.
    """
    activation = run.activation
    outer = _around(activation)
    before = run.state
    broken: list[Changes] = []
    current = before.fork()
    reached = True
    run.program.loops.append(0)
    for number, element in enumerate(elements):
        run.program.loops[-1] = number
        _begin(activation, _Around(before, len(activation.contexts), len(activation.finals)))
        ends: list[Changes] = []
        with run.at(current):
            run.program.turns[node] = number
            targets.assign(run, node.target, element)
            if run.execute(node.body):
                ends.append(current.since(before))
        ends += activation.continues
        broken += activation.breaks
        reached = bool(ends)
        if not reached:
            break
        current = before.fork()
        current.merge(ends)
    run.program.loops.pop()
    _begin(activation, outer)
    ways = list(broken)
    if reached:
        for key, entry in current.since(before).items():
            old = before.get(key)
            current.set(key, blurred(old, left_over(old, entry) if may_end else entry))
        with run.at(current):
            if not node.orelse or run.execute(node.orelse):
                ways.append(current.since(before))
    before.merge(ways)
    return bool(ways)


#: A loop over at most as many elements that are known one by one is run round by round; if its body
#: is short, over all that are known so.
_MAX_UNROLLED = 4
_SHORT = 80


def _unrolls(run: Run, node: For, elements: Sequence[Value]) -> bool:
    if not run.program.unfolds():
        return False
    inside = (each for line in node.body for each in walk(line))
    return len(elements) <= _MAX_UNROLLED or sum(1 for _ in islice(inside, _SHORT)) < _SHORT


def for_loop(run: Run, node: For) -> bool:
    """Run a `for`; tells whether what follows it can be reached."""
    iterated = run.evaluate(node.iter)
    iterated = survivors(run, node.iter, iterated, lambda each: has_no_elements(run, each))
    known = [] if is_empty(node.iter, iterated) else known_elements(run, iterated)
    if known is not None and _unrolls(run, node, known):
        return _unrolled(run, node, known, may_end=may_be_fewer(run, iterated))

    def enter() -> bool:
        run.program.turns[node] = number = run.program.loops[-1]
        element = in_turn(iterate(run, iterated, node), Turn(node, number))
        targets.assign(run, node.target, element)
        if counts:
            known_tests.tell_turn(run, index, first=number == 0)
        for plan in plans:
            rebuilding.begin_turn(run, plan)
        return True

    plans = rebuilding.plans(run, node)
    index = counting(run, node)
    counts = bool(index) and len(run.program.loops) < MAX_UNFOLDED and run.program.unfolds()
    return _loop(
        run, enter, node.body, node.orelse, may_skip=False, plans=plans, first_apart=counts
    )


def counting(run: Run, node: For) -> str:
    """The variable that counts the turns of a loop from 0, if its body asks whether it is 0."""
    known = run.program.counted.get(node)
    if known is None:
        known = run.program.counted[node] = _counting(node)
    return known


def _counting(node: For) -> str:
    if not isinstance(node.iter, ast.Call) or not isinstance(node.iter.func, ast.Name):
        return ""
    match node.iter.func.id, node.target, node.iter.args:
        case "range", ast.Name(id=index), [_] | [ast.Constant(value=0), _]:
            pass
        case "enumerate", ast.Tuple(elts=[ast.Name(id=index), _]), [_] if not node.iter.keywords:
            pass
        case _:
            return ""
    tests = (each.test for line in node.body for each in walk(line) if isinstance(each, _ASKING))
    asked = any(isinstance(n, ast.Name) and n.id == index for test in tests for n in walk(test))
    return index if asked else ""


_ASKING = (ast.If, ast.IfExp)


def while_loop(run: Run, node: ast.While) -> bool:
    """Run a `while`; tells whether what follows it can be reached."""

    def enter() -> bool:
        run.evaluate(node.test)
        return conditions.narrow(run, node.test, True)

    begins = truth_of(run.peek(node.test)) is True  # of what is bound anew in it, that is all
    endless = begins and isinstance(node.test, ast.Constant)
    reached = _loop(run, enter, node.body, node.orelse, endless=endless, may_skip=not begins)
    if reached and not endless and not _has_break(node.body):
        conditions.narrow(run, node.test, False)
    return reached


def _has_break(body: list[ast.stmt]) -> bool:
    todo: list[ast.AST] = [*body]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Break):
            return True
        if not isinstance(node, (*DEFINITIONS, ast.expr)):
            todo.extend(children(node))
    return False
