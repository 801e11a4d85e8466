"""The analysis on whole programs whose truth is known by running them (tests/runtime does that)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
from flake8_tensorconv.source.findings import Certainty, Finding, Span

PROGRAMS = Path(__file__).parent / "programs"
MARK = re.compile(r"#\s*BUG(?:-ALT)?:\s*([a-z-]+)")
CODES = {
    "raise-grad": {"TNC101", "TNC110"},
    "raise-device": {"TNC102", "TNC110", "TNC111"},
    "raise-dtype": {"TNC103"},
    "raise-layout": {"TNC104"},
    "maybe-grad": {"TNC110", "TNC112", "TNC113"},
    "maybe-device": {"TNC102", "TNC110", "TNC111", "TNC113"},
    "alias-mutation": {"TNC301"},
    "alias-foreign": {"TNC301", "TNC302"},
    "alias-readonly": {"TNC303"},
    "maybe-alias": {"TNC301", "TNC302", "TNC310"},
}
#: What the analysis does not see yet.
MISSED = {
    "forced_when_needed_bug": "`numpy(force=...)` with a value that is only known at run time",
    "sparse_embedding_grad_bug": "the gradient of an embedding with sparse=True",
    "alias/alias_31_checkpoint_noise_bug": "what `np.load` finds in an archive",
    "alias/alias_45_lookup_closure_bug": "what nothing says about what `torch.as_tensor` is given",
}
#: Correct programs with a function that a caller elsewhere could make fail.
#: Their callers in the file do not, but the function is declared to take any tensor.
DECLARED = {
    "alias/alias_28_trimmed_mean_ok",
    "alias/alias_33_mirrored_mask_ok",
    "alias/alias_41_linear_readout_ok",
}
BUGS = sorted(str(path.relative_to(PROGRAMS))[:-3] for path in PROGRAMS.rglob("*_bug.py"))
TWINS = sorted(str(path.relative_to(PROGRAMS))[:-3] for path in PROGRAMS.rglob("*_ok.py"))


def marked_lines(text: str) -> tuple[str, set[int]]:
    """The category of a program and the lines of its marked statements."""
    marks = [(n, m[1]) for n, line in enumerate(text.splitlines(), 1) if (m := MARK.search(line))]
    lines: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            span = range(node.lineno, max(last, node.lineno) + 1)
            if any(n in span for n, _ in marks):
                lines.update(span)
    return marks[0][1], lines


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_found_where_it_is(name: str, request: pytest.FixtureRequest) -> None:
    if name in MISSED:
        request.applymarker(pytest.mark.xfail(reason=MISSED[name], strict=True))
    text = (PROGRAMS / f"{name}.py").read_text()
    category, lines = marked_lines(text)
    found = [f for f in check_text(text, Options()) if f.code in CODES[category]]
    assert any(f.span.line in lines for f in found)


@pytest.mark.parametrize("name", TWINS)
def test_its_correct_twin_is_left_alone(name: str) -> None:
    text = (PROGRAMS / f"{name}.py").read_text()
    found = [f for f in check_text(text, Options()) if f.code not in OFF_BY_DEFAULT]
    assert [f for f in found if name not in DECLARED or f.code != "TNC110"] == []


@pytest.mark.parametrize("name", [*BUGS, *TWINS])
def test_the_focus_loses_nothing(name: str) -> None:
    text = (PROGRAMS / f"{name}.py").read_text()
    whole = check_text(text, Options(), whole=True)
    assert check_text(text, Options()) == whole
    fewer = check_text(text, Options(unwanted=frozenset(OFF_BY_DEFAULT)))
    assert _by_default(fewer) == _by_default(whole)


def _by_default(found: list[Finding]) -> list[tuple[str, Span, Certainty]]:
    """What is found by rules that are on; of several traces any may be told."""
    return [(f.code, f.span, f.certainty) for f in found if f.code not in OFF_BY_DEFAULT]
