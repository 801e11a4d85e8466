"""Running a user's script once, in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flake8_tensorconv.verify.run import Device
from flake8_tensorconv.verify.script_child import RESULT, SOURCE

#: Is given what the script prints, as it comes.
Show = Callable[[bytes], None]

#: How long a script may take to end once it is told to, and what it has started afterwards.
_GRACE = 5.0


@dataclass(frozen=True)
class Run:
    """One run of a script.

    Attributes:
        error: what ended it: "Type: message" of an exception, or how its process ended; None if
            it came to its end.
        complete: it ended by itself, so that nothing of what it prints is missing.
        lines: the lines that it reached.
        raised: the exceptions that came from each line, "Type: message", those included that the
            script caught itself.
        output: what it printed.
    """

    error: str | None
    complete: bool
    lines: frozenset[int]
    raised: dict[int, tuple[str, ...]]
    output: bytes


def run_script(
    path: Path,
    text: str,
    device: Device,
    arguments: Sequence[str] = (),
    timeout: float | None = None,
    show: Show = lambda data: None,
) -> Run:
    """Run a text as if it stood in the script's file.

    The script has nothing to read on its standard input; what it prints to its standard error
    goes to ours.

    Args:
        path: the script.
        text: what is run.
        device: "cpu" hides any accelerator, "simulated" simulates one.
        arguments: what it finds behind its name in `sys.argv`.
        timeout: the seconds after which it is ended; None: never.
        show: is given what it prints.
    """
    environment = dict(os.environ)
    if device in ("cpu", "simulated"):
        environment["CUDA_VISIBLE_DEVICES"] = ""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, RESULT)
        Path(folder, SOURCE).write_text(text, encoding="utf-8", newline="")
        child = "flake8_tensorconv.verify.script_child"
        command = [sys.executable, "-u", "-m", child, device, folder, str(path.resolve())]
        process = subprocess.Popen(
            [*command, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        output, in_time = _follow(process, timeout, show)
        complete = in_time and result.exists()
        if not result.exists():
            error = f"the process ended with {_status(process.returncode)}"
            record: dict[str, Any] = {"error": error, "lines": [], "raised": {}}
        else:
            record = json.loads(result.read_text(encoding="utf-8"))
    return Run(
        record["error"] if in_time else f"Timeout: it had not ended after {timeout:g} seconds",
        complete,
        frozenset(record["lines"]),
        {int(line): tuple(texts) for line, texts in record["raised"].items()},
        output,
    )


def _status(status: int) -> str:
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-status).name}"
    return f"status {status}"


def _follow(
    process: subprocess.Popen[bytes], timeout: float | None, show: Show
) -> tuple[bytes, bool]:
    """Wait for the end of a process; give what it printed, and whether it ended in time."""
    chunks: list[bytes] = []
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, chunks, show), daemon=True)
    reader.start()
    in_time = True
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        in_time = False
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    finally:  # also when the user interrupts us
        if process.poll() is not None:
            reader.join(_GRACE)
        _end_all(process)
    reader.join()
    return b"".join(chunks), in_time


def _read(stream: IO[bytes], chunks: list[bytes], show: Show) -> None:
    while data := os.read(stream.fileno(), 65536):
        chunks.append(data)
        show(data)
    stream.close()


def _end_all(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it has started and left behind."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
