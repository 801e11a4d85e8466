"""From source text to findings: the whole way through focus, analysis and rules, for one file."""

from __future__ import annotations

import ast
import functools
import gc
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from flake8_tensorconv.bounds import too_large, too_long
from flake8_tensorconv.config import Options
from flake8_tensorconv.findings import Finding, Fix, Step
from flake8_tensorconv.focus import Focus, focus, gate
from flake8_tensorconv.formfeeds import Unfed, unfed
from flake8_tensorconv.lines import Lines
from flake8_tensorconv.literals import shortened

# libcst takes a third of a second to import: what needs it is imported once there is a focus.
if TYPE_CHECKING:
    import libcst as cst

    from flake8_tensorconv.analysis.provenance import Reason
    from flake8_tensorconv.locate import Place
    from flake8_tensorconv.rules import Judgement, Replacement


class CheckError(Exception):
    """A file cannot be analysed although Python may accept it.

    Attributes:
        message: why, in one line.
        line: 1-based line, or None if the reason lies nowhere in particular.
        column: 0-based column in characters, or None.
    """

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[type[CheckError], tuple[str, int | None, int | None]]:
        return type(self), (self.message, self.line, self.column)


class Unparsable(CheckError):
    """The text is no Python source, for a reason that is not a SyntaxError."""


class TooDeep(CheckError):
    """An expression or block is nested more deeply than the parser or the analysis can follow."""


class TooLarge(CheckError):
    """There is more text than fits into a sensible amount of memory."""


class Found(NamedTuple):
    """A finding together with the fix as the rule wrote it, for rewriting the tree itself."""

    finding: Finding
    replacement: Replacement | None


def check_text(text: str, options: Options, tree: ast.Module | None = None) -> list[Finding]:
    """Find the unsafe conversions of a file.

    Args:
        text: its source, with any line endings and without byte order mark.
        options: the user's choices.
        tree: the same text as parsed by `ast`, if it is at hand.

    Returns:
        The findings of all rules, in the order of their positions.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: it cannot be analysed for another reason.
    """
    # The built-in parser goes first: it refuses the depth at which libcst's would overflow the
    # stack of the process.
    bounded(text)
    with _guarded():
        if tree is None:
            tree = parse(text)  # even without torch in it: the user wants to hear of syntax errors
        focused = None
        if gate(text, options):
            bounded(text, tree)
            focused = focus(shortened(text, tree), tree, options)
    if focused is None:
        return []
    parsed = unfed(focused.text)
    found = check_module(_parse_cst(parsed.text), text, options, focused, parsed)
    _settle()
    return [each.finding for each in found]


def check_module(
    module: cst.Module,
    text: str,
    options: Options,
    focused: Focus | None = None,
    parsed: Unfed | None = None,
) -> list[Found]:
    """Find the unsafe conversions in a libcst tree.

    Args:
        module: the tree of a file, or of the part of it that matters, at the same positions.
        text: the source of the whole file.
        options: the user's choices.
        focused: what of the file can lead to a finding; None for all.
        parsed: what the tree was made of, where that is not the very text.

    Returns:
        The findings in the order of their positions, with the replacements that fix them.

    Raises:
        TooDeep: the tree is too deep.
    """
    from flake8_tensorconv.analysis import analyze
    from flake8_tensorconv.locate import locate
    from flake8_tensorconv.rules import judge

    with _guarded():
        judgements = judge(analyze(module, focused), options)
        if not judgements:
            return []
        places = locate(module, _nodes(judgements))
        if parsed is not None and parsed.removed:
            places = {node: place.moved(parsed.original) for node, place in places.items()}
        lines = Lines(text)
        found = [
            _found(judgement, module, places, text, lines)
            for judgement in judgements
            if _stands(judgement, places)
        ]
    return sorted(found, key=lambda item: (item.finding.span, item.finding.code))


def parse(text: str) -> ast.Module:
    """Parse with the built-in parser, silently.

    Raises:
        SyntaxError: the text is not valid Python.
        CheckError: the parser refuses it for another reason.
    """
    try:
        with _guarded():
            return ast.parse(text)
    except ValueError as error:
        at = text.find("\0")
        if at < 0:
            raise Unparsable(str(error)) from None
        start = text.rfind("\n", 0, at) + 1
        line = text.count("\n", 0, at) + 1
        raise Unparsable("source code contains a NUL character", line, at - start) from None
    except MemoryError:  # the parser's own stack is full
        raise TooDeep("nested too deeply to be parsed") from None


def bounded(text: str, tree: ast.Module | None = None) -> None:
    """See to it that neither the memory nor the stack of the process overflows.

    Args:
        text: the source.
        tree: the same as parsed by `ast`, once it is.

    Raises:
        TooLarge: there is too much of it.
        TooDeep: libcst's parser would descend too deeply into it.
    """
    message = too_large(len(text))
    if message is not None:
        raise TooLarge(message)
    line = None if tree is None else too_long(text, tree)
    if line is not None:
        raise TooDeep("nested too deeply to be analysed", line)


#: Frames that the analysis may need: it enters the file's functions as the program would.
_FRAMES = 5_000


@contextmanager
def _guarded() -> Iterator[None]:
    """Swallow the parser's warnings about the user's string literals; name what is too deep."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _FRAMES))
    collecting = gc.isenabled()
    gc.disable()  # trees are large and free of cycles: looking for some costs and finds nothing
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except RecursionError:
        raise TooDeep("nested too deeply to be analysed") from None
    finally:
        sys.setrecursionlimit(before)
        if collecting:
            gc.enable()


@functools.cache
def _settle() -> None:
    """Keep the garbage collector, once, from ever visiting what the analysis has loaded.

    Its modules and tables are a hundred thousand objects that live as long as the process.
    """
    gc.freeze()


def _parse_cst(text: str) -> cst.Module:
    import libcst as cst

    try:
        with _guarded():
            return cst.parse_module(text)
    except cst.ParserSyntaxError as error:
        raise Unparsable(
            f"libcst cannot parse this: {' '.join(error.message.split())}",
            error.raw_line,
            error.raw_column,
        ) from None


def _nodes(judgements: Iterable[Judgement]) -> set[cst.CSTNode]:
    """All nodes whose positions the findings need."""
    nodes: set[cst.CSTNode] = set()
    for judgement in judgements:
        event, report = judgement.event, judgement.report
        nodes.update((event.call, event.at, event.operand))
        nodes.update(reason.node for reason in _links(report.reason))
        if report.fix is not None:
            nodes.add(report.fix.old)
    return nodes


def _links(reason: Reason | None) -> list[Reason]:
    """The links of a chain of reasons, in the order in which things happen."""
    links = []
    while reason is not None:
        links.append(reason)
        reason = reason.cause
    return links[::-1]


def _stands(judgement: Judgement, places: dict[cst.CSTNode, Place]) -> bool:
    """Is it about code of the file? The analysis makes up calls, such as those of `map`."""
    event = judgement.event
    return event.call in places and event.at in places and event.operand in places


def _found(
    judgement: Judgement,
    module: cst.Module,
    places: dict[cst.CSTNode, Place],
    text: str,
    lines: Lines,
) -> Found:
    rule, event, report = judgement.rule, judgement.event, judgement.report
    call = places[event.call].outer
    fix = None
    if report.fix is not None and report.fix.old in places:
        fix = _fix(report.fix, module, places[report.fix.old], text, lines)
    finding = Finding(
        code=rule.code,
        name=rule.name,
        message=report.message,
        span=places[event.at].inner,
        subject=places[event.operand].inner,
        certainty=report.certainty,
        fix=fix,
        trace=_trace(judgement, places),
        lines=(call.line, call.end_line),
    )
    return Found(finding, None if fix is None else report.fix)


def _trace(judgement: Judgement, places: dict[cst.CSTNode, Place]) -> tuple[Step, ...]:
    """The story behind a report; its last step says what comes of it for the operand."""
    from flake8_tensorconv.analysis.syntax import excerpt

    operand, report = judgement.event.operand, judgement.report
    # Nor need a reason be about code of the file.
    links = [link for link in _links(report.reason) if link.node in places]
    steps = [Step(places[link.node].inner, link.told()) for link in links]
    if not report.claim:
        return tuple(steps)
    claim = f"`{excerpt(operand)}` {report.claim}"
    if not steps and places[operand].inner.line == places[judgement.event.at].inner.line:
        return ()  # it ends where it begins
    if not steps:
        return (Step(places[operand].inner, claim),)
    *before, last = steps
    return (*before, Step(last.span, f"{claim}: {last.text}"))


def _fix(
    replacement: Replacement, module: cst.Module, place: Place, text: str, lines: Lines
) -> Fix | None:
    """Turn a replacement of what stands at `place` into edits; None if a comment would be lost."""
    from flake8_tensorconv.locate import code_at
    from flake8_tensorconv.rewriting.edits import edits_between, keeps_comments

    old, new = (code_at(module, node, place) for node in (replacement.old, replacement.new))
    start = lines.offset(place.outer.line, place.outer.column)
    # The tree does not tell the whole text where libcst has no place for a form feed.
    if not text.startswith(old, start) or not keeps_comments(replacement.old, replacement.new):
        return None
    return Fix(replacement.applicability, tuple(edits_between(old, new, start, lines)))
