"""The libcst visitor: it carries judgements to the nodes that they are about, and flags them there.

A file that has nothing to report never comes here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper

from flake8_tensorconv.index.spans import Source, shortened
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.rewriting.edits import edits_between, keeps_comments
from flake8_tensorconv.rewriting.excerpts import Excerpt, excerpts
from flake8_tensorconv.rewriting.places import Place, PlaceProvider, code_at
from flake8_tensorconv.rewriting.writing import NotLocated, parts_of, written
from flake8_tensorconv.rules import Judgement, Replacement
from flake8_tensorconv.source.findings import Finding, Fix, Span, Step
from flake8_tensorconv.source.formfeeds import unfed

#: What a node of the tree becomes.
Change = tuple[cst.BaseExpression, cst.BaseExpression]


class Flagged(NamedTuple):
    """A finding together with its fix as changes of the libcst tree."""

    finding: Finding
    changes: tuple[Change, ...]


class Flagging(cst.CSTVisitor):
    """Finds, for expressions that the analysis knows, the nodes that libcst has of them.

    Attributes:
        found: node and place of each of them that is in the tree.
    """

    METADATA_DEPENDENCIES = (PlaceProvider,)

    def __init__(
        self, awaited: dict[Span, list[ast.AST]], moved: Callable[[Span], Span] | None = None
    ) -> None:
        """Take the expressions by where they stand, and where in the file a span of the tree is."""
        super().__init__()
        self._awaited = awaited
        self._moved = moved
        self.found: dict[ast.AST, tuple[cst.BaseExpression, Place]] = {}

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note the node, if something waits for it."""
        if isinstance(node, cst.BaseExpression):
            place = self.get_metadata(PlaceProvider, node, None)
            if place is not None:
                if self._moved is not None:
                    moved = self._moved
                    place = Place(moved(place.inner), moved(place.outer), place.indent)
                for awaited in self._awaited.pop(place.inner, ()):
                    self.found.setdefault(awaited, (node, place))
        return bool(self._awaited)


@dataclass(frozen=True)
class Located:
    """A node of libcst's tree: where it stands in the file, and in which module."""

    node: cst.BaseExpression
    place: Place
    module: cst.Module


def flag(
    files: Sequence[File],
    judgements: Sequence[Judgement],
    module: cst.Module | None = None,
) -> list[Flagged]:
    """Turn judgements into findings.

    Args:
        files: the file that the judgements are about, and others that they tell of.
        judgements: what the rules say about nodes of the first file.
        module: the libcst tree of the text, if it is at hand.

    Returns:
        The findings in the order of their positions.
    """
    file, *others = files
    source = Source(file.text)
    awaited = _awaited(source, judgements)
    located: dict[ast.AST, Located] = {}
    if module is not None:
        located = _visited(module, awaited)
    else:
        for excerpt in excerpts(source, file.tree, (span.line for span in awaited)):
            located |= _in_excerpt(excerpt, awaited)
    elsewhere = Elsewhere(file, others)
    found = [_Writer(source, elsewhere, located, each).flagged() for each in judgements]
    standing = [each for each in found if each is not None]
    return sorted(standing, key=lambda item: (item.finding.span, item.finding.code))


def _visited(
    module: cst.Module,
    awaited: dict[Span, list[ast.AST]],
    moved: Callable[[Span], Span] | None = None,
) -> dict[ast.AST, Located]:
    visitor = Flagging(awaited, moved)
    MetadataWrapper(module, unsafe_skip_copy=True).visit(visitor)
    return {on: Located(node, place, module) for on, (node, place) in visitor.found.items()}


def _in_excerpt(excerpt: Excerpt, awaited: dict[Span, list[ast.AST]]) -> dict[ast.AST, Located]:
    """What stands in a part of the file; nothing where libcst cannot read what Python can."""
    parsed = unfed(excerpt.text)
    try:
        module = cst.parse_module(parsed.text)
    except (cst.ParserSyntaxError, RecursionError):
        return {}

    def moved(span: Span) -> Span:
        return parsed.original(span).below(excerpt.before)

    return _visited(module, awaited, moved)


def _awaited(source: Source, judgements: Iterable[Judgement]) -> dict[Span, list[ast.AST]]:
    """The expressions of the file that findings and fixes need, by where they stand."""
    awaited: dict[Span, list[ast.AST]] = {}
    for judgement in judgements:
        event, fix = judgement.event, judgement.report.fix
        nodes: list[ast.AST] = [event.call, event.operand]
        for old, new in () if fix is None else fix.pairs:
            nodes += parts_of(old, new)
        for node in nodes:
            for span in _spans(source, node):
                awaited.setdefault(span, []).append(node)
    return awaited


def _spans(source: Source, node: ast.AST) -> Iterator[Span]:
    """Where a node may stand for libcst, which takes no parentheses for a part of an expression."""
    span = source.span(node)
    if span is None:
        return
    yield span
    if isinstance(node, ast.Tuple | ast.GeneratorExp):
        code = source.code(node)
        inside = code[1:-1]
        start = source.lines.offset(span.line, span.column) + 1
        start += len(inside) - len(inside.lstrip())
        yield source.lines.span(start, start + len(inside.strip()))


_PART = re.compile(r"\{(operand|call|fix)(?:\.(\w+))?\}")


class Elsewhere:
    """Knows of which other file a node is.

    Which nodes a file has is looked up only where there are several files.
    """

    def __init__(self, file: File, others: Iterable[File]) -> None:
        """Take the file that the findings are in, and others of its project."""
        self._file = file
        self._others = [(other, Source(other.text)) for other in others]

    def file_of(self, node: ast.AST) -> tuple[str, Source] | None:
        """Path and text of the file; None if it is the one that the findings are in."""
        if not self._others or node in self._file.index.order:
            return None
        found = (each for each in self._others if node in each[0].index.order)
        return next(((other.path, source) for other, source in found), None)


class _Writer:
    """Writes one finding."""

    def __init__(
        self,
        source: Source,
        elsewhere: Elsewhere,
        located: dict[ast.AST, Located],
        judgement: Judgement,
    ) -> None:
        self.source = source
        self.elsewhere = elsewhere
        self.located = located
        self.judgement = judgement

    def flagged(self) -> Flagged | None:
        """The finding; None if it is about no code of the file, but about a call made up."""
        rule, event, report = self.judgement.rule, self.judgement.event, self.judgement.report
        subject = self.inner(event.operand)
        span = subject if event.at is event.operand else self.source.span_at(event.at)
        call = self.outer(event.call)
        if span is None or subject is None or call is None:
            return None
        fix, changes = (None, ()) if report.fix is None else self.fix(report.fix)
        finding = Finding(
            code=rule.code,
            name=rule.name,
            message=_PART.sub(self._part, report.message),
            span=span,
            subject=subject,
            certainty=report.certainty,
            fix=fix,
            trace=self.trace(),
            lines=(call.line, call.end_line),
        )
        return Flagged(finding, changes)

    def inner(self, node: ast.AST) -> Span | None:
        found = self.located.get(node)
        return self.source.span(node) if found is None else found.place.inner

    def outer(self, node: ast.AST) -> Span | None:
        found = self.located.get(node)
        return self.source.span(node) if found is None else found.place.outer

    def _part(self, match: re.Match[str]) -> str:
        """What a placeholder of the message stands for."""
        named, field = match.groups()
        if named == "fix":
            return self.new_code()
        node = getattr(self.judgement.event, named)
        return self.source.excerpt(getattr(node, field) if field else node)

    def new_code(self) -> str:
        """What the fix writes, on one line."""
        fix = self.judgement.report.fix
        assert fix is not None
        try:
            new = written(fix.old, fix.new, self.nodes())
        except NotLocated:
            return shortened(ast.unparse(fix.new))
        return " ".join(cst.Module([]).code_for_node(new).split())

    def nodes(self) -> dict[ast.AST, cst.BaseExpression]:
        return {on: found.node for on, found in self.located.items()}

    def fix(self, replacement: Replacement) -> tuple[Fix | None, tuple[Change, ...]]:
        """The edits and the changes; none if a comment would be lost, or a part is not found."""
        edits = []
        changes: list[Change] = []
        nodes = self.nodes()
        for old, new in replacement.pairs:
            found = self.located.get(old)
            try:
                becomes = written(old, new, nodes)
            except NotLocated:
                return None, ()
            if found is None or not keeps_comments(found.node, becomes):
                return None, ()
            old_code, new_code = (
                code_at(found.module, node, found.place.indent) for node in (found.node, becomes)
            )
            outer = found.place.outer
            start = self.source.lines.offset(outer.line, outer.column)
            # The tree does not tell the whole text where libcst has no place for a form feed.
            if not self.source.text.startswith(old_code, start):
                return None, ()
            edits += edits_between(old_code, new_code, start, self.source.lines)
            changes.append((found.node, becomes))
        edits.sort(key=lambda edit: edit.span)
        return Fix(replacement.applicability, tuple(edits)), tuple(changes)

    def trace(self) -> tuple[Step, ...]:
        """The story behind a report; its last step says what comes of it for the operand."""
        event, report = self.judgement.event, self.judgement.report
        steps = []
        for link in _links(report.reason):
            path, source = self.elsewhere.file_of(link.node) or ("", self.source)
            span = source.span(link.node)
            if span is not None:  # a reason need not be about code that is written somewhere
                steps.append(Step(span, link.told(source.excerpt), path))
        if not report.claim:
            return tuple(steps)
        claim = f"`{self.source.excerpt(event.operand)}` {report.claim}"
        operand, at = self.source.span(event.operand), self.source.span_at(event.at)
        assert operand is not None and at is not None
        if not steps and operand.line == at.line:
            return ()  # it ends where it begins
        if not steps:
            return (Step(operand, claim),)
        *before, last = steps
        return (*before, replace(last, text=f"{claim}: {last.text}"))


def _links(reason: Reason | None) -> list[Reason]:
    """The links of a chain of reasons, in the order in which things happen."""
    links = []
    while reason is not None:
        links.append(reason)
        reason = reason.cause
    return links[::-1]
