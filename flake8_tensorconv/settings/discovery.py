"""Which files are meant: files, directories, globs and standard input."""

from __future__ import annotations

import glob
import logging
import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

STDIN = "-"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Discovery:
    """What the arguments of a command stand for.

    Attributes:
        files: every file once, in a stable order; `STDIN` stands for standard input.
        missing: arguments that name nothing, and folders that cannot be read, with the reason.
        empty: folders in which there is nothing to check.
        roots: the real paths of the files and folders that the arguments name.
    """

    files: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    empty: tuple[str, ...]
    roots: tuple[str, ...]


def discover(arguments: Sequence[str], flake8: Namespace) -> Discovery:
    """Find the files to look at, leaving out what flake8 would leave out.

    Args:
        arguments: paths, glob patterns that no shell expanded, or `STDIN`.
        flake8: merged flake8 options.
    """
    files: dict[str, str] = {}
    missing: list[tuple[str, str]] = []
    empty: list[str] = []
    roots: set[str] = set()
    for argument in arguments:
        paths = _expand(argument, flake8)
        if not paths:
            missing.append((argument, "no such file or directory"))
        roots.update(os.path.realpath(path) for path in paths if path != STDIN)
        for path in paths:
            if path == STDIN:
                files.setdefault(STDIN, STDIN)
            elif _excluded(path, flake8):
                if Path(path).is_dir():
                    empty.append(path)
            elif Path(path).is_dir():
                found = list(_walk(path, flake8, missing))
                if not found:
                    empty.append(path)
                for file in found:
                    files.setdefault(os.path.realpath(file), file)
            else:
                files.setdefault(os.path.realpath(path), path)
    return Discovery(tuple(files.values()), tuple(missing), tuple(empty), tuple(sorted(roots)))


def _expand(argument: str, flake8: Namespace) -> list[str]:
    if argument == STDIN or os.path.lexists(argument):
        return [argument]
    if not glob.has_magic(argument):
        return []
    paths = glob.glob(argument, recursive=True)  # noqa: PTH207 - may be absolute
    # `**` also goes into folders that a walk would not enter.
    return sorted(
        path for path in paths if not any(_excluded(str(p), flake8) for p in Path(path).parents)
    )


def _walk(top: str, flake8: Namespace, missing: list[tuple[str, str]]) -> Iterator[str]:
    from flake8.utils import fnmatch

    def unreadable(error: OSError) -> None:
        missing.append((str(error.filename), (error.strerror or "cannot be read").lower()))

    for root, folders, names in os.walk(top, onerror=unreadable):
        kept = [name for name in folders if not _excluded(str(Path(root, name)), flake8)]
        folders[:] = sorted(kept)
        for name in sorted(names):
            path = str(Path(root, name))
            # flake8 matches "./name", not "name", below the current folder.
            if not fnmatch(f"{root}{os.sep}{name}", flake8.filename) or _excluded(path, flake8):
                continue
            # A pipe, a device or a socket is no source; of a broken link the user wants to hear.
            if Path(path).is_file() or not Path(path).exists():
                yield path


def _excluded(path: str, flake8: Namespace) -> bool:
    from flake8.utils import matches_filename

    patterns = [*flake8.exclude, *flake8.extend_exclude]
    return bool(matches_filename(path, patterns, "%(path)s %(whether)sexcluded", _LOG))
