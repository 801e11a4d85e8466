"""The command, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import CLEAN, POSSIBLE, PROVEN, PROVEN_FIXED, tensorconv, write

from flake8_tensorconv.reporting.failures import as_file_error
from flake8_tensorconv.source.parsing import TooDeep, Unparsable

DEEP = "x = " + "-" * 100_000 + "1\n"


def test_check_reports_and_exits_with_1(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN)
    done = tensorconv("check", "a.py", cwd=tmp_path)
    lines = done.out.splitlines()
    assert done.code == 1
    assert lines[0].startswith("a.py:3:9: TNC101 ")
    assert lines[1:3] == ["    print(x.numpy())", "          ^"]
    assert any("line 2" in line for line in lines[3:])
    assert done.err == ("Found 1 problem (1 proven, 0 possible); 1 fixable with `tensorconv fix`\n")


def test_check_is_clean_with_0(tmp_path: Path) -> None:
    write(tmp_path, a=CLEAN, b="")
    done = tensorconv("check", "a.py", "b.py", cwd=tmp_path)
    assert done == (0, "", "No problems in 2 files\n")
    done = tensorconv("check", "--format=json", "a.py", "b.py", cwd=tmp_path)
    assert done == (0, "[]\n", "")
    done = tensorconv("fix", "a.py", "b.py", cwd=tmp_path)
    assert done == (0, "", "Fixed 0 problems\n")
    assert (tmp_path / "b.py").read_bytes() == b""


def test_json_has_the_position_of_the_name(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN.replace("print(", "print('日本', "))
    done = tensorconv("check", "--format", "json", "a.py", cwd=tmp_path)
    assert done.code == 1
    (finding,) = done.json
    assert finding.pop("message")
    assert finding.pop("trace")
    assert finding == {
        "path": "a.py",
        "line": 3,
        "column": 15,
        "end_line": 3,
        "end_column": 20,
        "code": "TNC101",
        "name": "requires-grad",
        "certainty": "proven",
        "fix": "safe",
    }


def test_without_a_path_check_takes_the_current_folder_and_fix_refuses(tmp_path: Path) -> None:
    write(tmp_path, sub__a=PROVEN)
    assert tensorconv("check", cwd=tmp_path).out.startswith(f"{Path('sub', 'a.py')}:3:9: ")
    done = tensorconv("fix", cwd=tmp_path)
    assert done.code == 2
    assert "Missing argument 'PATHS...'" in done.err


# Which files


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["."], ["a.py", "sub/b.py", "sub/deep/c.py"]),
        (["sub"], ["sub/b.py", "sub/deep/c.py"]),
        (["sub/*.py"], ["sub/b.py"]),
        (["**/*.py"], ["a.py", "sub/b.py", "sub/deep/c.py"]),
        (["sub", "sub/b.py", "a.py", "./a.py"], ["sub/b.py", "sub/deep/c.py", "a.py"]),
        (["script"], ["script"]),
        ([".venv/lib/d.py"], [".venv/lib/d.py"]),
    ],
)
def test_the_files_that_arguments_stand_for(
    tmp_path: Path, arguments: list[str], found: list[str]
) -> None:
    write(tmp_path, a=PROVEN, sub__b=PROVEN, sub__deep__c=PROVEN)
    for folder in (".venv/lib", "__pycache__", ".git", ".tox", "x.egg"):
        write(tmp_path / folder, d=PROVEN)
    (tmp_path / "script").write_text(PROVEN)
    (tmp_path / "sub" / "stub.pyi").write_text(PROVEN)
    done = tensorconv("check", "--format=json", *arguments, cwd=tmp_path)
    assert [Path(finding["path"]).as_posix() for finding in done.json] == found


def test_the_same_order_with_any_number_of_processes(tmp_path: Path) -> None:
    write(tmp_path, **{f"m{number:02}": PROVEN for number in range(20)}, bad="x = (\n")
    runs = [tensorconv("check", f"--jobs={jobs}", ".", cwd=tmp_path) for jobs in (1, 2)]
    assert runs[0] == runs[1]
    assert runs[0].code == 2
    heads = [line for line in runs[0].out.splitlines() if "TNC101" in line]
    assert len(heads) == 20
    assert heads == sorted(heads)


def test_processes_can_be_spawned(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN, b=CLEAN, c=POSSIBLE)
    script = tmp_path / "script.txt"
    script.write_text(
        "import multiprocessing\n"
        "from flake8_tensorconv.frontends.cli import main\n"
        "if __name__ == '__main__':\n"
        "    multiprocessing.set_start_method('spawn')\n"
        "    main(['check', '--jobs=2', '--extend-select=TNC112', '--format=json', '.'])\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert [finding["path"] for finding in json.loads(done.stdout)] == ["a.py", "c.py"]


def test_a_process_that_dies_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN, b=PROVEN)
    script = tmp_path / "script.txt"
    script.write_text(
        "import os\n"
        "from flake8_tensorconv.frontends import runner\n"
        "from flake8_tensorconv.frontends.cli import main\n"
        "runner.check_text = lambda *_, **__: os._exit(1)\n"
        "main(['check', '--jobs=2', '.'])\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "Error: a process died; --jobs 1 shows at which file\n"


def test_an_error_of_our_own_is_one_line(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN, b=PROVEN)
    script = tmp_path / "script.txt"
    script.write_text(
        "from flake8_tensorconv.frontends import runner\n"
        "from flake8_tensorconv.frontends.cli import main\n"
        "def broken(*_, **__):\n"
        "    raise KeyError('one\\ntwo')\n"
        "runner.check_text = broken\n"
        "main(['check', '.'])\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"{name}: internal error: KeyError: 'one\\ntwo'" for name in ("a.py", "b.py")
    ]


def test_output_that_cannot_be_encoded_is_escaped(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN.replace("print(", "print('日本', "))
    (tmp_path / "a.py").rename(tmp_path / "ä.py")
    done = tensorconv("check", ".", cwd=tmp_path, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.code == 1
    assert done.out.startswith("\\xe4.py:3:15: TNC101 ")
    assert "'\\u65e5\\u672c'" in done.out


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_folder_without_python_files_is_named(tmp_path: Path, command: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("numpy")
    done = tensorconv(command, "--format=json", "empty", cwd=tmp_path)
    assert done == (0, "[]\n", "empty: no Python files to check\n")


def test_excluded_files_are_left_out_though_named(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN, b=PROVEN)
    (tmp_path / ".flake8").write_text("[flake8]\nextend-exclude = b.py\n")
    done = tensorconv("check", "--format=json", "a.py", "b.py", cwd=tmp_path)
    assert [finding["path"] for finding in done.json] == ["a.py"]


# What is wrong with a file

BAD_FILES = {
    "syntax error": (b"x = (\n", "bad.py:1:5: syntax error: "),
    "undecodable": (b"x = 1\ny = '\xff'\n", "bad.py:2:6: byte 0xff cannot be decoded as utf-8"),
    "unknown encoding": (b"# coding: klingon\n", "bad.py: unknown encoding: klingon"),
    "NUL": (b"import torch\nx\0\n", "bad.py:2:2: source code cannot contain NUL bytes"),
    "undecodable first line": (b"'\xff'\n", "bad.py:1:2: byte 0xff cannot be decoded as utf-8"),
    "UTF-16": (PROVEN.encode("utf-16"), "bad.py:1:1: byte 0x"),
    "too deep": (f"import torch\n{DEEP}x.numpy()\n".encode(), "bad.py"),
    "too deep for the analysis alone": (
        f"import torch\nx = torch.ones(3)\ny = {'-' * 2_500}x.numpy()\n".encode(),
        "bad.py: nested too deeply to be analysed",
    ),
    "bad indentation": (b"if x:\n    y\n  z\n", "bad.py:3:"),
}


@pytest.mark.parametrize(("data", "message"), BAD_FILES.values(), ids=BAD_FILES)
@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_bad_file_is_one_line_and_the_others_go_on(
    tmp_path: Path, command: str, data: bytes, message: str
) -> None:
    write(tmp_path, bad=data, good=PROVEN)
    done = tensorconv(command, "--format=json", "bad.py", "good.py", cwd=tmp_path)
    assert done.code == 2
    (line,) = done.err.splitlines()
    assert line.startswith(message)
    assert (tmp_path / "bad.py").read_bytes() == data
    if command == "check":
        assert done.codes == ["TNC101"]
    else:
        assert (tmp_path / "good.py").read_text() == PROVEN_FIXED


ERRORS = {
    "refused by libcst": (Unparsable("libcst cannot parse this", 3, 4), "a.py:3:5: libcst cannot"),
    "too deep": (TooDeep("nested too deeply"), "a.py: nested too deeply"),
    "of our own": (KeyError("one\ntwo"), "a.py: internal error: KeyError: 'one"),
}


@pytest.mark.parametrize(("error", "line"), ERRORS.values(), ids=ERRORS)
def test_errors_are_one_line_with_the_position_if_there_is_one(error: Exception, line: str) -> None:
    written = as_file_error(error).at("a.py")
    assert written.startswith(line)
    assert "\n" not in written


@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_missing_path_is_one_line_and_the_others_go_on(tmp_path: Path, command: str) -> None:
    write(tmp_path, good=PROVEN)
    done = tensorconv(command, "--format=json", "nope.py", "no*.py", "good.py", cwd=tmp_path)
    assert done.code == 2
    assert done.err.splitlines() == [
        "nope.py: no such file or directory",
        "no*.py: no such file or directory",
    ]
    if command == "check":
        assert done.codes == ["TNC101"]
    else:
        assert (tmp_path / "good.py").read_text() == PROVEN_FIXED


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_an_unreadable_file_is_one_line(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN)
    (tmp_path / "a.py").chmod(0)
    assert tensorconv("check", "a.py", cwd=tmp_path) == (2, "", "a.py: permission denied\n")


def test_a_dangling_link_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("nowhere.py")
    done = tensorconv("check", ".", cwd=tmp_path)
    assert done == (2, "", "a.py: no such file or directory\n")


def test_warnings_of_the_parser_are_not_shown(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN + "y = '\\d'\nz = 1 is 1\n")
    done = tensorconv("check", "--format=json", "a.py", cwd=tmp_path)
    assert done.err == ""
