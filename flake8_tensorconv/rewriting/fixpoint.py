"""The loop of fixing: find, choose, apply, and look again, until nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flake8_tensorconv.checking import CheckError, parse
from flake8_tensorconv.findings import Finding
from flake8_tensorconv.rewriting.edits import choose

#: Each pass fixes one more level of nested conversions; nobody nests them more deeply than this.
MAX_PASSES = 10

S = TypeVar("S")


@dataclass(frozen=True)
class Outcome(Generic[S]):
    """What fixing led to.

    Attributes:
        program: the program at the end.
        applied: how many fixes were applied.
        remaining: what is still found.
    """

    program: S
    applied: int
    remaining: list[Finding]


def fix_all(
    program: S,
    *,
    code: Callable[[S], str],
    check: Callable[[S], list[Finding]],
    apply: Callable[[S, Sequence[Finding]], S],
    unsafe: bool,
) -> Outcome[S]:
    """Fix a program, given as text or as a tree, to a fixpoint.

    A fix that would leave something unparsable is dropped. A pass after which as much is found
    where it fixed something, or that leads back to an earlier program, is undone and is the last.

    Args:
        program: what to fix.
        code: gives the source text of a program.
        check: finds what is to be fixed.
        apply: applies the fixes of findings that go together.
        unsafe: apply unsafe fixes as well.

    Raises:
        SyntaxError: the program is not valid Python to begin with.
        CheckError: it cannot be analysed for another reason.
    """

    def parses(candidate: S) -> bool:
        try:
            parse(code(candidate))
        except (SyntaxError, CheckError):
            return False
        return True

    def advance(findings: Sequence[Finding]) -> tuple[S, Sequence[Finding]]:
        """Apply the fixes together or, if that breaks the program, those that do not break it."""
        candidate = apply(program, findings)
        if parses(candidate):
            return candidate, findings
        good: list[Finding] = []
        for finding in findings:
            if parses(apply(program, [*good, finding])):
                good.append(finding)
        return apply(program, good), good

    findings = check(program)
    seen = {code(program)}
    applied = 0
    for _ in range(MAX_PASSES):
        candidate, fixed = advance(choose(findings, unsafe))
        if code(candidate) in seen:
            break
        try:
            left = check(candidate)
        except CheckError:  # such as a chain that has become too deep
            break
        places = {(finding.code, finding.span.line) for finding in fixed}
        if _count(left, places) >= _count(findings, places):
            break
        program, findings = candidate, left
        applied += len(fixed)
        seen.add(code(program))
    return Outcome(program, applied, findings)


def _count(findings: Sequence[Finding], places: set[tuple[str, int]]) -> int:
    """How many findings are in these places; fixes leave every line where it is."""
    return sum((finding.code, finding.span.line) in places for finding in findings)
