"""The rules' examples, run by torch and judged by the whole engine."""

from __future__ import annotations

import contextlib
import io
import re
import subprocess
import sys
import warnings

import pytest

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting import fix_text
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.rules import Example, Rule, all_rules
from flake8_tensorconv.source.findings import Finding

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples)
]
SILENT = [
    pytest.param(rule, text, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, text in enumerate(rule.silent)
]


def selected(rule: Rule, findings: list[Finding]) -> list[Finding]:
    """What is reported with the default rules and this one."""
    on = {other.code for other in all_rules() if other.default} | {rule.code}
    return [finding for finding in findings if finding.code in on]


def found(rule: Rule, text: str) -> list[tuple[int, str]]:
    """The findings in a program, as sorted (line, code)."""
    findings = selected(rule, list(check_text(text, Options())))
    return sorted((finding.span.line, finding.code) for finding in findings)


def marked(text: str) -> list[tuple[int, str]]:
    """The findings that the marks of a program promise."""
    return [
        (number, code)
        for number, line in enumerate(text.splitlines(), 1)
        for code in re.findall(r"TNC\d{3}", line.partition("# <- ")[2])
    ]


def fixed(rule: Rule, text: str, *, unsafe: bool) -> str:
    """What fixing makes of a program, with the default rules and this one."""
    result = fix_text(
        text, Options(), unsafe=unsafe, keep=lambda _, findings: selected(rule, findings)
    )
    return result.text


def run(text: str) -> str | None:
    """Run a program and return what it raised."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(compile(text, "example.py", "exec"), {"__name__": "__main__"})
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return None


def run_apart(text: str) -> str | None:
    """Run a program in a process of its own and return what it raised."""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    return done.stderr.splitlines()[-1] if done.returncode else None


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_bad_example_shows_its_symptom(rule: Rule, example: Example) -> None:
    # What torch says of a machine without an accelerator depends on what the process has tried.
    raised = run_apart(example.bad) if example.otherwise else run(example.bad)
    if example.cpu is None:
        assert raised is None
    else:
        assert raised is not None
        assert raised.startswith((example.cpu, example.otherwise or example.cpu))


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_fixed_example_runs(rule: Rule, example: Example) -> None:
    assert example.fixed is None or run(example.fixed) is None


@pytest.mark.parametrize(("rule", "text"), SILENT)
def test_a_silent_program_runs(rule: Rule, text: str) -> None:
    assert run(text) is None


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_bad_example_is_reported(rule: Rule, example: Example) -> None:
    assert found(rule, example.bad) == marked(example.bad)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_bad_example_is_fixed(rule: Rule, example: Example) -> None:
    result = fixed(rule, example.bad, unsafe=True)
    assert result == (example.bad if example.fixed is None else example.fixed)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_a_fixed_example_is_silent(rule: Rule, example: Example) -> None:
    assert example.fixed is None or found(rule, example.fixed) == []


@pytest.mark.parametrize(("rule", "text"), SILENT)
def test_a_silent_program_is_silent_and_stays(rule: Rule, text: str) -> None:
    assert found(rule, text) == []
    assert fixed(rule, text, unsafe=True) == text
