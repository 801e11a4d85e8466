"""What the rest of the project passes to the functions of the file that is judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.interpreter.alone import run_alone
from flake8_tensorconv.interpreter.imported import entered
from flake8_tensorconv.interpreter.summaries import summarize
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.locations.scopes import ClassInfo, Closure

#: Expressions evaluated, at most, before the first function of the judged file has been entered.
_IN_VAIN = 1_000


def run_callers(run: Run, files: Sequence[File], names: Set[str]) -> bool:
    """Run the files that use the one that is judged, and what in them has to do with it.

    Args:
        run: stands in the file that is judged.
        files: the others.
        names: functions, methods and classes of the judged file.

    Returns:
        Whether all of it could be run with what one file is worth.
    """
    program = run.program
    own = {each.info for each in program.closures if each.frame.file is run.file}
    steps, program.steps, program.alone = program.steps, 0, True
    finished = True
    for _ in _run_parts(run, files, names):
        in_vain = program.steps > _IN_VAIN and own.isdisjoint(program.called)
        if in_vain or program.steps > program.budget:
            finished = False
            break
    program.steps, program.alone = steps, False
    return finished


def _run_parts(run: Run, files: Sequence[File], names: Set[str]) -> Iterator[None]:
    """Run one by one the functions that mention names of another file, then the other methods of
    the classes that do.
    """
    done: set[Closure] = set()
    known: set[ClassInfo] = set()
    for mentions in (_mentions, _mentions_in_class):
        for file in files:
            frame = entered(run, file, heard=True)
            if frame is None:
                continue
            inside = Run(run.program, frame, run.state, run.activation)
            while todo := [
                closure
                for closure in run.program.closures
                if closure.frame.file is file
                and closure not in done
                and closure.info not in run.program.called
                and mentions(run, closure, names)
            ]:
                for closure in todo:
                    done.add(closure)
                    owner = run.program.owner_of(closure.info)
                    if owner is not None and owner not in known:
                        known.add(owner)
                        summarize(inside, owner)
                        yield
                    run_alone(inside, closure)
                    yield


def _mentions(run: Run, closure: Closure, names: Set[str]) -> bool:
    """Does a function mention one of the names?"""
    return closure.frame.file.index.mentions_in(closure.info.node, names)


def _mentions_in_class(run: Run, closure: Closure, names: Set[str]) -> bool:
    """Is a function a method of a class that mentions one of the names?"""
    owner = run.program.owner_of(closure.info)
    return owner is not None and closure.frame.file.index.mentions_in(owner.node, names)
