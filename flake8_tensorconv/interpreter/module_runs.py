"""What a file does as it is imported: run once, for all programs that import it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from flake8_tensorconv.engine.definitions import ModuleRun
from flake8_tensorconv.engine.program import Program
from flake8_tensorconv.engine.run import Run, new_run
from flake8_tensorconv.lattice.state import (
    AUTOCAST,
    CHANGES,
    DEFAULT_DEVICE,
    GRAD_MODE,
    HANDLED,
    SCATTERED,
    Changes,
    Mode,
    State,
    initial_state,
    join_entries,
)
from flake8_tensorconv.locations.files import File

#: What is kept of so many files.
_MAX_KEPT = 256
#: Modes that hold on after an import, and those that gather what has happened.
_LASTING = (GRAD_MODE, DEFAULT_DEVICE, AUTOCAST)
_GATHERING = (CHANGES, SCATTERED, HANDLED)


#: The latest runs, of files as they lay there when they were read.
_kept: dict[File, ModuleRun[Run]] = {}


def run_module(run: Run, file: File, *, heard: bool) -> None:
    """Run a file where the program begins, whatever has been found out since.

    So all states see what it binds. The modes that it leaves torch in hold from here on.

    What it does is the same for all programs, unless something that it uses is not as it lies on
    the disk, or has been run in another order.

    Args:
        run: where the file is asked for.
        file: a file that has not been run in this program.
        heard: what happens as it is run is of interest.
    """
    program = run.program
    known = None if file in program.running else _known(program, file)
    if known is not None and _fits(program, known):
        for each in (*known.uses, known):
            if each.file not in program.modules:
                _take_over(program, run.state, each)
    else:
        _run_here(run, file, heard=heard)


def _fits(program: Program[Run], known: ModuleRun[Run]) -> bool:
    """Are all files that were run the same in this program, as far as it has met them?"""
    return all(
        program.modules.get(each.file, each.frame) is each.frame
        and program.project.seen(each.file) is each.file
        for each in (*known.uses, known)
    )


def _known(asking: Program[Run], file: File) -> ModuleRun[Run]:
    """The run of a file, which is kept until so many others have been asked for."""
    found = _kept.pop(file, None)
    if found is None:
        found = _run_for_any(asking, file)
    _kept[file] = found
    while len(_kept) > _MAX_KEPT:
        del _kept[next(iter(_kept))]
    return found


def _run_for_any(asking: Program[Run], file: File) -> ModuleRun[Run]:
    """Run a file as the first one of a program of its own."""
    program: Program[Run] = Program(
        interpreter=asking.interpreter,
        file=file,
        project=asking.project.for_any(),
        running=asking.running | {file},
    )
    start = initial_state()
    given: Changes = dict(start.changes)
    run = new_run(program, file, start.fork())
    program.unfold(file.tree.body)
    with program.events.unheard():
        run.execute(file.tree.body)
    uses = tuple(program.taken_over)
    for each in uses:
        given.update(each.changes)
    behind = {**start.changes, **run.state.changes}
    changes = {key: entry for key, entry in behind.items() if given.get(key) is not entry}
    return ModuleRun(
        file=file,
        frame=run.frame,
        changes=changes,
        before={key: given[key] for key in changes.keys() & given.keys()},
        definitions=program.beyond(each.definitions for each in uses),
        uses=uses,
    )


def _take_over(program: Program[Run], state: State, known: ModuleRun[Run]) -> None:
    """Bring a program to where it would be had it run a file."""
    root = state.root
    for key, entry in known.changes.items():
        if isinstance(key, Mode):
            _leave(state, key, entry)
            continue
        there = root.changes.get(key)
        changed = there is not None and there is not known.before.get(key)
        root.set(key, join_entries(there, entry) if changed else entry)
    program.add(known.definitions, root)
    program.version += 1
    program.taken_over.append(known)


def _run_here(run: Run, file: File, *, heard: bool) -> None:
    """Run a file as a part of this program."""
    program, root = run.program, run.state.root
    begun = new_run(program, file, root.fork())
    saved = program.loops, program.steps, program.folding, program.folded
    program.loops, program.steps = [], 0
    program.unfold(file.tree.body)
    with nullcontext() if heard else program.events.unheard():
        begun.execute(file.tree.body)
    program.loops, program.steps, program.folding, program.folded = saved
    for key, entry in begun.state.changes.items():
        if isinstance(key, Mode):
            _leave(run.state, key, entry)
        else:
            root.set(key, entry)


def _leave(state: State, mode: Mode[Any], entry: Any) -> None:
    """Let a mode that a file has set hold on."""
    if mode in _LASTING:
        state.set(mode, entry)
    elif mode in _GATHERING:
        state.set(mode, state.get(mode) | entry)
