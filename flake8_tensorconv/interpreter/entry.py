"""The whole analysis of a module: run it, then everything in it that nobody in the file calls."""

from __future__ import annotations

import enum
from collections.abc import Set

from flake8_tensorconv.engine.program import SMALL_BUDGET, Modules, Program
from flake8_tensorconv.engine.run import Run, new_run
from flake8_tensorconv.events.records import Met
from flake8_tensorconv.index.focus import Focus, qualified
from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.syntax import DEFINITIONS, Sign
from flake8_tensorconv.interpreter import calls, expressions, statements
from flake8_tensorconv.interpreter.alone import run_alone
from flake8_tensorconv.interpreter.attributes import attribute
from flake8_tensorconv.interpreter.callers import run_callers
from flake8_tensorconv.interpreter.imported import imported
from flake8_tensorconv.interpreter.summaries import summarize
from flake8_tensorconv.knowledge.devices import ASKING
from flake8_tensorconv.lattice.state import initial_state
from flake8_tensorconv.libraries.torch.modules import is_autograd_forward
from flake8_tensorconv.libraries.torch.tracing import not_traced
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.locations.scopes import Closure, FunctionInfo
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.narrowing.axes_conditions import asks_for_axes
from flake8_tensorconv.narrowing.departures import with_departures


class _Interpreter:
    """Ties the parts of the interpreter together."""

    evaluate = staticmethod(expressions.evaluate)
    execute = staticmethod(statements.execute)
    call = staticmethod(calls.call_value)
    attribute = staticmethod(attribute)
    imported = staticmethod(imported)


_INTERPRETER = _Interpreter()


def analyze(file: File, project: Modules, focused: Focus | None = None) -> list[Met]:
    """Find out what every value of a file may be.

    Args:
        file: the file that is judged.
        project: finds the files that it imports.
        focused: what of it can lead to an event; the rest is looked at only where that
            uses it. None: all can.

    Returns:
        What the rules look at, in the order in which the interpreter met it. One place in the
        source may be met several times, once for each way in which it can be reached.
    """
    reaching = None if focused is None else focused.reaching
    index = file.index
    program: Program[Run] = Program(interpreter=_INTERPRETER, file=file, project=project)
    run = new_run(program, file, initial_state())
    file.asks_for_devices = bool(index.called & ASKING)
    file.asks_for_axes = asks_for_axes(index)
    if focused is not None:
        file.left_out = focused.left_out
        run.program.tracks_memory = focused.sharing
        if not focused.explicit:
            run.program.budget = SMALL_BUDGET
    program.unfold(file.tree.body)
    statements.execute(run, file.tree.body)
    for info in list(run.program.classes.values()):
        if info.frame.file is file and (reaching is None or info.name in reaching):
            summarize(run, info)
    elsewhere = _called_elsewhere(run, project, _defined(index) if reaching is None else reaching)
    run.program.alone = True
    done: set[Closure] = set()
    for group in (_Group.UNCALLED, _Group.CALLED, _Group.CLOSED):
        # Running a function adds those that are defined inside it.
        while todo := [
            c
            for c in run.program.closures
            if c not in done
            and c.frame.file is file
            and _group(run, c, index.called) is group
            and (reaching is None or _name(run, c) in reaching or c.info.name == "<lambda>")
        ]:
            for closure in todo:
                done.add(closure)
                called = closure.info in run.program.called
                if closure.info not in elsewhere and not (called and group is _Group.CLOSED):
                    run.program.callers_known = called and not is_autograd_forward(run, closure)
                    run_alone(run, closure)
    memory.changed_by_others(run)
    met = with_departures(run, not_traced(run))
    return met if len(run.program.modules) == 1 else [e for e in met if _is_in(file, e)]


def _is_in(file: File, event: Met) -> bool:
    """Does it happen in this file?"""
    at = event.at.node if isinstance(event.at, Sign) else event.at
    return at in file.index.order


#: Methods that nobody calls by their names.
_CALLED_BY_TORCH = frozenset(
    {"forward", "__init__", "__call__", "__getitem__", "__len__", "__iter__", "__enter__"}
)


class _Group(enum.Enum):
    """In which order functions are looked at on their own: callers before those they call."""

    UNCALLED = 0
    CALLED = 1
    CLOSED = 2


def _name(run: Run, closure: Closure) -> str:
    owner = run.program.owner_of(closure.info)
    return qualified(closure.info.name, None if owner is None else owner.name)


def _group(run: Run, closure: Closure, called: frozenset[str]) -> _Group:
    if _is_closed(run, closure):
        return _Group.CLOSED
    return _Group.CALLED if closure.info.name in called else _Group.UNCALLED


def _called_elsewhere(run: Run, project: Modules, names: Set[str]) -> Set[FunctionInfo]:
    """Run the files that use this one.

    Args:
        run: stands behind the last statement of the file.
        project: knows of other files.
        names: the functions, methods and classes in which something may be reported.

    Returns:
        The functions that other files call; none if not all of these calls could be followed.
    """
    plain = frozenset(part for name in names for part in name.split(".")) - _CALLED_BY_TORCH
    callers = project.importers(run.file, plain)
    if not callers:
        return set()
    before, run.program.called = run.program.called, set()
    finished = run_callers(run, callers, plain)
    elsewhere, run.program.called = run.program.called, before | run.program.called
    return elsewhere if finished else set()


def _defined(index: Index) -> frozenset[str]:
    """The functions, methods and classes of a file."""
    nodes = (scope.node for scope in index.scopes)
    return frozenset(node.name for node in nodes if isinstance(node, DEFINITIONS))


def _is_closed(run: Run, closure: Closure) -> bool:
    """Can only this file call it? Private names, functions inside functions, lambdas."""
    name = closure.info.name
    if closure.frame.parent is not None and run.program.owner_of(closure.info) is None:
        return True
    if name == "<lambda>":
        return True
    return name.startswith("_") and not name.startswith("__")
