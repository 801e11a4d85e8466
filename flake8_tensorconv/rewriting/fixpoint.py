"""The loop of fixing: find, choose, apply, and look again, until nothing is left to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from flake8_tensorconv.rewriting.edits import added_lines, choose
from flake8_tensorconv.source.findings import Finding
from flake8_tensorconv.source.parsing import CheckError, parse

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
        before = [_Place(f.code, *f.lines) for f in fixed]
        if _count(left, _moved(before, fixed)) >= _count(findings, before):
            break
        program, findings = candidate, left
        applied += len(fixed)
        seen.add(code(program))
    return Outcome(program, applied, findings)


class _Place(NamedTuple):
    """The lines of a call that is fixed."""

    code: str
    first: int
    last: int


def _count(findings: Sequence[Finding], places: Sequence[_Place]) -> int:
    """How many findings are in these places."""
    return sum(
        any(f.code == code and first <= f.span.line <= last for code, first, last in places)
        for f in findings
    )


def _moved(places: Sequence[_Place], fixed: Sequence[Finding]) -> list[_Place]:
    """Where the places are after the fixes, which may have joined lines or made new ones."""
    edits = [edit for finding in fixed if finding.fix is not None for edit in finding.fix.edits]
    return [
        _Place(
            code,
            first + sum(added_lines(e) for e in edits if e.span.line < first >= e.span.end_line),
            last + sum(added_lines(e) for e in edits if e.span.end_line <= last),
        )
        for code, first, last in places
    ]
