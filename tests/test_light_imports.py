"""What the command and the plugin import, and when."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import CLEAN, PROVEN, write


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        (
            "import flake8_tensorconv.frontends.plugin",
            {"libcst", "click", "rich", "torch", "numpy", "concurrent.futures"},
        ),
        ("from flake8_tensorconv.frontends.cli import main", {"libcst", "rich", "torch", "numpy"}),
    ],
)
def test_imports_are_light(tmp_path: Path, statement: str, absent: set[str]) -> None:
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert absent.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(("text", "libcst"), [(PROVEN, True), (CLEAN, False), ("x = 1\n", False)])
@pytest.mark.parametrize("command", ["check", "fix"])
def test_libcst_is_loaded_only_where_a_conversion_needs_it(
    tmp_path: Path, command: str, text: str, libcst: bool
) -> None:
    write(tmp_path, a=text)
    code = (
        "import sys\n"
        "from flake8_tensorconv.frontends.cli import main\n"
        f"try:\n    main(['{command}', 'a.py'])\n"
        "except SystemExit:\n    print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert ("libcst" in loaded) is libcst
    assert loaded.isdisjoint({"torch", "numpy"})
