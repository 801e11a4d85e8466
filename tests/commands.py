"""Running the command and flake8 as users do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

#: TNC101 on line 3, column 9, with a safe fix.
PROVEN = "import torch\nx = torch.ones(3, requires_grad=True)\nprint(x.numpy())\n"
PROVEN_FIXED = PROVEN.replace("x.numpy", "x.detach().numpy")
CLEAN = "import torch\nprint(torch.ones(3).detach().cpu().numpy())\n"
#: TNC110 on line 5.
POSSIBLE = "import torch\n\n\ndef f(x: torch.Tensor):\n    return x.numpy()\n"
#: TNC110 on line 5, where the receiver is not known to be a torch tensor: the fix is unsafe.
UNSURE = POSSIBLE.replace(": torch.Tensor", "")
#: TNC112, which is off by default, on line 5.
OPT_IN = POSSIBLE.replace("x.numpy", "x.cpu().numpy")


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of a JSON report."""
        return [finding["code"] for finding in self.json]


def tensorconv(*args: str, cwd: Path, stdin: str | bytes = b"", **env: str) -> Done:
    return _run("flake8_tensorconv", args, cwd, stdin, env)


def flake8(*args: str, cwd: Path, stdin: str | bytes = b"", **env: str) -> Done:
    return _run("flake8", ("--jobs=1", *args), cwd, stdin, env)


def _run(
    module: str, args: tuple[str, ...], cwd: Path, stdin: str | bytes, env: dict[str, str]
) -> Done:
    done = subprocess.run(
        [sys.executable, "-m", module, *args],
        cwd=cwd,
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1", **env},
        timeout=120,
        check=False,
    )
    result = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in result.out + result.err, result
    return result


def write(folder: Path, **files: str | bytes) -> None:
    """Write files; `a__b=...` is a/b.py."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
