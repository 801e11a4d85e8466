"""What the rest of the project passes to the functions of the file that is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.interpreter.alone import run_alone
from flake8_tensorconv.interpreter.imported import entered
from flake8_tensorconv.interpreter.summaries import summarize
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.locations.scopes import ClassInfo, Closure


def run_callers(run: Run, files: Iterable[File], names: Set[str]) -> bool:
    """Run the files that use the one that is judged, and what in them has to do with it.

    Args:
        run: stands in the file that is judged.
        files: the others.
        names: functions, methods and classes of the judged file.

    Returns:
        Whether all of it could be run with what one file is worth.
    """
    program = run.program
    steps, program.steps, program.alone = program.steps, 0, True
    for file in files:
        frame = entered(run, file, heard=True)
        if frame is not None:
            for _ in _run_parts(Run(program, frame, run.state, run.activation), file, names):
                if program.steps > program.budget:
                    break
    finished = program.steps <= program.budget
    program.steps, program.alone = steps, False
    return finished


def _run_parts(run: Run, file: File, names: Set[str]) -> Iterator[ClassInfo | Closure]:
    """Run one by one the classes and functions of a file that mention names of another."""
    program = run.program
    for info in list(program.classes.values()):
        if info.frame.file is file and file.index.mentions_in(info.node, names):
            summarize(run, info)
            yield info
    done: set[Closure] = set()
    while todo := [
        closure
        for closure in program.closures
        if closure.frame.file is file and closure not in done and _mentions(run, closure, names)
    ]:
        for closure in todo:
            done.add(closure)
            if closure.info not in program.called:
                run_alone(run, closure)
                yield closure


def _mentions(run: Run, closure: Closure, names: Set[str]) -> bool:
    """Does a function, or the class whose method it is, mention one of the names?"""
    owner = run.program.owner_of(closure.info)
    node = closure.info.node if owner is None else owner.node
    return closure.frame.file.index.mentions_in(node, names)
