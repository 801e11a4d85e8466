"""`tensorconv verify`: claims that hold, claims that do not, and a user's own script."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from flake8_tensorconv.rules import Rule, all_rules
from flake8_tensorconv.rules.record import Example
from flake8_tensorconv.verify.devices import NoSuchDeviceError, chosen
from flake8_tensorconv.verify.matrix import verify_rules
from flake8_tensorconv.verify.script import verify_script

RULES = {rule.code: rule for rule in all_rules()}


def tensorconv(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flake8_tensorconv", "verify", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def with_example(rule: Rule, **changes: str | None) -> Rule:
    """The rule with nothing but its first example, of which something else is claimed."""
    first = rule.examples[0]
    values = {"bad": first.bad, "fixed": first.fixed, "cpu": first.cpu, "accelerator": None}
    return replace(rule, examples=(Example(**{**values, **changes}),))  # type: ignore[arg-type]


@pytest.mark.parametrize("code", RULES)
def test_every_rule_holds(code: str) -> None:
    verdicts = verify_rules([RULES[code]], ("cpu", "simulated"))
    assert [each for each in verdicts if not each.holds] == []
    assert len(verdicts) == 2 * len(RULES[code].examples)


@pytest.mark.cuda
@pytest.mark.parametrize("code", RULES)
def test_every_rule_holds_on_cuda(code: str) -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    assert all(each.holds for each in verify_rules([RULES[code]], ("cuda",)))


LIES = {
    "it runs": ({"cpu": None}, "claimed: runs"),
    "another exception": ({"cpu": "ValueError: no"}, "claimed: ValueError: no"),
    "no fix": ({"fixed": None}, "the codemod makes something else"),
    "another fix": ({"fixed": "print()\n"}, "the codemod makes something else"),
}


@pytest.mark.parametrize(("changes", "expected"), LIES.values(), ids=LIES)
def test_a_wrong_claim_is_seen(changes: dict[str, str | None], expected: str) -> None:
    (verdict,) = verify_rules([with_example(RULES["TNC101"], **changes)], ("cpu",))
    assert not verdict.holds
    assert any(text.startswith(expected) for text in verdict.disagreements)


def test_the_command_prints_a_table(tmp_path: Path) -> None:
    done = tensorconv("TNC101", "--device", "cpu", cwd=tmp_path)
    count = len(RULES["TNC101"].examples)
    assert done.returncode == 0, done.stderr
    assert f"{count} of {count}" in done.stdout


def test_json_and_markdown(tmp_path: Path) -> None:
    done = tensorconv("tnc403", "--device=sim", "--format=json", cwd=tmp_path)
    verdicts = json.loads(done.stdout)["verdicts"]
    assert {(each["code"], each["device"]) for each in verdicts} == {("TNC403", "simulated")}
    assert all(each["holds"] for each in verdicts)
    done = tensorconv("TNC403", "--device=sim", "--format=markdown", cwd=tmp_path)
    assert "| TNC403 data-attribute |" in done.stdout


@pytest.mark.parametrize("target", ["TNC999", "missing.py"])
def test_a_target_that_is_not_there(tmp_path: Path, target: str) -> None:
    done = tensorconv(target, cwd=tmp_path)
    assert done.returncode == 2
    assert target in done.stderr


def test_a_device_that_is_not_there() -> None:
    assert "cpu" in chosen("auto")
    assert chosen("sim") == ("simulated",)
    with pytest.raises(NoSuchDeviceError, match="no xpu device"):
        chosen("xpu")


SCRIPT = """\
import sys

import numpy as np
import torch

import helper

frame = np.empty(2)
history = []
for step in range(2):
    frame.fill(step)
    history.append(torch.from_numpy(frame))
print(history[0].tolist(), helper.NAME, __name__)
if "never" in sys.argv:
    print(torch.nn.Linear(1, 1).weight.numpy())
weight = torch.nn.Linear(1, 1).weight
print(weight.numpy().shape)
"""


def test_a_script_before_and_after_its_fixes(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    (tmp_path / "helper.py").write_text("NAME = 'helper'\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    report = verify_script(script, "cpu")
    assert [(site.line, site.code, site.fate.split(":")[0]) for site in report.sites] == [
        (12, "TNC301", "confirmed"),
        (15, "TNC101", "not reached"),
        (17, "TNC101", "confirmed"),
    ]
    assert report.before is not None and report.before.startswith("RuntimeError")
    assert report.after is None
    assert report.fix_holds
    assert script.read_text() == SCRIPT
    assert [name for name in before if name != "__pycache__"] == ["helper.py", "train.py"]


def test_the_command_tells_of_a_script(tmp_path: Path) -> None:
    (tmp_path / "clean.py").write_text("import torch\nprint(torch.ones(2).numpy())\n")
    (tmp_path / "broken.py").write_text("def (\n")
    done = tensorconv("clean.py", "broken.py", "--device", "cpu", cwd=tmp_path)
    assert done.returncode == 2
    assert "clean.py: on cpu it prints the same text with the fixes" in done.stdout
    said = done.stderr.splitlines()
    assert said[0].startswith("clean.py: about to run it 3 times on cpu")
    assert said.count("[1. 1.]") == 3
    assert said[-1].startswith("broken.py:1:5: syntax error")
    assert "Traceback" not in done.stderr


def test_arguments_and_one_document(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import sys\nprint(sys.argv[1:])\n")
    (tmp_path / "two.py").write_text("import sys\nsys.exit(3)\n")
    options = ("--device=cpu", "--format=json", "--", "--lr", "1", "--")
    done = tensorconv("one.py", "two.py", "TNC504", *options, cwd=tmp_path)
    assert done.returncode == 3  # two.py does not get to its end
    document = json.loads(done.stdout)
    assert {each["code"] for each in document["verdicts"]} == {"TNC504"}
    assert [each["path"] for each in document["scripts"]] == ["one.py", "two.py"]
    assert [each["before"] for each in document["scripts"]] == [None, "SystemExit: 3"]
    assert "['--lr', '1', '--']" in done.stderr


def test_arguments_without_a_script(tmp_path: Path) -> None:
    done = tensorconv("TNC504", "--", "--lr", cwd=tmp_path)
    assert done.returncode == 2


#: What is said of the sharing in a script that prints something else each time, and the like.
JUDGED = {
    "the same each time": ("", "confirmed: the output changes with the fixes"),
    "time": ("import time; print(time.perf_counter())", "cannot be judged"),
    "random numbers": ("print(torch.rand(3))", "cannot be judged"),
    "random numbers with a seed": ("torch.manual_seed(3); print(torch.rand(3))", "confirmed"),
    "ended by a signal": ("import os; os.abort()", "cannot be judged"),
    "ended by another exception": ("raise KeyError(1)", "confirmed"),
    "an endless loop": ("while True: pass", "cannot be judged"),
}


@pytest.mark.parametrize(("last", "fate"), JUDGED.values(), ids=JUDGED)
def test_what_the_output_tells(tmp_path: Path, last: str, fate: str) -> None:
    script = tmp_path / "script.py"
    shared = "import numpy as np\nimport torch\na = np.zeros(2)\nt = torch.from_numpy(a)\n"
    script.write_text(f"{shared}a += 1\nprint(t)\n{last}\n")
    report = verify_script(script, "cpu", timeout=15 if "while" in last else None)
    (site,) = report.sites
    assert (site.line, site.code) == (4, "TNC301")
    assert site.fate.startswith(fate)


#: What ends a script, and what is said of a conversion in the line before it, or in the same.
ENDS = {
    "by what the finding says": ("print(w.numpy())", "confirmed: RuntimeError"),
    "by something else in the same line": ("print(undefined, w.numpy())", "ran clean"),
    "caught": (
        "try: w.numpy()\nexcept RuntimeError as e: w.detach().numpy()\nw.numpy()",
        "confirmed",
    ),
    "before it": ("undefined\nprint(w.numpy())", "not reached"),
}


@pytest.mark.parametrize(("end", "fate"), ENDS.values(), ids=ENDS)
def test_what_exceptions_tell(tmp_path: Path, end: str, fate: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"import torch\nw = torch.nn.Linear(1, 1).weight\n{end}\n")
    (site,) = verify_script(script, "cpu").sites
    assert site.fate.startswith(fate)


def test_noqa_and_configuration_count(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[flake8]\nextend-ignore = TNC301\n")
    (tmp_path / "script.py").write_text(
        "import numpy as np\nimport torch\na = np.zeros(2)\nt = torch.from_numpy(a)\na += 1\n"
        "print(t)\nprint(torch.nn.Linear(1, 1).weight.numpy())  # noqa: TNC101\n"
    )
    done = tensorconv("script.py", "--device=cpu", "--format=json", cwd=tmp_path)
    (report,) = json.loads(done.stdout)["scripts"]
    assert report["sites"] == []
    assert report["before"] == report["after"]  # what is silenced is not fixed either
    assert done.returncode == 3


@pytest.mark.parametrize(("last", "status"), [("", 0), ("print(w.numpy())\n", 1)])
def test_exit_codes(tmp_path: Path, last: str, status: int) -> None:
    text = f"import torch\nw = torch.nn.Linear(1, 1).weight\n{last}"
    (tmp_path / "script.py").write_text(text)
    assert tensorconv("script.py", "--device=cpu", cwd=tmp_path).returncode == status
