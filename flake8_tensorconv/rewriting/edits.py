"""Edits of source text: making them minimal, choosing those that go together, applying them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from flake8_tensorconv.source.findings import Applicability, Edit, Finding, Fix, Span
from flake8_tensorconv.source.lines import Lines, count_newlines

if TYPE_CHECKING:
    import libcst as cst

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")

#: An edit by offsets: the text between start and end becomes another.
Change = tuple[int, int, str]


def edits_between(old: str, new: str, start: int, lines: Lines) -> list[Edit]:
    """Describe how one piece of text becomes another by the least that has to change.

    Args:
        old: the text of an expression.
        new: what it shall be.
        start: the offset of `old` in its file.
        lines: the lines of that file.

    Returns:
        Edits in the order of their positions. A guard added to a chain of methods is one
        insertion that begins with its dot.
    """
    return [
        Edit(lines.span(start + begin, start + end), text)
        for begin, end, text in _changes(_TOKEN.findall(old), _TOKEN.findall(new))
    ]


def keeps_comments(old: cst.BaseExpression, new: cst.BaseExpression) -> bool:
    """Does every comment inside the old expression stand in the new one too?"""
    return not Counter(_comments(old)) - Counter(_comments(new))


def choose(findings: Iterable[Finding], unsafe: bool) -> list[Finding]:
    """Choose the findings whose fixes can be applied in one pass.

    Fixes that change more text go first, so that of two nested ones the outer is chosen. A fix is
    left for the next pass if one of its edits overlaps or touches an edit chosen before, or if
    the same conversion is fixed for another reason: what it should become, and if that is needed at
    all, is known only when that one is done.

    Args:
        findings: those that are to be fixed.
        unsafe: choose unsafe fixes as well.
    """
    chosen: list[Finding] = []
    taken: list[Span] = []
    sites: set[Span] = set()
    for finding in sorted(findings, key=_outermost_first):
        spans = [edit.span for edit in _edits(finding, unsafe)]
        apart = not any(_touch(span, other) for span in spans for other in taken)
        if spans and apart and finding.span not in sites:
            chosen.append(finding)
            taken += spans
            sites.add(finding.span)
    return chosen


def apply(text: str, fixes: Iterable[Fix]) -> str:
    """Apply the edits of `fixes`, which do not overlap, and change nothing else."""
    lines = Lines(text)
    edits = sorted((edit for fix in fixes for edit in fix.edits), key=lambda edit: edit.span)
    parts: list[str] = []
    done = 0
    for edit in edits:
        span = edit.span
        parts += [text[done : lines.offset(span.line, span.column)], edit.text]
        done = lines.offset(span.end_line, span.end_column)
    return "".join([*parts, text[done:]])


def added_lines(edit: Edit) -> int:
    """How many lines the text has more after an edit, or (negative) less."""
    return count_newlines(edit.text) - (edit.span.end_line - edit.span.line)


def _edits(finding: Finding, unsafe: bool) -> tuple[Edit, ...]:
    fix = finding.fix
    if fix is None or (fix.applicability is Applicability.UNSAFE and not unsafe):
        return ()
    return fix.edits


def _outermost_first(finding: Finding) -> tuple[int, int, Span, str]:
    edits = finding.fix.edits if finding.fix is not None else ()
    height = max((edit.span.end_line - edit.span.line for edit in edits), default=0)
    width = max((edit.span.end_column - edit.span.column for edit in edits), default=0)
    return -height, -width, finding.span, finding.code


def _touch(one: Span, other: Span) -> bool:
    return (one.line, one.column) <= (other.end_line, other.end_column) and (
        other.line,
        other.column,
    ) <= (one.end_line, one.end_column)


def _comments(expression: cst.BaseExpression) -> list[str]:
    import libcst as cst

    comments: list[str] = []

    class Collector(cst.CSTVisitor):
        def visit_Comment(self, node: cst.Comment) -> None:
            comments.append(node.value)

    expression.visit(Collector())
    return comments


def _changes(old: list[str], new: list[str]) -> list[Change]:
    """The changes from one token list to the other, by offsets into the old text."""
    ends = [*accumulate(map(len, old), initial=0)]
    insertions = _insertions(old, new)
    if insertions is None:
        head = _common(old, new)
        tail = _common(old[head:][::-1], new[head:][::-1])
        text = "".join(new[head : len(new) - tail])
        return [(ends[head], ends[len(old) - tail], text)]
    changes: list[Change] = []
    last = 0
    for at, tokens in insertions:
        shift, tokens = _begin_with_dot(old[last:at], tokens)
        changes.append((ends[at - shift], ends[at - shift], "".join(tokens)))
        last = at
    return changes


def _insertions(old: list[str], new: list[str]) -> list[tuple[int, list[str]]] | None:
    """What to insert before which old tokens; None if that is not enough to get the new ones."""
    insertions: list[tuple[int, list[str]]] = []
    done = 0
    for token in new:
        if done < len(old) and token == old[done]:
            done += 1
        elif insertions and insertions[-1][0] == done:
            insertions[-1][1].append(token)
        else:
            insertions.append((done, [token]))
    return insertions if done == len(old) else None


def _begin_with_dot(before: list[str], inserted: list[str]) -> tuple[int, list[str]]:
    """Move an insertion to the left, with the same result, if it begins with a dot there.

    Insertions come as far right as they can: `detach().` behind the dot of `x.numpy()`.

    Returns:
        How many tokens it moves, and what is to be inserted there.
    """
    moved = inserted
    for shift in range(len(before) + 1):
        if moved[0] == ".":
            return shift, moved
        if shift == len(before) or moved[-1] != before[-1 - shift]:
            break
        moved = [moved[-1], *moved[:-1]]
    return 0, inserted


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the common beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
