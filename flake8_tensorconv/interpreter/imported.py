"""What other files of the program say: they are run when something asks for them."""

from __future__ import annotations

from contextlib import nullcontext

from flake8_tensorconv.engine.run import Run, new_run
from flake8_tensorconv.interpreter import statements
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.state import Mode
from flake8_tensorconv.lattice.values import UNKNOWN, Value, value
from flake8_tensorconv.locations.files import File, Imported
from flake8_tensorconv.locations.scopes import Frame

#: Files that are run for one that is judged.
_MAX_FILES = 60
#: Files through which a name may be handed on.
_MAX_HANDED_ON = 8


def imported(run: Run, name: Imported, depth: int = 0) -> Value:
    """What a name of another file may stand for; a module stands for itself."""
    if not name.name:
        return value(name)
    frame = entered(run, name.file)
    if frame is None or depth > _MAX_HANDED_ON:
        return UNKNOWN
    if name.name in frame.names or name.name in frame.outer:
        found: Value | None = run.state.get((frame, name.name))
        if found is not None:
            return join_all(
                imported(run, each, depth + 1) if isinstance(each, Imported) else Value((each,))
                for each in found.alternatives
            )
    below = run.program.project.submodule(name.file, name.name)
    return UNKNOWN if below is None else value(Imported(below))


def entered(run: Run, file: File, *, heard: bool = False) -> Frame | None:
    """The variables of a file, whose statements are run if they have not been; None if there are
    too many files.

    It is run where the program begins, whatever has been found out since: so all states see what
    it binds. The modes that it leaves torch in hold from here on.

    Args:
        run: where the file is asked for.
        file: the file.
        heard: what happens as it is run is of interest.
    """
    program = run.program
    if file in program.modules:
        return program.modules[file]
    if len(program.modules) >= _MAX_FILES:
        return None
    root = run.state.root
    begun = new_run(program, file, root.fork())
    saved = program.loops, program.steps, program.unfolded
    program.loops, program.steps, program.unfolded = [], 0, 0
    with nullcontext() if heard else program.events.unheard():
        statements.execute(begun, file.tree.body)
    program.loops, program.steps, program.unfolded = saved
    for key, entry in begun.state.changes.items():
        (run.state if isinstance(key, Mode) else root).set(key, entry)
    return begun.frame
