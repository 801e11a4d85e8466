"""A user's own script: it is run as it is and with all fixes, and its findings are compared."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flake8_tensorconv import Finding, check_source, fix_source
from flake8_tensorconv.rules import all_rules
from flake8_tensorconv.source import decode_source
from flake8_tensorconv.verify.run import Device

#: Findings about what goes silently wrong: only a different result can confirm them.
_SILENT = ("TNC3", "TNC4")


@dataclass(frozen=True)
class Site:
    """What came of one finding.

    Attributes:
        line: where it is.
        code: its rule.
        fate: "confirmed: ..." if it was seen, "ran clean", or "not reached".
    """

    line: int
    code: str
    fate: str


@dataclass(frozen=True)
class Report:
    """What came of a script.

    Attributes:
        path: the script.
        device: where it ran.
        sites: its findings.
        before, after: the exception that ended it as it is, and with all fixes; None if none did.
        same_output: did it print the same both times?
    """

    path: str
    device: Device
    sites: tuple[Site, ...]
    before: str | None
    after: str | None
    same_output: bool

    @property
    def fix_holds(self) -> bool:
        """Does the fixed script run at least as far as the original?"""
        return self.after is None or self.before is not None


@dataclass(frozen=True)
class _Run:
    """One run: how it ended, where, which lines it reached, and what it printed."""

    error: str | None
    line: int | None
    lines: frozenset[int]
    output: str


def verify_script(path: Path, device: Device, arguments: Sequence[str] = ()) -> Report:
    """Run a script before and after its fixes, and say what became of its findings.

    Nothing of the user's is written, except by the script itself.

    Args:
        path: the script.
        device: where to run it.
        arguments: what it finds behind its name in `sys.argv`.

    Raises:
        SyntaxError: it is no valid Python.
        flake8_tensorconv.source.SourceError: it cannot be decoded.
    """
    text = decode_source(path.read_bytes()).text
    usual = {rule.code for rule in all_rules() if rule.default}
    findings = [finding for finding in check_source(text) if finding.code in usual]
    before = _run(path, text, device, arguments)
    after = _run(path, fix_source(text, unsafe=True), device, arguments)
    same = (before.error, before.output) == (after.error, after.output)
    sites = tuple(
        Site(each.span.line, each.code, _fate(each, before, same=same)) for each in findings
    )
    return Report(
        str(path), device, sites, before.error, after.error, before.output == after.output
    )


def _fate(finding: Finding, run: _Run, *, same: bool) -> str:
    span = range(finding.lines[0], finding.lines[1] + 1)
    silent = finding.code.startswith(_SILENT)
    if run.error is not None and run.line in span and not silent:
        return f"confirmed: {run.error}"
    if not run.lines.intersection(span):
        return "not reached"
    if silent and not same:
        return "confirmed: the result changes with the fixes"
    return "ran clean"


def _run(path: Path, text: str, device: Device, arguments: Sequence[str]) -> _Run:
    environment = dict(os.environ)
    if device in ("cpu", "simulated"):
        environment["CUDA_VISIBLE_DEVICES"] = ""
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder, "source"), Path(folder, "result")
        source.write_text(text, encoding="utf-8", newline="")
        command = [sys.executable, "-m", __name__, device, folder, str(path.resolve())]
        done = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if not result.exists():
            return _Run(f"the process ended with status {done.returncode}", None, frozenset(), "")
        record: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return _Run(record["error"], record["line"], frozenset(record["lines"]), record["output"])


# The child.


@contextlib.contextmanager
def _reached(path: str) -> Iterator[set[int]]:
    """Collect the lines of a file that run meanwhile."""
    lines: set[int] = set()

    def local(frame: types.FrameType, event: str, argument: Any) -> Any:
        lines.add(frame.f_lineno)
        return local

    def enter(frame: types.FrameType, event: str, argument: Any) -> Any:
        return local(frame, event, argument) if frame.f_code.co_filename == path else None

    sys.settrace(enter)
    try:
        yield lines
    finally:
        sys.settrace(None)


def _child(device: str, folder: Path, path: str, arguments: Sequence[str]) -> None:
    import torch

    torch.manual_seed(0)
    text = (folder / "source").read_text(encoding="utf-8")
    main = types.ModuleType("__main__")
    main.__file__ = path
    sys.modules["__main__"] = main
    sys.argv = [path, *arguments]
    sys.path[0] = str(Path(path).parent)
    error: str | None = None
    line: int | None = None
    output = io.StringIO()
    with contextlib.ExitStack() as stack:
        if device == "simulated":
            from flake8_tensorconv.verify.simulated import accelerator

            stack.enter_context(accelerator())
        stack.enter_context(contextlib.redirect_stdout(output))
        lines = stack.enter_context(_reached(path))
        try:
            exec(compile(text, path, "exec"), vars(main))
        except SystemExit as end:
            error = f"SystemExit: {end.code}" if end.code else None
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"
            trace = problem.__traceback__
            while trace is not None:
                if trace.tb_frame.f_code.co_filename == path:
                    line = trace.tb_lineno
                trace = trace.tb_next
    record = {
        "error": error,
        "line": line,
        "lines": sorted(lines),
        "output": output.getvalue(),
    }
    (folder / "result").write_text(json.dumps(record), encoding="utf-8")


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4:])
