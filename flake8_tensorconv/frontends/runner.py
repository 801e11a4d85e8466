"""The work on one file, and on many at once. Nothing here prints, and no exception escapes."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from flake8_tensorconv.frontends.workers import spread
from flake8_tensorconv.frontends.writing import leads_out, replace_bytes, tidy
from flake8_tensorconv.reporting.failures import FileError, as_file_error
from flake8_tensorconv.reporting.names import quoted
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.settings.codes import Selection
from flake8_tensorconv.settings.discovery import STDIN
from flake8_tensorconv.settings.loading import Settings
from flake8_tensorconv.settings.noqa import unsilenced
from flake8_tensorconv.source.findings import Finding
from flake8_tensorconv.source.reading import (
    Source,
    SourceError,
    decode_source,
    encode_source,
    read_bytes,
    read_stdin,
)

#: What standard input is called in reports, as in flake8.
STDIN_NAME = "stdin"
#: Below this many files a process of its own costs more than it saves.
FILES_PER_PROCESS = 8


@dataclass(frozen=True)
class FileResult:
    """What came out for one file.

    Attributes:
        path: the file, as it is shown to the user.
        text: what the positions of `findings` refer to; empty if there are none.
        findings: what is to be reported (after fixing: what is left).
        error: set if the file could not be worked on.
        applied: how many fixes were applied.
        output: the file's bytes after fixing.
        diff: the change in unified format.
    """

    path: str
    text: str = ""
    findings: tuple[Finding, ...] = ()
    error: FileError | None = None
    applied: int = 0
    output: bytes | None = None
    diff: bytes = b""


@dataclass(frozen=True)
class Fixing:
    """How to fix.

    Attributes:
        unsafe: apply unsafe fixes as well.
        write: write the files.
        roots: the real paths of the files and folders in which files may be changed.
    """

    unsafe: bool
    write: bool
    roots: tuple[str, ...]


class Worker:
    """Checks or fixes one file after the other with the same settings."""

    def __init__(self, settings: Settings, fixing: Fixing | None) -> None:
        """Take the settings; `fixing` is None for checking alone."""
        self._settings = settings
        self._fixing = fixing
        self._selection = Selection(settings.flake8)

    def on_file(self, path: str) -> FileResult:
        """Work on one file, or on standard input; every error becomes part of the result."""
        try:
            if path == STDIN:
                path = STDIN_NAME
                data = read_stdin()
            else:
                data = read_bytes(path)
            source = decode_source(data)
            if self._fixing is None:
                return self._check(path, source)
            return self._fix(path, source, data, self._fixing)
        except Exception as error:
            return FileResult(path, error=as_file_error(error))

    def _check(self, path: str, source: Source) -> FileResult:
        found = check_text(source.text, self._settings.options, path=_lying(path))
        findings = tuple(self._keep(path)(source.text, found))
        return FileResult(path, source.text if findings else "", findings)

    def _fix(self, path: str, source: Source, data: bytes, fixing: Fixing) -> FileResult:
        from flake8_tensorconv.rewriting import fix_text

        fixed = fix_text(
            source.text,
            self._settings.options,
            unsafe=fixing.unsafe,
            keep=self._keep(path),
            path=_lying(path),
        )
        shown = fixed.text if fixed.remaining else ""
        left = tuple(fixed.remaining)
        if fixed.text == source.text:
            return FileResult(path, shown, left, output=data)
        if path != STDIN_NAME and leads_out(path, fixing.roots):
            raise SourceError("not fixed: a symbolic link that leads out of what was given")
        output = encode_source(source, data, fixed.text)
        diff = unified_diff(path, source, fixed.text)
        if fixing.write and path != STDIN_NAME:
            replace_bytes(path, data, output)
        return FileResult(path, shown, left, None, fixed.applied, output, diff)

    def _keep(self, path: str) -> Callable[[str, list[Finding]], list[Finding]]:
        def keep(text: str, findings: list[Finding]) -> list[Finding]:
            chosen = [item for item in findings if self._selection.reports(path, item.code)]
            return unsilenced(path, text, chosen, self._settings.flake8)

        return keep


def _lying(path: str) -> str:
    """Where a file lies, if it lies anywhere."""
    return "" if path == STDIN_NAME else path


def run(
    paths: Sequence[str], settings: Settings, fixing: Fixing | None, jobs: int | None
) -> Iterator[FileResult]:
    """Work on all files and yield the results in the order of `paths`.

    Args:
        paths: the files.
        settings: the merged settings.
        fixing: how to fix; None checks only.
        jobs: number of processes; None chooses by the number of files and processors.

    Raises:
        concurrent.futures.process.BrokenProcessPool: a process died.
    """
    if fixing is not None and fixing.write:
        for folder in sorted({os.path.dirname(os.path.realpath(path)) for path in paths}):  # noqa: PTH120
            tidy(folder)
    if jobs is None:
        jobs = min(os.cpu_count() or 1, len(paths) // FILES_PER_PROCESS)
    jobs = min(jobs, len(paths))
    if jobs <= 1 or STDIN in paths:
        worker = Worker(settings, fixing)
        yield from map(worker.on_file, paths)
        return
    yield from spread(_work, paths, jobs, _start_worker, (settings, fixing))


_worker: Worker | None = None


def _start_worker(settings: Settings, fixing: Fixing | None) -> None:
    global _worker
    _worker = Worker(settings, fixing)


def _work(path: str) -> FileResult:
    assert _worker is not None
    return _worker.on_file(path)


def unified_diff(path: str, source: Source, new_text: str) -> bytes:
    """Describe a change for `patch -p0` or `git apply -p0`, in the file's own encoding."""
    chunks: list[bytes] = []
    mark = "\ufeff" if source.encoding.endswith("-sig") else ""
    # Split at line feeds alone, so that a carriage return stays part of its line.
    old, new = list(io.StringIO(mark + source.text)), list(io.StringIO(mark + new_text))
    for number, line in enumerate(difflib.unified_diff(old, new, quoted(path), quoted(path))):
        if number < 2:
            chunks.append(line.encode("utf-8", "surrogateescape"))
            continue
        chunks.append(line.encode(source.encoding.removesuffix("-sig")))
        if not line.endswith("\n"):
            chunks.append(b"\n\\ No newline at end of file\n")
    return b"".join(chunks)
