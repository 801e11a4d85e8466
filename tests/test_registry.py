"""The catalogue of rules: every record is in order, and one that is not fails by name."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from flake8_tensorconv.rules import MalformedRuleError, Rule, all_rules
from flake8_tensorconv.rules.registry import HEADINGS, load_rules
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT


def test_the_catalogue_agrees_with_the_front_ends() -> None:
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(set(codes))
    assert [rule.code for rule in all_rules() if not rule.default] == list(OFF_BY_DEFAULT)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_records(rule: Rule) -> None:
    assert "\n" not in rule.summary
    assert not rule.summary.endswith(".")
    assert (rule.fixes is None) == all(example.fixed is None for example in rule.examples)
    for example in rule.examples:
        assert re.search(rf"# <- (TNC\d+ )*{rule.code}\b", example.bad)
        assert example.fixed != example.bad
    assert not any("# <-" in text for text in rule.silent)


DOC = "".join(f"## {heading}\n" for heading in HEADINGS)
HEADER = """
from flake8_tensorconv.events.records import ToNumpy
from flake8_tensorconv.source.findings import Certainty
from flake8_tensorconv.rules.record import Example, Rule
"""
RECORD = """
RULE = Rule({code!r}, {name!r}, "", Certainty.PROVEN, True, None, None, {doc!r},
            (Example("", None, None, None),), {silent!r}, ToNumpy, lambda event, options: None)
"""


def record(code: str = "TNC901", name: str = "new-rule", doc: str = DOC, silent: int = 1) -> str:
    return HEADER + RECORD.format(code=code, name=name, doc=doc, silent=("",) * silent)


MALFORMED = {
    "no rule": ({"tnc901_new_rule": HEADER}, "no RULE"),
    "wrong code": ({"tnc901_new_rule": record(code="TNC902")}, "has the code TNC902"),
    "wrong name": ({"tnc901_new_rule": record(name="newer-rule")}, "has the name newer-rule"),
    "bad file name": ({"tnc9_new_rule": record()}, "tncNNN_some_name"),
    "heading missing": ({"tnc901_new_rule": record(doc="## Example\n")}, "headings"),
    "no silent program": ({"tnc901_new_rule": record(silent=0)}, "silent"),
    "duplicate": (
        {"tnc901_new_rule": record(), "tnc901_other": record(name="other")},
        "is also in",
    ),
}


@pytest.mark.parametrize(("files", "problem"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_rule_is_named(
    files: dict[str, str], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = make_package(files, tmp_path, monkeypatch)
    with pytest.raises(MalformedRuleError, match=problem) as caught:
        load_rules(sys.modules[package])
    assert any(f"{name}.py" in str(caught.value) for name in files)


def test_a_rule_is_found_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"tnc901_new_rule": record(), "helpers": "RULE = None"}
    package = make_package(files, tmp_path, monkeypatch)
    assert [rule.code for rule in load_rules(sys.modules[package])] == ["TNC901"]


def make_package(files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a package of rules, import it and return its name."""
    name = "rules_of_" + tmp_path.name
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    for stem, text in files.items():
        (folder / f"{stem}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    __import__(name)
    return name
