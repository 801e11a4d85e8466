"""The process in which a user's script runs: which of its lines run, and what is raised there."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
import traceback
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

#: What a parent and its child leave for each other in their folder.
SOURCE, RESULT = "source", "result"
#: Of the exceptions raised in one line, as many different ones are told.
_MAX_TOLD = 20


class _OutOfTimeError(BaseException):
    """The parent will not wait any longer."""


class _Watch:
    """Collects what happens in the lines of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lines: set[int] = set()
        self.raised: dict[int, list[str]] = {}

    def enter(self, frame: types.FrameType, event: str, argument: Any) -> Any:
        """Trace the functions of the file, and no others."""
        if frame.f_code.co_filename != self.path:
            return None
        return self._inside(frame, event, argument)

    def _inside(self, frame: types.FrameType, event: str, argument: Any) -> Any:
        if event == "exception":
            self._note(frame.f_lineno, *argument)
        else:
            self.lines.add(frame.f_lineno)
        return self._inside

    def _note(
        self, line: int, kind: type[BaseException], problem: object, trace: types.TracebackType
    ) -> None:
        """Note an exception where it comes from, not where it only passes through."""
        inner = trace.tb_next
        while inner is not None:
            if inner.tb_frame.f_code.co_filename == self.path:
                return
            inner = inner.tb_next
        told = self.raised.setdefault(line, [])
        text = f"{kind.__name__}: {problem}"
        if text not in told and len(told) < _MAX_TOLD:
            told.append(text)

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        """Watch meanwhile."""
        threading.settrace(self.enter)
        sys.settrace(self.enter)
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(None)


def main(device: str, folder: Path, path: str, arguments: Sequence[str]) -> None:
    """Run a script as `__main__` and leave a record of how that went.

    Args:
        device: "simulated" simulates an accelerator.
        folder: holds the text that is run, and gets the record.
        path: the file that the text is said to come from.
        arguments: what the script finds behind its name in `sys.argv`.
    """
    import torch  # noqa: F401

    signal.signal(signal.SIGTERM, _stop)
    text = (folder / SOURCE).read_text(encoding="utf-8")
    module = types.ModuleType("__main__")
    module.__file__ = path
    sys.modules["__main__"] = module
    sys.argv = [path, *arguments]
    sys.path[0] = str(Path(path).parent)
    watch = _Watch(path)
    error: str | None = None
    with contextlib.ExitStack() as stack:
        if device == "simulated":
            from flake8_tensorconv.verify.simulated import accelerator

            stack.enter_context(accelerator())
        try:
            with watch.on():
                exec(compile(text, path, "exec"), vars(module))
        except SystemExit as end:
            error = f"SystemExit: {end.code}" if end.code else None
        except _OutOfTimeError:
            error = "Timeout"
        except BaseException as problem:
            error = f"{type(problem).__name__}: {problem}"
            _print(problem)
    record = {"error": error, "lines": sorted(watch.lines), "raised": watch.raised}
    (folder / RESULT).write_text(json.dumps(record), encoding="utf-8")


def _stop(number: int, frame: types.FrameType | None) -> None:
    raise _OutOfTimeError


def _print(problem: BaseException) -> None:
    """Print the traceback as Python does, without the frames of this file."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    traceback.print_exception(type(problem), problem, trace)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4:])
