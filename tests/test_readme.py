"""The README's promises: two command lines that work, and output that is real."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs" / "examples"
#: What flake8 reports in each example: the findings that its code was written to show.
REPORTED = {
    "clean.py": [],
    "embeddings.py": ["TNC103", "TNC104"],
    "evaluate.py": ["TNC102"],
    "feature_hook.py": ["TNC101", "TNC111"],
    "helpers.py": ["TNC110", "TNC111"],
    "plot_weights.py": ["TNC101", "TNC101"],
    "train_loop.py": ["TNC101"],
}


def command_lines() -> list[str]:
    """The one-line shell blocks of the README that make an environment."""
    blocks = re.findall(r"^```(?:sh|bash)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block.strip() for block in blocks if "-m venv" in block]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment in the checkout."""
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_there_are_two_command_lines_each_on_one_line() -> None:
    lines = command_lines()
    assert len(lines) == 2
    assert all("\n" not in line for line in lines)
    # With nothing but Python on the PATH: every tool comes from the environment just made.
    for line in lines:
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install ")
        for step in re.split(r"&&|;|\|\||[()]", line)[1:]:
            words = shlex.split(step)
            assert not words or words[0].startswith(".venv/bin/") or words[0] == "["


def test_ci_runs_the_second_line_word_for_word() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert f"{command_lines()[1]} || exit" in script


def test_the_second_line_pins_torch() -> None:
    assert "-c tests/constraints.txt" in command_lines()[1]
    assert re.search(
        r"^torch==[\d.]+$", (ROOT / "tests" / "constraints.txt").read_text(), re.MULTILINE
    )


def test_the_first_line_does_what_the_readme_says() -> None:
    flake8, fix = re.findall(r"\.venv/bin/(flake8|tensorconv) ([^&|)]+)", command_lines()[0])
    assert (flake8[0], fix[0]) == ("flake8", "tensorconv")

    reported = run("flake8", *shlex.split(flake8[1]))
    assert reported.returncode == 0, reported.stdout + reported.stderr
    found: dict[str, list[str]] = {path.name: [] for path in EXAMPLES.glob("*.py")}
    for line in reported.stdout.splitlines():
        where, message = line.split(": ", 1)
        found[Path(where.split(":")[0]).name].append(message.split()[0])
    assert {name: sorted(codes) for name, codes in found.items()} == REPORTED

    fixed = run("flake8_tensorconv", *shlex.split(fix[1]))
    assert fixed.returncode == 1, fixed.stdout + fixed.stderr
    changed = set(re.findall(r"^\+\+\+ .*?([\w.]+\.py)", fixed.stdout, re.MULTILINE))
    assert changed == {name for name, codes in REPORTED.items() if codes}


def test_fixing_the_examples_leaves_nothing(tmp_path: Path) -> None:
    for path in EXAMPLES.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    run("flake8_tensorconv", "fix", "--unsafe-fixes", str(tmp_path))
    again = run("flake8_tensorconv", "check", str(tmp_path))
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout == ""


def test_the_finding_shown_is_real() -> None:
    shown = re.search(r"^```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert shown is not None
    checked = run("flake8_tensorconv", "check", "docs/examples/train_loop.py")
    assert shown.group(1).strip() in checked.stdout


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", README):
        assert (ROOT / target).exists(), target
