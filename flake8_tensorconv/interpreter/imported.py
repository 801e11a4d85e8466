"""What other files of the program say: they are run when something asks for them."""

from __future__ import annotations

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.interpreter.module_runs import run_module
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.values import UNKNOWN, Value, value
from flake8_tensorconv.locations.files import File, Imported
from flake8_tensorconv.locations.scopes import Frame

#: Files that are run for one that is judged.
_MAX_FILES = 60
#: Files through which a name may be handed on.
_MAX_HANDED_ON = 8


def imported(run: Run, name: Imported, depth: int = 0) -> Value:
    """What a name of another file may stand for; a module stands for itself."""
    file = run.program.project.seen(name.file)
    if file is None:
        return UNKNOWN
    if not name.name:
        return value(Imported(file))
    frame = entered(run, file)
    if frame is None or depth > _MAX_HANDED_ON:
        return UNKNOWN
    if name.name in frame.names or name.name in frame.outer:
        found: Value | None = run.state.get((frame, name.name))
        if found is not None:
            return join_all(
                imported(run, each, depth + 1) if isinstance(each, Imported) else Value((each,))
                for each in found.alternatives
            )
    below = run.program.project.submodule(file, name.name)
    return UNKNOWN if below is None else value(Imported(below))


def entered(run: Run, file: File, *, heard: bool = False) -> Frame | None:
    """The variables of a file, whose statements are run if they have not been; None if there are
    too many files.

    Args:
        run: where the file is asked for.
        file: the file.
        heard: what happens as it is run is of interest.
    """
    modules = run.program.modules
    if file not in modules and len(modules) < _MAX_FILES:
        run_module(run, file, heard=heard)
    return modules.get(file)
