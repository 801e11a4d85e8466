"""The files of a project, read when something asks for them."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Set
from pathlib import Path

from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.project.importers import importers
from flake8_tensorconv.project.resolving import resolve, submodule
from flake8_tensorconv.source.parsing import CheckError, bounded, parse
from flake8_tensorconv.source.reading import SourceError, decode_source, read_bytes

_RUNNABLE = re.compile(r"""^if\s+\(?__name__\s*==\s*["']__main__["']""", re.MULTILINE)


class Project:
    """What one analysis sees of a project: each of its files once.

    Attributes:
        files: those that were asked for, by their paths; None of what cannot be read.
    """

    def __init__(self, judged: File | None = None) -> None:
        """Take the file that is judged, if any, which need not be as it lies on the disk."""
        self.files: dict[str, File | None] = {}
        if judged is not None and judged.path:
            self.files[judged.path] = judged

    def for_any(self) -> Project:
        """The same files as they lie on the disk, whichever of them is judged."""
        return Project()

    def seen(self, file: File) -> File | None:
        """What lies where another analysis has found a file: the same one unless it has changed."""
        return self._file(file.path)

    def module(self, importer: File, dotted: str, level: int) -> File | None:
        """The file that an import means; None if it is none of the project's own.

        Args:
            importer: the file with the import.
            dotted: the name of the module; "" in `from . import x`.
            level: how many dots stand before it.
        """
        if not importer.path:
            return None
        found = resolve(Path(importer.path), dotted, level, script=_is_script(importer))
        return None if found is None else self._file(str(found))

    def submodule(self, package: File, name: str) -> File | None:
        """A module in a package."""
        found = submodule(Path(package.path), name) if package.path else None
        return None if found is None else self._file(str(found))

    def importers(self, file: File, names: Set[str]) -> list[File] | None:
        """Files that may use what a file defines, the nearest first; None if nobody knows.

        Args:
            file: the file.
            names: what it defines.
        """
        found = importers(Path(file.path), names) if file.path else None
        return (
            found
            if found is None
            else [f for f in map(self._file, map(str, found)) if f is not None]
        )

    def _file(self, path: str) -> File | None:
        if path not in self.files:
            try:
                self.files[path] = _read(path, _stamp(path))
            except (OSError, SourceError, CheckError, SyntaxError):
                self.files[path] = None
        return self.files[path]


@functools.lru_cache(maxsize=256)
def _is_script(file: File) -> bool:
    """Can it be run?"""
    return _RUNNABLE.search(file.text) is not None


def _stamp(path: str) -> tuple[int, int]:
    """Another one after every change."""
    found = os.stat(path)  # noqa: PTH116
    return found.st_mtime_ns, found.st_size


@functools.lru_cache(maxsize=256)
def _read(path: str, stamp: tuple[int, int]) -> File:
    """A file as it lies on the disk; a folder is an empty one."""
    if os.path.isdir(path):  # noqa: PTH112
        return File(index_of(parse("")), path)
    text = decode_source(read_bytes(path)).text
    bounded(text)
    tree = parse(text)
    bounded(text, tree)
    return File(index_of(tree), path, text)
