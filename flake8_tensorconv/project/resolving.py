"""Which file of the project an import means."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

from flake8_tensorconv.project.roots import is_package, project_root, search_path

#: Modules that no file of a project stands for, whatever it is called.
_FOREIGN = sys.stdlib_module_names | {"torch", "numpy", "torchvision", "torchaudio"}


@functools.lru_cache(maxsize=16384)
def resolve(importer: Path, dotted: str, level: int, *, script: bool) -> Path | None:
    """The file of a module.

    Args:
        importer: the file that imports it, an absolute path.
        dotted: the name of the module; "" in `from . import x`.
        level: how many dots stand before it.
        script: the importer is a file that can be run.

    Returns:
        A file, or a folder that is a package without `__init__.py`; None if it is none of the
        project's own.
    """
    folder = importer.parent
    names = dotted.split(".") if dotted else []
    if level:
        if level > len(folder.parts):
            return None
        start = ([folder, *folder.parents])[level - 1]
        return _below(start, names) if start.is_relative_to(project_root(folder)) else None
    if names[0] in _FOREIGN:
        return None
    spaces = []
    for start in search_path(folder, script=script):
        found = _below(start, names[:1])
        if found is None:
            continue
        if _is_folder(found):  # a package without `__init__.py` counts where there is no other
            spaces.append(start)
        else:
            return _below(start, names)
    inside = (_below(start, names) for start in spaces)
    return next((found for found in inside if found is not None), None)


def submodule(package: Path, name: str) -> Path | None:
    """The file of a module in a package; None if there is none, or if it is no package."""
    if package.name == "__init__.py":
        package = package.parent
    return _below(package, [name]) if _is_folder(package) else None


def _below(folder: Path, names: list[str]) -> Path | None:
    """The module with this dotted name in a folder."""
    for name in names[:-1]:
        folder /= name
        if not _is_folder(folder):
            return None
    last = folder / names[-1] if names else folder
    if is_package(last):
        return last / "__init__.py"
    if names and os.path.isfile(f"{last}.py"):  # noqa: PTH113
        return last.with_name(f"{last.name}.py")
    return last if _is_folder(last) else None


def _is_folder(path: Path) -> bool:
    # Unlike the method of Path, this raises nothing where nobody may look.
    return os.path.isdir(path)  # noqa: PTH112
