"""The rules' pages: complete, up to date, and every snippet in them runs."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from flake8_tensorconv.rules import Rule, all_rules
from flake8_tensorconv.rules import pages as rule_pages
from flake8_tensorconv.settings import loading as settings

ROOT = Path(__file__).parents[1]
RULES = all_rules()


def section(rule: Rule, heading: str) -> str:
    """The Python block under a heading of the rule's text."""
    _, _, rest = rule.doc.partition(f"## {heading}\n")
    found = re.search(r"```python\n(.*?)```", rest.partition("\n## ")[0], re.DOTALL)
    assert found, f"{rule.code}: no Python under {heading}"
    return found[1]


def run(text: str) -> str | None:
    """Run a program and return what it raised."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(compile(text, "snippet.py", "exec"), {"__name__": "__main__"})
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return None


def run_alone(text: str) -> str | None:
    """The same in a process of its own."""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=120)
    return None if done.returncode == 0 else done.stderr.strip().rpartition("\n")[2]


def test_the_pages_are_up_to_date() -> None:
    assert rule_pages.stale(rule_pages.DOCS) == []


def test_a_stale_page_is_noticed(tmp_path: Path) -> None:
    for name, text in rule_pages.pages().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert rule_pages.stale(tmp_path) == []
    (tmp_path / "TNC101.md").write_text("changed", encoding="utf-8")
    (tmp_path / "TNC102.md").unlink()
    (tmp_path / "TNC999.md").write_text("left over", encoding="utf-8")
    assert rule_pages.stale(tmp_path) == ["TNC101.md", "TNC102.md", "TNC999.md"]


def test_the_command_writes_what_it_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rule_pages, "DOCS", tmp_path / "rules")
    assert rule_pages.main(["--check"]) == 1
    assert "TNC101.md is stale" in capsys.readouterr().out
    assert rule_pages.main([]) == 0
    (tmp_path / "rules" / "TNC999.md").write_text("left over", encoding="utf-8")
    assert rule_pages.main(["--check"]) == 1
    assert rule_pages.main([]) == 0
    assert rule_pages.main(["--check"]) == 0


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert rule_pages.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_index_names_every_rule() -> None:
    text = (rule_pages.DOCS / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[(TNC\d{3})\]", text, re.MULTILINE) == [rule.code for rule in RULES]


def test_the_changelog_names_exactly_the_rules() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert set(re.findall(r"TNC\d{3}", text)) == {rule.code for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_example_and_its_cure_run_as_the_text_says(rule: Rule) -> None:
    symptoms = {example.cpu for example in rule.examples}
    symptoms |= {example.otherwise for example in rule.examples if example.otherwise}
    # What torch says of a missing accelerator depends on what the process did before.
    fresh = rule.code == "TNC601"
    raised = (run_alone if fresh else run)(section(rule, "Example"))
    assert raised is None or any(symptom and raised.startswith(symptom) for symptom in symptoms)
    # What goes silently wrong takes more lines to show than an example on a page has.
    silent = any(s is None or s.startswith("AssertionError") for s in symptoms)
    assert raised is not None or silent
    assert run(section(rule, "Use instead")) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_marks_stay_out_of_the_pages(rule: Rule) -> None:
    assert "# <-" not in rule_pages.page(rule)


def test_the_configuration_page_lists_every_key() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = page[page.index("| key |") :].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    assert sorted(re.findall(r"`([a-z-]+)`", " ".join(rows))) == sorted(settings._KEYS)


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/**/*.md")), ids=lambda path: path.name)
def test_snippets_parse_and_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for snippet in re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        compile(snippet, str(page), "exec")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
