"""`tensorconv fix`, and standard input, as a user runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import CLEAN, PROVEN, PROVEN_FIXED, UNSURE, tensorconv, write


def test_fix_writes_and_exits_with_0_if_nothing_is_left(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN, b=CLEAN)
    before = (tmp_path / "b.py").stat().st_mtime_ns
    done = tensorconv("fix", "a.py", "b.py", cwd=tmp_path)
    assert done == (0, "", "Fixed 1 problem in 1 file\n")
    assert (tmp_path / "a.py").read_text() == PROVEN_FIXED
    assert (tmp_path / "b.py").stat().st_mtime_ns == before
    assert tensorconv("fix", "a.py", cwd=tmp_path) == (0, "", "Fixed 0 problems\n")


def test_fix_says_what_is_left_and_why(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN, b=UNSURE)
    done = tensorconv("fix", "a.py", "b.py", cwd=tmp_path)
    assert done.code == 1
    assert done.out.startswith("b.py:5:14: TNC110 ")
    assert done.err == ("Fixed 1 problem in 1 file; 1 left (1 fixable with --unsafe-fixes)\n")
    assert (tmp_path / "b.py").read_text() == UNSURE
    done = tensorconv("fix", "--unsafe-fixes", "a.py", "b.py", cwd=tmp_path)
    assert (done.code, done.err) == (0, "Fixed 1 problem in 1 file\n")
    assert (tmp_path / "b.py").read_text() == UNSURE.replace(".numpy", ".detach().cpu().numpy")


def test_diff_writes_nothing_and_can_be_applied(tmp_path: Path) -> None:
    contents = {
        "a": PROVEN.encode(),
        "crlf": PROVEN.replace("\n", "\r\n").encode(),
        "latin": b"# coding: latin-1\ns = '\xe4'\n" + PROVEN.encode() + b"t = '\xf6'\n",
        "mark": b"\xef\xbb\xbf" + PROVEN.encode(),
        "no_newline": PROVEN.rstrip("\n").encode(),
    }
    write(tmp_path, **contents)
    done = subprocess.run(
        [sys.executable, "-m", "flake8_tensorconv", "fix", "--diff", "."],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == b"Would fix 5 problems in 5 files\n"
    assert done.stdout.startswith(b"--- a.py\n+++ a.py\n@@ -1,3 +1,3 @@\n")
    for name, data in contents.items():
        assert (tmp_path / f"{name}.py").read_bytes() == data
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "apply", "-p0"], cwd=tmp_path, input=done.stdout, check=True)
    for name, data in contents.items():
        expected = data.replace(b"x.numpy", b"x.detach().numpy")
        assert (tmp_path / f"{name}.py").read_bytes() == expected
    assert tensorconv("fix", "--diff", ".", cwd=tmp_path) == (0, "", "Would fix 0 problems\n")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_fixing_changes_no_other_byte(tmp_path: Path, jobs: str) -> None:
    contents = {
        "crlf": PROVEN.replace("\n", "\r\n").encode(),
        "mixed": PROVEN.replace("\n", "\r\n", 1).encode() + b"\x0c\n\ty=1 # trailing \n  \n",
        "cr": PROVEN.replace("\n", "\r").encode(),
        "latin": b"# coding: latin-1\ns = '\xe4'\n" + PROVEN.encode(),
        "mark": b"\xef\xbb\xbf" + PROVEN.encode(),
        "no_newline": PROVEN.rstrip("\n").encode(),
    }
    contents["mixed"] = contents["mixed"].replace(b"\ty", b"y")
    write(tmp_path, **contents)
    done = tensorconv("fix", "--jobs", jobs, ".", cwd=tmp_path)
    assert (done.code, done.err) == (0, "Fixed 6 problems in 6 files\n")
    for name, data in contents.items():
        expected = data.replace(b"x.numpy", b"x.detach().numpy")
        assert (tmp_path / f"{name}.py").read_bytes() == expected, name


# Standard input


def test_check_of_standard_input(tmp_path: Path) -> None:
    done = tensorconv("check", "-", cwd=tmp_path, stdin=PROVEN)
    assert done.code == 1
    assert done.out.startswith("stdin:3:9: TNC101 ")


@pytest.mark.parametrize("text", [PROVEN, CLEAN, "", PROVEN.replace("\n", "\r\n")])
def test_fix_of_standard_input_is_a_filter(tmp_path: Path, text: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flake8_tensorconv", "fix", "-"],
        cwd=tmp_path,
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout == text.replace("x.numpy", "x.detach().numpy").encode()
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_of_standard_input_goes_to_stderr(tmp_path: Path) -> None:
    done = tensorconv("fix", "-", cwd=tmp_path, stdin=UNSURE)
    assert (done.code, done.out) == (1, UNSURE)
    assert done.err.startswith("stdin:5:14: TNC110 ")


def test_bad_standard_input(tmp_path: Path) -> None:
    done = tensorconv("fix", "-", cwd=tmp_path, stdin="x = (\n")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("stdin:1:5: syntax error: ")
