"""Run whole programs on a device and say how each ended.

A program that ends the interpreter, or hangs, costs only itself: programs run in a child process,
and a new child goes on with the next one.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import runpy
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Device = Literal["cpu", "simulated", "cuda", "mps", "xpu"]

# A child says when it has imported torch, which may take long on a busy machine.
_READY = "\n"
_SECONDS_TO_START = 120.0

#: How long a program may take if nothing else is said.
SECONDS = 60.0


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes:
        error: "Type: message" of the exception that ended it, None if it ran to its end.
        line: the line of the program where that exception came from.
        warnings: "Type: message" of each warning that a line of the program caused.
        output: what it printed.
    """

    error: str | None = None
    line: int | None = None
    warnings: tuple[str, ...] = ()
    output: str = ""

    def agrees_with(self, expected: str | None, otherwise: str | None = None) -> bool:
        """Tell whether the program ended as `expected` says: "Type: start of message", or None.

        Args:
            expected: what it has to end with.
            otherwise: what it may end with instead, unless it is expected to run.
        """
        if expected is None or self.error is None:
            return expected is None and self.error is None
        return self.error.startswith((expected, otherwise or expected))


def run_programs(
    sources: Sequence[str], device: Device, timeout: float = SECONDS
) -> tuple[Outcome, ...]:
    """Run each program in `sources` as `__main__` and return their outcomes, in order.

    Args:
        sources: complete programs.
        device: "cpu" hides any accelerator, "simulated" simulates one, the others use a real one;
            programs say "cuda", which is rewritten where the accelerator has another name.
        timeout: the seconds after which a program that has not ended is given up.
    """
    outcomes: list[Outcome] = []
    while len(outcomes) < len(sources):
        done, reason = _run_child(sources[len(outcomes) :], device, timeout)
        outcomes += done
        if len(outcomes) < len(sources):
            outcomes.append(Outcome(error=reason))
    return tuple(outcomes)


def run_program(path: Path, device: Device) -> Outcome:
    """Run the program at `path` in this process and return its outcome."""
    import numpy as np
    import torch

    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    error: str | None = None
    line: int | None = None
    with warnings.catch_warnings(record=True) as caught, contextlib.ExitStack() as stack:
        warnings.simplefilter("always")
        # torch gives many warnings only once in a process; every program is to have its own.
        stack.callback(torch.set_warn_always, torch.is_warn_always_enabled())
        torch.set_warn_always(True)
        stack.callback(torch.set_grad_enabled, torch.is_grad_enabled())
        stack.callback(torch.set_default_device, None)
        stack.callback(torch.set_default_dtype, torch.get_default_dtype())
        output = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        if device == "simulated":
            from flake8_tensorconv.verify.simulated import accelerator

            stack.enter_context(accelerator())
        try:
            runpy.run_path(str(path), run_name="__main__")
        except SystemExit as end:
            error = f"SystemExit: {end.code}" if end.code else None
        except Exception as problem:
            frames = traceback.extract_tb(problem.__traceback__)
            own = [frame.lineno for frame in frames if frame.filename == str(path)]
            error, line = f"{type(problem).__name__}: {problem}", own[-1] if own else None
    # The simulation's own frame stands between a program and the torch function it calls.
    files = {str(path), str(Path(__file__).with_name("dispatch.py"))}
    own_warnings = [w for w in caught if w.filename in files]
    texts = tuple(f"{w.category.__name__}: {w.message}" for w in own_warnings)
    return Outcome(error, line, texts, output.getvalue())


def _run_child(sources: Sequence[str], device: Device, timeout: float) -> tuple[list[Outcome], str]:
    """Run programs in one child; return the outcomes it reached and why it went no further."""
    environment = dict(os.environ)
    if device in ("cpu", "simulated"):
        environment["CUDA_VISIBLE_DEVICES"] = ""
    with tempfile.TemporaryDirectory() as folder:
        for number, source in enumerate(sources):
            text = _named_after(source, device)
            Path(folder, f"program_{number}.py").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "flake8_tensorconv.verify.run", device, folder]
        results = Path(folder, "results.jsonl")
        results.touch()
        child = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        reason = _wait(child, results, timeout)
        lines = results.read_text(encoding="utf-8").split(_READY)
    records = [json.loads(text) for text in lines if text]
    return [Outcome(**{**r, "warnings": tuple(r["warnings"])}) for r in records], reason


def _named_after(source: str, device: Device) -> str:
    """The program for an accelerator that is not called "cuda"."""
    if device in ("cpu", "simulated", "cuda"):
        return source
    module = "torch.backends.mps" if device == "mps" else f"torch.{device}"
    source = source.replace("torch.cuda.is_available", f"{module}.is_available")
    return source.replace('"cuda', f'"{device}').replace(".cuda()", f'.to("{device}")')


def _wait(child: subprocess.Popen[bytes], results: Path, timeout: float) -> str:
    """Wait for the end of `child`, ending it if `results` stops growing; return how it ended."""
    size, since = 0, time.monotonic()
    while time.monotonic() - since < (timeout if size else _SECONDS_TO_START):
        with contextlib.suppress(subprocess.TimeoutExpired):
            return f"Crash: exit status {child.wait(0.1)}"
        if results.stat().st_size > size:
            size, since = results.stat().st_size, time.monotonic()
    child.kill()
    child.wait()
    return f"Timeout: no result after {timeout:g} seconds"


def _child(device: Device, folder: Path) -> None:
    programs = sorted(folder.glob("program_*.py"), key=lambda p: int(p.stem.rpartition("_")[2]))
    import torch  # noqa: F401

    with (folder / "results.jsonl").open("w", encoding="utf-8") as results:
        print(end=_READY, file=results, flush=True)
        for path in programs:
            print(json.dumps(asdict(run_program(path, device))), file=results, flush=True)


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]))  # type: ignore[arg-type]
