"""Which rules the command follows: options, settings, and what `rules` and `explain` say."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import OPT_IN, POSSIBLE, PROVEN, flake8, tensorconv, write

from flake8_tensorconv.rules.registry import all_rules
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT

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
