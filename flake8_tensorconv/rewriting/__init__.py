"""Fixing source text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.rewriting.edits import apply
from flake8_tensorconv.rewriting.fixpoint import fix_all
from flake8_tensorconv.source.findings import Finding

#: Chooses, of the findings in a text, those that are to be reported and fixed.
Keep = Callable[[str, list[Finding]], list[Finding]]


@dataclass(frozen=True)
class FixResult:
    """What fixing a text led to.

    Attributes:
        text: the new text; outside the fixes it is the old one, character by character.
        applied: how many fixes were applied.
        remaining: what is still found in the new text.
    """

    text: str
    applied: int
    remaining: list[Finding]


def fix_text(text: str, options: Options, *, unsafe: bool, keep: Keep, path: str = "") -> FixResult:
    """Fix the unsafe conversions of a file, again and again until nothing is left to fix.

    Args:
        text: its source.
        options: the user's choices.
        unsafe: apply unsafe fixes as well.
        keep: chooses the findings that count; what it leaves out is neither fixed nor reported.
        path: where the file lies; "" if it lies nowhere, so that it has no project.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: it cannot be analysed for another reason.
    """

    def apply_fixes(program: str, findings: Sequence[Finding]) -> str:
        return apply(program, [item.fix for item in findings if item.fix is not None])

    outcome = fix_all(
        text,
        code=str,
        check=lambda program: keep(program, check_text(program, options, path=path)),
        apply=apply_fixes,
        unsafe=unsafe,
    )
    return FixResult(outcome.program, outcome.applied, outcome.remaining)
