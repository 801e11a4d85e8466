"""Replacing a file's contents so that nothing of the user's is ever lost.

A file with one name is replaced at one stroke by a temporary one. A file with several names (hard
links), or that belongs to somebody else, has to be written in place, which a kill can interrupt: a
journal beside it keeps the old and the new contents until it is done. What a killed run has left in
a folder is put in order by the next one that writes there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import zip_longest
from pathlib import Path
from typing import IO

from flake8_tensorconv.source.reading import SourceError, reason_of

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed
    fcntl = None  # type: ignore[assignment,unused-ignore]

_PREFIX, _TEMPORARY, _JOURNAL = ".tensorconv-", ".tmp", ".journal"
_LEFT_BEHIND = re.compile(r"\.tensorconv-[a-z0-9_]{8}\.(?:tmp|journal)")


def leads_out(path: str, roots: Sequence[str]) -> bool:
    """Does a path lead, through symbolic links, out of all of the given places?

    Args:
        path: a file.
        roots: real paths of files and folders.
    """
    real = os.path.realpath(path)
    return not any(real == root or real.startswith(os.path.join(root, "")) for root in roots)  # noqa: PTH118


def replace_bytes(path: str, old: bytes, new: bytes) -> None:
    """Replace a file's contents; its links, owner, permissions and attributes stay.

    Args:
        path: the file, or a symbolic link to it.
        old: what it holds.
        new: what it shall hold.

    Raises:
        SourceError: it holds something else by now, or cannot be written; it is as it was before.
    """
    target = Path(os.path.realpath(path))
    try:
        if not os.access(target, os.W_OK):  # replacing needs no right to write, so ask for it
            raise PermissionError(13, "Permission denied")
        status = target.stat()
        with _temporary(target.parent) as (file, temporary):
            if status.st_nlink == 1 and _owned_alike(file, status):
                _write(file, new)
                shutil.copystat(target, temporary)
                os.utime(temporary)
                _compare(target, old)
                temporary.replace(target)
            else:
                header = json.dumps({"name": target.name, "old": len(old)}).encode() + b"\n"
                _write(file, header + old + new)
                journal = temporary.with_suffix(_JOURNAL)
                temporary.replace(journal)  # with this name, it is complete
                _overwrite(target, old, new, journal)
    except OSError as error:
        raise SourceError(f"not fixed: {reason_of(error)}") from None


def tidy(folder: str) -> None:
    """Put in order what killed runs have left in a folder: half-written files, temporary ones.

    What cannot be read or written is left alone.
    """
    with suppress(OSError):
        for path in sorted(Path(folder).iterdir()):
            if _LEFT_BEHIND.fullmatch(path.name):
                with suppress(OSError):
                    _tidy(path)


def _tidy(path: Path) -> None:
    if not stat.S_ISREG(path.lstat().st_mode):
        return
    with path.open("rb") as file:
        if not _lock(file):
            return  # of a run that is alive
        if path.suffix == _JOURNAL:
            _restore(path.parent, file.read())
    path.unlink()


def _restore(folder: Path, journal: bytes) -> None:
    """Give a file its old contents back if it holds what an interrupted write leaves."""
    header, _, contents = journal.partition(b"\n")
    try:
        said = json.loads(header)
        target, length = folder / Path(str(said["name"])).name, int(said["old"])
    except (ValueError, KeyError, TypeError):
        return
    old, new = contents[:length], contents[length:]
    with suppress(FileNotFoundError):
        present = target.read_bytes()
        if present not in (old, new) and _mixed(present, old, new):
            _put(target, old)


def _mixed(present: bytes, old: bytes, new: bytes) -> bool:
    """Is everything that a file holds from one of two contents, at its place?"""
    if not min(len(old), len(new)) <= len(present) <= max(len(old), len(new)):
        return False
    return all(byte in pair for byte, pair in zip(present, zip_longest(old, new)))


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[IO[bytes], Path]]:
    handle, name = tempfile.mkstemp(_TEMPORARY, _PREFIX, folder)
    try:
        with os.fdopen(handle, "wb") as file:
            _lock(file)
            yield file, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _lock(file: IO[bytes]) -> bool:
    """Mark a temporary file as that of a living process; False if it is another's."""
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            pass  # a file system without locks
    return True


def _owned_alike(file: IO[bytes], status: os.stat_result) -> bool:
    """Give a new file the owner of an old one, if that is allowed."""
    own = os.fstat(file.fileno())
    if (own.st_uid, own.st_gid) == (status.st_uid, status.st_gid):
        return True
    try:
        os.fchown(file.fileno(), status.st_uid, status.st_gid)
    except (OSError, AttributeError):
        return False
    return True


def _compare(target: Path, old: bytes) -> None:
    if target.read_bytes() != old:
        raise SourceError("not fixed: the file was changed meanwhile")


def _write(file: IO[bytes], data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _overwrite(target: Path, old: bytes, new: bytes, journal: Path) -> None:
    """Write in place; the journal stays as long as the file is neither the old nor the new one."""
    try:
        _compare(target, old)
        _put(target, new)
    except SourceError:
        journal.unlink()
        raise
    except OSError:
        _put(target, old)  # its room is still there: nothing was cut off yet
        journal.unlink()
        raise
    journal.unlink()


def _put(target: Path, data: bytes) -> None:
    """Write over a file from its start, and only then cut off what is too much."""
    with target.open("r+b", buffering=0) as file:
        written = 0
        while written < len(data):
            written += file.write(data[written:]) or 0
        file.truncate()
        os.fsync(file.fileno())
