"""The command, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import (
    CLEAN,
    OPT_IN,
    POSSIBLE,
    PROVEN,
    PROVEN_FIXED,
    UNSURE,
    flake8,
    tensorconv,
    write,
)

from flake8_tensorconv.reporting.failures import as_file_error
from flake8_tensorconv.rules.registry import all_rules
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
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


# Fixing


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


# Which rules


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ([], ["TNC101", "TNC110"]),
        (["--select=TNC110"], ["TNC110"]),
        (["--select=TNC10,TNC112"], ["TNC101", "TNC112"]),
        (["--select", "TNC1"], ["TNC101", "TNC110", "TNC112"]),
        (["--select", "TNC"], ["TNC101", "TNC110", "TNC310", "TNC112", "TNC310"]),
        (["--extend-select=TNC112"], ["TNC101", "TNC110", "TNC112"]),
        (["--ignore=TNC101"], ["TNC110"]),
        (["--ignore=TNC1"], []),
        (["--ignore=TNC1", "--select=TNC110"], ["TNC110"]),
        (["--ignore=TNC110", "--select=TNC11"], ["TNC112"]),
    ],
)
def test_select_and_ignore(tmp_path: Path, arguments: list[str], codes: list[str]) -> None:
    write(tmp_path, a=PROVEN, b=POSSIBLE, c=OPT_IN)
    done = tensorconv("check", "--format=json", *arguments, ".", cwd=tmp_path)
    assert done.codes == codes
    assert done.code == (1 if codes else 0)


def test_a_selection_that_leaves_everything_out_is_said(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN)
    (tmp_path / ".flake8").write_text("[flake8]\nselect = E,F\n")
    note = "flake8's `select` leaves out all TNC codes: nothing to report\n"
    done = tensorconv("check", "a.py", cwd=tmp_path)
    assert done == (0, "", note + "No problems in 1 file\n")
    assert note not in tensorconv("check", "--select=T", "a.py", cwd=tmp_path).err


def test_only_what_is_selected_is_fixed(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN, c=OPT_IN)
    assert tensorconv("fix", "--select=TNC112", ".", cwd=tmp_path).code == 0
    assert (tmp_path / "a.py").read_text() == PROVEN
    assert "x.detach().cpu().numpy()" in (tmp_path / "c.py").read_text()


def test_options_reach_the_fixes(tmp_path: Path) -> None:
    write(tmp_path, a=POSSIBLE)
    for arguments, fixed in {
        (): "x.detach().cpu().numpy()",
        ("--device=cpu",): "x.detach().numpy()",
        ("--fix-style=force", "--min-torch=2.4"): "x.numpy(force=True)",
    }.items():
        done = tensorconv("fix", "--diff", *arguments, "a.py", cwd=tmp_path)
        assert f"+    return {fixed}\n" in done.out


# Settings

BAD_SETTINGS = {
    "option value": (["--device=gpu"], {}, "device must be any or cpu"),
    "version": (["--min-torch=new"], {}, "not a torch version: 'new'"),
    "force too old": (["--fix-style=force", "--min-torch=1.12"], {}, "needs min-torch 1.13"),
    "foreign code": (["--select=E501"], {}, "has 'E501'"),
    "unknown key": ([], {"pyproject.toml": "[tool.tensorconv]\nstyle = 1\n"}, "unknown key style"),
    "wrong type": (
        [],
        {"pyproject.toml": "[tool.tensorconv]\nmin-torch = 2.4\n"},
        "min-torch must be a string",
    ),
    "not a list": (
        [],
        {"pyproject.toml": "[tool.tensorconv]\nselect = 'TNC1'\n"},
        "select must be a list of strings",
    ),
    "no table": ([], {"pyproject.toml": "[tool]\ntensorconv = 1\n"}, "must be a table"),
    "broken toml": ([], {"pyproject.toml": "[tool.tensorconv\n"}, "pyproject.toml: "),
    "flake8 value": ([], {".flake8": "[flake8]\ntensorconv-device = gpu\n"}, "device must be"),
    "flake8 key": (
        [],
        {"setup.cfg": "[flake8]\ntensorconv-style = x\n"},
        "unknown option tensorconv-style",
    ),
    "flake8 mapping": ([], {"tox.ini": "[flake8]\nper-file-ignores = a.py\n"}, "per-file-ignores"),
    "flake8 code": ([], {".flake8": "[flake8]\nignore = 4\n"}, "'4'"),
}


@pytest.mark.parametrize(("arguments", "files", "message"), BAD_SETTINGS.values(), ids=BAD_SETTINGS)
def test_a_bad_setting_is_one_line_and_2(
    tmp_path: Path, arguments: list[str], files: dict[str, str], message: str
) -> None:
    write(tmp_path, a=PROVEN)
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    done = tensorconv("check", *arguments, "a.py", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith("Error: ")
    assert message in line


FLAKE8_SECTIONS = {
    "nothing": "",
    "ignore": "ignore = TNC101",
    # A list that has nothing to do with us must not switch opt-in rules on.
    "ignore others": "ignore = E203,W503",
    "extend-ignore": "extend-ignore = TNC11",
    "extend-select": "extend-select = TNC112",
    "select ours": "select = TNC",
    "select others": "select = E,F",
    "both": "select = TNC1\nignore = TNC10",
    "per-file-ignores": "per-file-ignores =\n  a.py: TNC101\n  sub/*: TNC1",
    "exclude": "exclude = sub",
    "filename": "filename = b.py,c.py",
    "device": "tensorconv-device = cpu",
    "noqa off": "disable-noqa = true",
}


@pytest.mark.parametrize("section", FLAKE8_SECTIONS.values(), ids=FLAKE8_SECTIONS)
def test_the_command_reports_what_flake8_reports(tmp_path: Path, section: str) -> None:
    write(tmp_path, a=PROVEN, b=POSSIBLE, sub__c=OPT_IN, sub__a=PROVEN)
    write(tmp_path, d=PROVEN.replace("\n", "  # noqa\n"))
    (tmp_path / "setup.cfg").write_text(f"[flake8]\n{section}\n")
    theirs = flake8("--format=%(path)s %(row)d %(col)d %(code)s", ".", cwd=tmp_path)
    ours = tensorconv("check", "--format=json", ".", cwd=tmp_path)
    assert sorted(
        f"./{Path(f['path']).as_posix()} {f['line']} {f['column']} {f['code']}" for f in ours.json
    ) == sorted(line for line in theirs.out.splitlines() if "TNC" in line)


def test_the_command_line_goes_before_pyproject_before_flake8(tmp_path: Path) -> None:
    write(tmp_path, sub__a=POSSIBLE)
    folder = tmp_path / "sub"

    def fixed(*arguments: str) -> str:
        out = tensorconv("fix", "--diff", *arguments, "a.py", cwd=folder).out
        return next(line for line in out.splitlines() if line.startswith("+   "))

    (tmp_path / "setup.cfg").write_text("[flake8]\ntensorconv-device = cpu\n")
    assert fixed() == "+    return x.detach().numpy()"
    (tmp_path / "pyproject.toml").write_text("[tool.tensorconv]\nfix-style = 'force'\n")
    assert fixed() == "+    return x.numpy(force=True)"
    (folder / "pyproject.toml").write_text("[project]\nname = 'inner'\n")
    assert fixed() == "+    return x.numpy(force=True)"
    assert fixed("--fix-style=explicit", "--device=any") == "+    return x.detach().cpu().numpy()"


def test_pyproject_settings(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN, b=POSSIBLE, c=OPT_IN, old__d=PROVEN)
    (tmp_path / "pyproject.toml").write_text(
        "[tool.tensorconv]\n"
        "extend-select = ['TNC112']\n"
        "ignore = ['TNC110']\n"
        "extend-exclude = ['old/*']\n"
        "[tool.tensorconv.per-file-ignores]\n"
        "'a.py' = ['TNC101']\n"
    )
    assert tensorconv("check", "--format=json", ".", cwd=tmp_path).codes == ["TNC112"]


# The rules


def test_opt_in_rules_are_those_whose_records_say_so() -> None:
    assert {rule.code for rule in all_rules() if not rule.default} == set(OFF_BY_DEFAULT)


def test_rules_as_json_and_as_a_table(tmp_path: Path) -> None:
    listed = tensorconv("rules", "--format=json", cwd=tmp_path).json
    assert [rule["code"] for rule in listed] == [rule.code for rule in all_rules()]
    by_code = {rule["code"]: rule for rule in listed}
    assert by_code["TNC101"]["default"] is True
    assert by_code["TNC112"]["default"] is False
    assert by_code["TNC110"]["certainty"] == "possible"
    head, *rows = tensorconv("rules", cwd=tmp_path).out.splitlines()
    assert head.split() == ["code", "name", "certainty", "default", "fix", "summary"]
    assert rows[0].split()[:5] == ["TNC101", "requires-grad", "proven", "on", "safe"]
    assert len(rows) == len(listed)


def test_explain_prints_the_record(tmp_path: Path) -> None:
    rule = all_rules()[0]
    done = tensorconv("explain", rule.code.lower(), cwd=tmp_path)
    assert done == (0, f"# {rule.code} {rule.name}\n\n{rule.doc.strip()}\n", "")


def test_explain_of_an_unknown_code(tmp_path: Path) -> None:
    done = tensorconv("explain", "TNC999", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "TNC999 is not one of TNC101, " in done.err


# What is imported


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
