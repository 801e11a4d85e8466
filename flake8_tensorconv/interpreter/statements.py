"""Execution of statements."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flake8_tensorconv.contents.turns import left_over
from flake8_tensorconv.engine.imports import import_from, import_names
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.cuts import tell_loss
from flake8_tensorconv.index.syntax import (
    FUNCTIONS,
    LOOPS,
    TRIES,
    WITHS,
    FunctionDef,
    With,
    call_args,
    dotted_name,
    unstarred,
)
from flake8_tensorconv.interpreter import assignments, loops, targets
from flake8_tensorconv.interpreter.definitions import define_class, define_function
from flake8_tensorconv.interpreter.finals import leave_tries
from flake8_tensorconv.interpreter.matching import match_cases
from flake8_tensorconv.lattice.partitions import MAX_TESTS, Stretch, Stretches, extent
from flake8_tensorconv.lattice.state import CONDITIONAL, Changes, State
from flake8_tensorconv.lattice.values import NONE, NOTHING, Value
from flake8_tensorconv.libraries.python.contexts import enter_context, leave_context, saved_modes
from flake8_tensorconv.libraries.torch.data_cuts import tell_returned
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.narrowing import conditions
from flake8_tensorconv.narrowing.forgiveness import narrow_by_handler, narrow_by_success
from flake8_tensorconv.narrowing.handlers import expected_exceptions
from flake8_tensorconv.narrowing.machine import passed, tell_answers


def execute(run: Run, statements: Sequence[ast.stmt]) -> bool:
    """Run statements in order; False if one of them never lets the next one run."""
    stretches = run.program.partitions.stretches(statements)
    return _execute(run, statements, 0, len(statements), stretches)


def _execute(
    run: Run, statements: Sequence[ast.stmt], start: int, stop: int, stretches: Stretches
) -> bool:
    place, left_out = start, run.file.left_out
    while place < stop:
        stretch = _open_stretch(run, stretches.get(place, ()))
        if stretch is not None:
            end = min(extent(stretches, place, stretch), stop)
            if not _under_each_outcome(run, stretch, statements, place, end, stretches):
                return False
            place = end
            continue
        statement = statements[place]
        place += 1
        handler = None if statement in left_out else _HANDLERS.get(type(statement))
        if handler is not None and not handler(run, statement):
            return False
    return True


def _open_stretch(run: Run, stretches: Iterable[Stretch]) -> Stretch | None:
    """The first stretch whose test is not settled yet."""
    assumed = run.activation.assumed
    if len(assumed) == MAX_TESTS:
        return None
    known = {fact.test for fact in assumed}
    found = next((each for each in stretches if each.answer.test not in known), None)
    return found if found is not None and run.program.unfolds() else None


def _under_each_outcome(
    run: Run,
    stretch: Stretch,
    statements: Sequence[ast.stmt],
    start: int,
    stop: int,
    stretches: Stretches,
) -> bool:
    """Run a stretch, and others that begin in it, as far as `stop`, once for each outcome."""
    assumed = run.activation.assumed
    ways: list[Changes] = []
    outcomes = 0
    for truth in (True, False):
        branch = run.state.fork()
        with run.at(branch):
            possible = conditions.narrow(run, stretch.node, truth)
            outcomes += possible
            branch.set(CONDITIONAL, run.state.passed | passed(stretch.node))
            assumed.append(stretch.answer if truth else stretch.answer.opposite())
            if possible and _execute(run, statements, start, stop, stretches):
                ways.append(branch.changes)
            assumed.pop()
    run.state.rejoin(ways, passed(stretch.node), left=len(ways) < outcomes)
    return bool(ways)


def _expression(run: Run, node: ast.Expr) -> bool:
    run.evaluate(node.value)
    return True


# Ways out.


def _return(run: Run, node: ast.Return) -> bool:
    activation = run.activation
    given = NONE if node.value is None else run.evaluate(node.value).on(run.state.machine)
    if run.entered_alone:
        memory.handed_out(run, given, node)
    tell_returned(run, given, node)
    tell_loss(run, given, node)
    if not leave_tries(run, 0):
        return False
    changes = run.state.since(activation.base)
    if activation.contexts:
        changes.update(activation.contexts[0])
    activation.returns.append((given, changes))
    return False


def _raise(run: Run, node: ast.Raise) -> bool:
    if node.exc is not None:
        run.evaluate(node.exc)
    _may_raise(run)
    return False


def _may_raise(run: Run) -> None:
    if run.activation.raises:
        base, changes = run.activation.raises[-1]
        changes.append(run.state.since(base))


# Branches.


def _if(run: Run, node: ast.If) -> bool:
    ways: list[Changes] = []
    possible, ending = _ways_of_if(run, node, run.state, ways)
    run.state.rejoin(ways, passed(node.test), left=ending < possible)
    return bool(ways)


def _ways_of_if(run: Run, node: ast.If, base: State, ways: list[Changes]) -> tuple[int, int]:
    """Run both branches; an `elif` adds its ways to all others, which are joined only once.

    Args:
        run: the run, in the state in which the test is asked.
        node: the statement, or the `elif`.
        base: the state before the whole statement.
        ways: to these are added the changes since then on each way that comes to the end.

    Returns:
        How many outcomes the test may have, and after how many of them an end is reached.
    """
    tested = run.evaluate(node.test)
    possible = ending = 0
    own: list[Changes] = []
    for truth, body in ((True, node.body), (False, node.orelse)):
        branch = run.state.fork()
        with run.at(branch):
            if not conditions.narrow(run, node.test, truth):
                continue
            possible += 1
            branch.set(CONDITIONAL, run.state.passed | passed(node.test))
            match body:
                case [ast.If() as following]:
                    reached = bool(_ways_of_if(run, following, base, ways)[1])
                case _:
                    reached = execute(run, body)
                    if reached:
                        own.append(branch.since(base))
            ending += reached
    if len(own) == 2:
        tell_answers(tested, base, *own)
    ways += own
    return possible, ending


def _try(run: Run, node: ast.Try) -> bool:
    activation = run.activation
    before = run.state
    points: list[Changes] = [{}]
    activation.raises.append((before, points))
    if node.finalbody:
        activation.finals.append(node.finalbody)
    body = before.fork()
    ways: list[Changes] = []
    expected = expected_exceptions(run, node)
    with run.at(body):
        with run.expecting(expected):
            reached = _step_by_step(run, node.body, points)
        activation.raises.pop()
        if reached and node.handlers:
            reached = narrow_by_success(run, node.body)
        if reached and execute(run, node.orelse):
            ways.append(body.since(before))
    for handler in node.handlers:
        caught = before.fork()
        caught.merge(points)
        with run.at(caught):
            if not narrow_by_handler(run, handler.type, node.body):
                continue
            if handler.name is not None:
                targets.assign_name(run, handler.name, NOTHING)
            if execute(run, handler.body):
                ways.append(caught.changes)
    if not node.finalbody:
        before.merge(ways)
        return bool(ways)
    activation.finals.pop()
    if ways:
        before.merge(ways)
        return execute(run, node.finalbody)
    abandoned = before.fork()
    abandoned.merge(points)
    with run.at(abandoned):
        if execute(run, node.finalbody):
            _may_raise(run)
    return False


def _step_by_step(run: Run, body: list[ast.stmt], points: list[Changes]) -> bool:
    """Run the body of a `try`; what each statement leaves is a point that exceptions come from."""
    stretches = run.program.partitions.stretches(body)
    reached, place = True, 0
    while reached and place < len(body):
        end = max((each.stop for each in stretches.get(place, ())), default=place + 1)
        step = run.state.fork()
        with run.at(step):
            reached = _execute(run, body, place, end, stretches)
        run.state.changes.update(step.changes)
        if reached:
            points.append(step.changes)  # what it was before is among them as well
        place = end
    return reached


def _expected(run: Run, node: With) -> frozenset[str]:
    """Exceptions that `pytest.raises(...)` or `suppress(...)` around a block wait for."""
    names: set[str] = set()
    for item in node.items:
        call = item.context_expr
        if not isinstance(call, ast.Call):
            continue
        bare = (dotted_name(call.func) or "").rsplit(".", 1)[-1]
        if bare in ("raises", "suppress", "assertRaises", "assertRaisesRegex"):
            for arg in call_args(call):
                listed = arg.value.elts if isinstance(arg.value, ast.Tuple) else [arg.value]
                dotted = (dotted_name(unstarred(each)) or "?" for each in listed)
                names.update(each.rsplit(".", 1)[-1] for each in dotted)
    return frozenset(names)


def _with(run: Run, node: With) -> bool:
    activation = run.activation
    modes = saved_modes(run)
    activation.contexts.append(modes)
    managers: list[Value] = []
    for item in node.items:
        # Evaluating `set_grad_enabled(...)` or a generator's call has switched the mode already.
        manager = run.evaluate(item.context_expr)
        managers.append(manager)
        entered = enter_context(run, manager, item.context_expr)
        if item.optional_vars is not None:
            targets.assign(run, item.optional_vars, entered)
    expected = _expected(run, node)
    body = run.state.fork() if expected else run.state
    with run.expecting(run.caught | expected), run.at(body):
        reached = execute(run, node.body)
    if body is not run.state:  # it may end early
        changes = body.changes.items()
        run.state.merge([{key: left_over(run.state.get(key), entry) for key, entry in changes}])
    activation.contexts.pop()
    for manager in reversed(managers):
        leave_context(run, manager, node)
    for key, mode in modes.items():
        run.state.set(key, mode)
    return reached


def _match(run: Run, node: ast.Match) -> bool:
    ways = match_cases(run, node)
    run.state.merge(ways)
    return bool(ways)


# The rest.


def _assert(run: Run, node: ast.Assert) -> bool:
    run.evaluate(node.test)
    return conditions.narrow(run, node.test, True)


def _definition(run: Run, node: FunctionDef) -> bool:
    define_function(run, node)
    return True


def _class(run: Run, node: ast.ClassDef) -> bool:
    define_class(run, node, execute)
    return True


def _delete(run: Run, node: ast.Delete) -> bool:
    """`del held[key]`; a variable that is deleted is not used any more."""
    for target in node.targets:
        if isinstance(target, ast.Subscript):
            targets.delete_item(run, target)
    return True


def _import(run: Run, node: ast.Import) -> bool:
    import_names(run, node)
    return True


def _import_from(run: Run, node: ast.ImportFrom) -> bool:
    import_from(run, node)
    return True


_HANDLERS: dict[type, Callable[[Run, Any], bool]] = {
    ast.Expr: _expression,
    ast.Assign: assignments.plain,
    ast.AnnAssign: assignments.annotated,
    ast.AugAssign: assignments.augmented,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: loops.break_loop,
    ast.Continue: loops.continue_loop,
    ast.If: _if,
    **dict.fromkeys(LOOPS, loops.for_loop),
    ast.While: loops.while_loop,
    **dict.fromkeys(TRIES, _try),
    **dict.fromkeys(WITHS, _with),
    ast.Match: _match,
    ast.Assert: _assert,
    ast.Delete: _delete,
    **dict.fromkeys(FUNCTIONS, _definition),
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
