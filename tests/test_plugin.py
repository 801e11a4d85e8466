"""The plugin inside a real flake8."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import CLEAN, OPT_IN, POSSIBLE, PROVEN, flake8, tensorconv, write

import flake8_tensorconv


def test_flake8_lists_the_plugin(tmp_path: Path) -> None:
    assert f"flake8-tensorconv: {flake8_tensorconv.__version__}" in flake8(
        "--version", cwd=tmp_path
    ).out.replace("\n", " ")


def test_flake8_prints_code_message_and_position(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN)
    done = flake8("--select=TNC", "a.py", cwd=tmp_path)
    assert done.code == 1
    (line,) = done.out.splitlines()
    message = tensorconv("check", "--format=json", "a.py", cwd=tmp_path).json[0]["message"]
    assert line == f"a.py:3:9: TNC101 {message}"


@pytest.mark.parametrize("mode", ["-j1", "-j2", "stdin", "spawn"])
def test_every_way_of_running_finds_the_same(tmp_path: Path, mode: str) -> None:
    write(tmp_path, a=PROVEN, b=POSSIBLE, c=OPT_IN, d=CLEAN)
    (tmp_path / ".flake8").write_text("[flake8]\nextend-select = TNC112\n")
    expected = ["a.py:3:9: TNC101", "b.py:5:14: TNC110", "c.py:5:20: TNC112"]
    if mode == "stdin":
        done = flake8("-", cwd=tmp_path, stdin=PROVEN)
        expected = ["stdin:3:9: TNC101"]
    elif mode == "spawn":
        code = (
            "import multiprocessing\n"
            "from flake8.main.cli import main\n"
            "if __name__ == '__main__':\n"
            "    multiprocessing.set_start_method('spawn')\n"
            "    raise SystemExit(main(['-j2', 'a.py', 'b.py', 'c.py', 'd.py']))\n"
        )
        (tmp_path / "run").mkdir()
        script = tmp_path / "run" / "script.txt"
        script.write_text(code)
        run = subprocess.run(
            [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert run.stderr == ""
        lines = run.stdout.splitlines()
        assert [line for line in lines if "TNC" in line] and run.returncode == 1
        assert [line[: len(e)] for line, e in zip(lines, expected, strict=True)] == expected
        return
    else:
        done = flake8(mode, "a.py", "b.py", "c.py", "d.py", cwd=tmp_path)
    lines = [line for line in done.out.splitlines() if "TNC" in line]
    assert [line[: len(e)] for line, e in zip(lines, expected, strict=True)] == expected
    assert (done.code, done.err) == (1, "")


def codes(tmp_path: Path, *arguments: str) -> list[str]:
    out = flake8("--format=%(code)s", *arguments, ".", cwd=tmp_path).out
    return [code for code in out.splitlines() if code.startswith("TNC")]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], ["TNC101", "TNC110"]),
        (["--extend-select=TNC112"], ["TNC101", "TNC110", "TNC112"]),
        (["--select=TNC11"], ["TNC110", "TNC112"]),
        (["--extend-ignore=TNC101"], ["TNC110"]),
        # An `ignore` of one's own makes flake8 forget which codes are off by default.
        (["--ignore=E203"], ["TNC101", "TNC110"]),
        (["--select=E,F"], []),
    ],
)
def test_opt_in_rules_stay_off_until_named(
    tmp_path: Path, arguments: list[str], found: list[str]
) -> None:
    write(tmp_path, a=PROVEN, b=POSSIBLE, c=OPT_IN)
    assert codes(tmp_path, *arguments) == found


def test_options_from_command_line_and_configuration(tmp_path: Path) -> None:
    write(tmp_path, a="import torch\n\n\ndef f(x: torch.Tensor):\n    return x.detach().numpy()\n")
    assert codes(tmp_path) == ["TNC111"]
    assert codes(tmp_path, "--tensorconv-device=cpu") == []
    (tmp_path / "tox.ini").write_text("[flake8]\ntensorconv-device = cpu\n")
    assert codes(tmp_path) == []
    assert codes(tmp_path, "--tensorconv-device=any") == ["TNC111"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("fix-style", "neat", "fix-style must be explicit or force, not 'neat'"),
        ("min-torch", "new", "not a torch version: 'new'"),
        ("device", "gpu", "device must be any or cpu, not 'gpu'"),
    ],
)
@pytest.mark.parametrize("configured", [False, True])
def test_a_bad_value_ends_flake8_with_a_message(
    tmp_path: Path, option: str, value: str, message: str, configured: bool
) -> None:
    write(tmp_path, a=CLEAN)
    arguments = ["a.py"]
    if configured:
        (tmp_path / ".flake8").write_text(f"[flake8]\ntensorconv-{option} = {value}\n")
    else:
        arguments.append(f"--tensorconv-{option}={value}")
    done = flake8(*arguments, cwd=tmp_path)
    assert done.code == 1
    assert f"tensorconv: {message}" in done.out


def test_syntax_errors_are_left_to_flake8(tmp_path: Path) -> None:
    write(tmp_path, a="import torch\nx.numpy(\n", b=PROVEN)
    done = flake8("--select=TNC,E9", "--format=%(path)s %(code)s", "a.py", "b.py", cwd=tmp_path)
    assert sorted(done.out.splitlines())[-2:] == ["a.py E999", "b.py TNC101"] or sorted(
        set(done.out.splitlines())
    ) == ["a.py E902", "b.py TNC101"]
    assert done.err == ""


def test_other_files_go_on_after_a_bad_one(tmp_path: Path) -> None:
    # flake8 reads what is not UTF-8 as Latin-1.
    write(tmp_path, a="", b="import torch\ns = '\xff'\n".encode("latin-1"), c=PROVEN)
    (tmp_path / "empty").mkdir()
    paths = ("a.py", "b.py", "missing.py", "empty", "c.py")
    done = flake8("--select=TNC,E9", "--format=%(path)s %(code)s", *paths, cwd=tmp_path)
    assert (done.code, done.err) == (1, "")
    assert sorted(done.out.split()) == ["E902", "TNC101", "c.py", "missing.py"]


@pytest.mark.parametrize("error", ["RuntimeError('broken\\nby a bug')", "RecursionError()"])
def test_a_failing_analysis_does_not_end_flake8(tmp_path: Path, error: str) -> None:
    write(tmp_path, a=PROVEN, b="import os\n")
    script = tmp_path / "script.txt"
    script.write_text(
        "from flake8.main.cli import main\n"
        "from flake8_tensorconv.rewriting import check as checking\n"
        "def broken(*_):\n"
        f"    raise {error}\n"
        "checking.check_text = broken\n"
        "raise SystemExit(main(['-j1', '--format=%(path)s %(code)s', 'a.py', 'b.py']))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["b.py F401"]
    first, *_ = done.stderr.splitlines()
    assert first.startswith("a.py: ")
    assert len(done.stderr.splitlines()) == 2  # one line for each file
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "data",
    [
        b"# coding: latin-1\ns = '\xe4', " + b"'\xf6'\n" + PROVEN.encode(),
        b"\xef\xbb\xbf" + PROVEN.encode(),
        PROVEN.replace("\n", "\r\n").encode(),
        PROVEN.replace("print(", "print('日本 \U0001f600', ").encode(),
        PROVEN.replace("print(", "print(\t'\u0301', ").encode(),
        b"\x0c\n" + PROVEN.encode(),
        PROVEN.replace("x.numpy()", "(x\n   .\n  numpy\n())").encode(),
    ],
)
def test_flake8_and_the_command_agree_on_the_position(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, a=data)
    theirs = flake8("--select=TNC", "--format=%(row)d %(col)d", "a.py", cwd=tmp_path).out.split()
    (ours,) = tensorconv("check", "--format=json", "a.py", cwd=tmp_path).json
    assert [int(number) for number in theirs] == [ours["line"], ours["column"]]
    text = data.decode("latin-1" if b"latin-1" in data else "utf-8-sig")
    line = text.replace("\r\n", "\n").split("\n")[ours["line"] - 1]
    assert line[ours["column"] - 1 : ours["end_column"] - 1] == "numpy"
