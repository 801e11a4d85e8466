"""Where a project begins, and in which folders Python would look for its modules."""

from __future__ import annotations

import functools
import os
from pathlib import Path

#: What lies in the topmost folder of a project.
_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
_PACKAGE = "__init__.py"


@functools.lru_cache(maxsize=4096)
def project_root(folder: Path) -> Path:
    """The topmost folder of the project that a folder belongs to.

    It is the nearest one upwards that is marked as such. Without any it is the current folder, if
    the folder lies in it, or else the one above its topmost package.

    Args:
        folder: an absolute path.
    """
    for each in (folder, *folder.parents):
        if any(os.path.exists(each / mark) for mark in _MARKS):  # noqa: PTH110
            return each
    here = Path.cwd()
    if folder.is_relative_to(here):
        return here
    return next(each for each in (folder, *folder.parents) if not is_package(each))


@functools.lru_cache(maxsize=4096)
def search_path(folder: Path, *, script: bool) -> tuple[Path, ...]:
    """The folders in which Python looks for what a file of this folder imports, as far as
    they are the project's own.

    A folder that is a package is none of them, but for the scripts in it, as `python FILE` puts
    the folder of the script first. Which script is run nobody says: so any folder upwards may be
    that of one, the nearest first.

    Args:
        folder: an absolute path.
        script: the file is one that can be run.
    """
    root = project_root(folder)
    upwards = [each for each in (folder, *folder.parents) if each.is_relative_to(root)]
    found = [each for each in upwards if each == root or not is_package(each)]
    found += [each for each in (root / "src",) if os.path.isdir(each)]  # noqa: PTH112
    if script:
        found.append(folder)
    return tuple(dict.fromkeys(found))


@functools.lru_cache(maxsize=4096)
def is_package(folder: Path) -> bool:
    """Is there an `__init__.py` in it?"""
    return os.path.isfile(folder / _PACKAGE)  # noqa: PTH113 (half the time of Path.is_file)
