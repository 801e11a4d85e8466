"""What a folder can hold and what can happen to a process: all ends in one line, without harm."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import PROVEN, PROVEN_FIXED, flake8, tensorconv, write

from flake8_tensorconv.frontends.writing import replace_bytes, tidy
from flake8_tensorconv.source import bounds
from flake8_tensorconv.source.reading import SourceError

COMMAND = (sys.executable, "-m", "flake8_tensorconv")

# Long and deep text

REFUSED = {
    "dotted import": "import a" + ".b" * 8_000,
    "spaced dotted import": "import a" + " . b" * 8_000,
    "dotted from": "from a" + ".b" * 8_000 + " import c",
    "and": "z = x" + " and x" * 12_000,
    "or": "z = x" + " or x" * 12_000,
    "attributes": "z = x" + ".b" * 20_000,
    "calls": "z = x" + "()" * 20_000,
    "sums": "z = x" + " + x" * 20_000,
    "subscripts": "z = x" + "[0]" * 20_000,
    "lambdas": "z = " + "lambda: " * 20_000 + "x",
    "unary": "z = " + "not " * 20_000 + "x",
    "conditional": "z = " + "x if x else " * 20_000 + "x",
    "elif": "if x: pass\n" + "elif x: pass\n" * 20_000,
    "brackets in a case": "match x:\n  case " + "[" * 40 + "y" + "]" * 40 + ": pass",
    "groups in a case": "match x:\n  case " + "(" * 40 + "y" + ")" * 40 + ": pass",
    "classes in a case": "match x:\n  case " + "A(a=" * 40 + "y" + ")" * 40 + ": pass",
    "mappings in a case": "match x:\n  case " + "{1: " * 40 + "y" + "}" * 40 + ": pass",
}


def test_what_would_overflow_the_stack_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    for number, text in enumerate(REFUSED.values()):
        write(tmp_path, **{f"a{number:02}": f"{PROVEN}{text}\n"})
    write(tmp_path, z=PROVEN)
    done = tensorconv("check", "--jobs=1", "--format=json", ".", cwd=tmp_path)
    assert done.code == 2
    assert [finding["path"] for finding in done.json] == ["z.py"]
    lines = done.err.splitlines()
    assert [line[:6] for line in lines] == [f"a{n:02}.py" for n in range(len(REFUSED))]
    assert all("nested too deeply" in line for line in lines), lines


def test_flake8_ends_although_a_file_is_too_long(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN + REFUSED["dotted import"] + "\n", b=PROVEN)
    done = flake8("--jobs=2", "--select=TNC", ".", cwd=tmp_path)
    assert done.code == 1
    assert done.out.startswith("./b.py:3:")
    assert "nested too deeply" in done.err


@pytest.mark.parametrize(
    "literal",
    ["'a' " * 3_500, "b'a'" * 3_500, "(" + "'ä'\n" * 3_500 + ")", "'a' \\\n" * 3_500 + "'b'"],
)
def test_a_literal_in_thousands_of_pieces_is_read(tmp_path: Path, literal: str) -> None:
    write(tmp_path, a=PROVEN.replace("print(", f"s = {literal}\nprint("))
    done = tensorconv("fix", "a.py", cwd=tmp_path)
    assert done == (0, "", "Fixed 1 problem in 1 file\n")
    assert (tmp_path / "a.py").read_text().endswith("print(x.detach().numpy())\n")


@pytest.mark.parametrize(
    "text",
    [
        "import a" + ".b" * 300,
        "z = x" + " and x" * 300,
        "match x:\n  case {1: [A(y)], 2: ((3 | 4), [*_])}: pass",
    ],
)
def test_what_people_write_is_within_the_bounds(text: str) -> None:
    import ast

    assert bounds.too_long(text, ast.parse(text)) is None


def test_a_large_file_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    write(tmp_path, a=PROVEN + "x = 1\n" * 1_000_000, b=PROVEN)
    done = tensorconv("check", ".", cwd=tmp_path)
    assert done.code == 2
    assert "a.py: too large: 6.0 MB, and the limit is 4 MB\n" in done.err
    assert done.out.startswith("b.py:3:")
    done = tensorconv("check", "-", cwd=tmp_path, stdin=(tmp_path / "a.py").read_bytes())
    assert done == (2, "", "stdin: too large: 4.0 MB, and the limit is 4 MB\n")


# What is no file


def test_pipes_devices_and_sockets_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    os.mkfifo("pipe.py")
    Path("zero.py").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        write(tmp_path, z=PROVEN)
        done = tensorconv("check", "--format=json", ".", cwd=tmp_path)
        assert (done.code, done.err) == (1, "")
        assert [finding["path"] for finding in done.json] == ["z.py"]
        for name in ("pipe.py", "zero.py", "socket.py"):
            done = tensorconv("fix", name, cwd=tmp_path)
            assert done == (2, "", f"{name}: not a regular file\nFixed 0 problems\n")


# Names


def test_names_cannot_steer_a_terminal_or_begin_a_line(tmp_path: Path) -> None:
    for name in ("a\nb.py", "c\033[31m.py", '"d.py', "e\u202e.py"):
        (tmp_path / name).write_text(PROVEN)
    (tmp_path / "f\ng.py").write_text("(")
    quoted = ['"\\"d.py"', '"a\\nb.py"', '"c\\033[31m.py"', '"e\\342\\200\\256.py"']
    done = tensorconv("check", ".", cwd=tmp_path)
    heads = [line.split(":3:9: ")[0] for line in done.out.splitlines() if ":3:9: " in line]
    assert heads == quoted
    assert done.err.startswith('"f\\ng.py":1:1: syntax error')
    done = tensorconv("fix", "--diff", ".", cwd=tmp_path)
    headers = [line for line in done.out.splitlines() if line.startswith(("---", "+++"))]
    assert headers == [f"{sign} {name}" for name in quoted for sign in ("---", "+++")]
    subprocess.run(
        ["git", "apply", "-p0"], cwd=tmp_path, input=done.out.encode(), check=True, timeout=60
    )
    assert (tmp_path / "a\nb.py").read_text() == PROVEN_FIXED
    done = tensorconv("check", "nobody\033[31m.py", cwd=tmp_path)
    assert done == (2, "", '"nobody\\033[31m.py": no such file or directory\n')


# Output that cannot be written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "a.py"],
        ["check", "--format=json", "a.py"],
        ["fix", "--diff", "a.py"],
        ["explain", "TNC101"],
        ["rules"],
        ["--help"],
    ],
)
def test_a_full_disk_or_a_closed_pipe_is_one_line(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, a=PROVEN)
    reading, writing = os.pipe()
    os.close(reading)
    with Path("/dev/full").open("wb") as full, os.fdopen(writing, "wb") as closed:
        for stream, reason in ((full, "no space left on device"), (closed, "broken pipe")):
            done = subprocess.run(
                [*COMMAND, *arguments],
                cwd=tmp_path,
                stdout=stream,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                timeout=60,
            )
            expected = f"Error: the output cannot be written: {reason}\n"
            assert (done.returncode, done.stderr) == (2, expected)


# Processes that are ended


def _as_in_a_terminal() -> None:
    """Under `nohup` and the like some signals are ignored, also by what is started there."""
    for each in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)


def _begun(tmp_path: Path, jobs: int) -> subprocess.Popen[str]:
    """A run of many files that has begun."""
    for number in range(300):
        write(tmp_path, **{f"m{number:03}": PROVEN + "# padding\n" * 200})
    process = subprocess.Popen(
        [*COMMAND, "fix", f"--jobs={jobs}", "."],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        preexec_fn=_as_in_a_terminal,
    )
    deadline = time.monotonic() + 60
    while (tmp_path / "m000.py").read_text().startswith(PROVEN):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGKILL", "SIGINT"])
def test_no_worker_outlives_its_parent(tmp_path: Path, name: str, jobs: int) -> None:
    process = _begun(tmp_path, jobs)
    process.send_signal(getattr(signal, name))
    # The workers hold the other end of the pipe: it ends when the last of them has ended.
    _, err = process.communicate(timeout=30)
    expected = 130 if name == "SIGINT" else -getattr(signal, name)
    assert (process.returncode, err) == (expected, "")
    contents = {path.read_text()[: len(PROVEN_FIXED)] for path in tmp_path.glob("m*.py")}
    assert all(text in (PROVEN_FIXED, (PROVEN + "# padding")[: len(text)]) for text in contents)
    tidy(str(tmp_path))
    assert not list(tmp_path.glob(".*"))


# Writing


def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"the user's")
    for _ in ("one name", "two names"):
        with pytest.raises(SourceError, match="not fixed: the file was changed meanwhile"):
            replace_bytes(str(path), b"old", b"new")
        assert path.read_bytes() == b"the user's"
        if not (tmp_path / "b.py").exists():
            (tmp_path / "b.py").hardlink_to(path)
    assert {item.name for item in tmp_path.iterdir()} == {"a.py", "b.py"}


@pytest.mark.parametrize("new", [b"", b"ne", b"new", b"much longer than before"])
def test_hard_links_and_attributes_stay(tmp_path: Path, new: bytes) -> None:
    path, other = tmp_path / "a.py", tmp_path / "b.py"
    path.write_bytes(b"old")
    path.chmod(0o640)
    try:
        os.setxattr(path, "user.note", b"keep")
    except (OSError, AttributeError):
        pytest.skip("the file system has no extended attributes")
    replace_bytes(str(path), b"old", b"mid")
    assert os.getxattr(path, "user.note") == b"keep"
    other.hardlink_to(path)
    replace_bytes(str(path), b"mid", new)
    assert other.samefile(path)
    assert other.read_bytes() == new
    assert os.getxattr(path, "user.note") == b"keep"
    assert path.stat().st_mode & 0o777 == 0o640
    assert {item.name for item in tmp_path.iterdir()} == {"a.py", "b.py"}


OLD, NEW = b"an old content", b"the new one, which is longer"


@pytest.mark.parametrize(
    ("old", "new", "present", "after"),
    [
        (OLD, NEW, OLD, OLD),
        (OLD, NEW, NEW[:5] + OLD[5:], OLD),
        (OLD, NEW, NEW[:20], OLD),
        (OLD, NEW, NEW, NEW),
        (NEW, OLD, OLD + NEW[len(OLD) :], NEW),
        (OLD, NEW, b"what the user wrote then", b"what the user wrote then"),
    ],
)
def test_the_next_run_undoes_a_write_that_was_killed(
    tmp_path: Path, old: bytes, new: bytes, present: bytes, after: bytes
) -> None:
    write(tmp_path, a=present, z="")
    header = json.dumps({"name": "a.py", "old": len(old)}).encode()
    (tmp_path / ".tensorconv-abcdefgh.journal").write_bytes(header + b"\n" + old + new)
    (tmp_path / ".tensorconv-abcdefgh.tmp").write_bytes(b"half")
    (tmp_path / ".tensorconv-mine.tmp").write_bytes(b"the user's")
    tensorconv("fix", "z.py", cwd=tmp_path)
    assert (tmp_path / "a.py").read_bytes() == after
    assert {item.name for item in tmp_path.iterdir()} == {"a.py", "z.py", ".tensorconv-mine.tmp"}


def test_links_are_followed_within_what_was_given_only(tmp_path: Path) -> None:
    write(tmp_path, outside__o=PROVEN, tree__in=PROVEN)
    (tmp_path / "tree" / "a.py").symlink_to("../outside/o.py")
    (tmp_path / "tree" / "z.py").symlink_to("in.py")
    message = "a.py: not fixed: a symbolic link that leads out of what was given\n"
    done = tensorconv("fix", "tree", cwd=tmp_path)
    assert (done.code, done.err.count(message)) == (2, 1)
    assert (tmp_path / "outside" / "o.py").read_text() == PROVEN
    assert (tmp_path / "tree" / "in.py").read_text() == PROVEN_FIXED
    assert (tmp_path / "tree" / "z.py").is_symlink()
    done = tensorconv("fix", "tree/a.py", cwd=tmp_path)  # who names it means it
    assert done.code == 0
    assert (tmp_path / "outside" / "o.py").read_text() == PROVEN_FIXED
