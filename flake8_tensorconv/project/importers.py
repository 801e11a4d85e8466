"""Which files of a project may use what another one defines."""

from __future__ import annotations

import functools
import os
import re
import stat
from collections.abc import Set
from pathlib import Path

from flake8_tensorconv.project.roots import project_root

#: Where no project keeps its own files.
_FOREIGN = frozenset({
    "node_modules", "site-packages", "__pycache__", "build", "dist", "venv", "env",
})  # fmt: skip
#: In more files nobody looks for callers.
_MAX_FILES = 3_000
#: As many folders and files are gone through to find them.
_MAX_ENTRIES = 30_000
#: Longer files, in bytes, are no callers.
_LARGEST = 1_000_000
#: Of more callers the others tell nothing new.
_MAX_IMPORTERS = 6
#: `from m import (a, b)`, `import a.b as c`.
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+)?import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE
)
_WORD = re.compile(rb"[A-Za-z_]\w*")


def importers(path: Path, names: Set[str]) -> list[Path] | None:
    """The files that import from a file, or through another one, and mention names of it.

    Args:
        path: the file, absolute.
        names: what the file defines.

    Returns:
        The nearest files first, and not more than `_MAX_IMPORTERS`; None of a project that is too
        large to be looked through.
    """
    root = project_root(path.parent)
    imported = _imported(root)
    if imported is None:
        return None
    known = {name.encode() for name in names}
    module = path.stem if path.stem != "__init__" else path.parent.name
    of_module = {module.encode(), *(each.encode() for each in path.parent.relative_to(root).parts)}
    found = [
        other
        for other, words in imported.items()
        if other != path
        and (not words.isdisjoint(known) or not words.isdisjoint(of_module))
        and not known.isdisjoint(_words(other))
    ]
    found.sort(key=lambda other: (_steps(path, other), str(other)))
    return found[:_MAX_IMPORTERS]


def _steps(one: Path, other: Path) -> int:
    """How many folders lie between two files."""
    common = len(Path(os.path.commonpath([one, other])).parts)
    return len(one.parts) + len(other.parts) - 2 * common


@functools.lru_cache(maxsize=16)
def _imported(root: Path) -> dict[Path, frozenset[bytes]] | None:
    """By file of a project, the words of its imports; None if there are too many files."""
    found: dict[Path, frozenset[bytes]] = {}
    entries = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name for name in folders if name not in _FOREIGN and not name.startswith(".")
        )
        entries += len(folders) + len(names)
        if entries > _MAX_ENTRIES:
            return None
        for name in sorted(names):
            if name.endswith(".py"):
                path = Path(folder, name)
                found[path] = frozenset(
                    word
                    for match in _IMPORT.finditer(_bytes(path))
                    for word in _WORD.findall(b" ".join(filter(None, match.groups())))
                )
        if len(found) > _MAX_FILES:
            return None
    return found


def _words(path: Path) -> frozenset[bytes]:
    """The words of a file, looked for again only after it has changed."""
    try:
        state = path.stat()
    except OSError:
        return frozenset()
    return _words_as_of(path, (state.st_mtime_ns, state.st_size))


@functools.lru_cache(maxsize=_MAX_FILES)
def _words_as_of(path: Path, stamp: tuple[int, int]) -> frozenset[bytes]:
    return frozenset(_WORD.findall(_bytes(path)))


def _bytes(path: Path) -> bytes:
    """What a file holds; nothing where it cannot be read, or is none that a person has written."""
    try:
        state = path.stat()
        small = stat.S_ISREG(state.st_mode) and state.st_size <= _LARGEST
        return path.read_bytes() if small else b""
    except OSError:
        return b""
