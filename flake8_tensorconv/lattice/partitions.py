"""Stretches of a body that are run once for each outcome of a test which they ask more than once.

    if train:
        out = model(x)
    else:
        with torch.no_grad():
            out = model(x)
    if not train:
        out.numpy()

Behind the first `if`, `out` may require grad or not; joined there, the two would no longer be told
apart at the second one. So the analysis goes through such a stretch twice, under either outcome (in
the literature: trace partitioning). The tests are those whose outcome nothing in the stretch can
change: of names and attributes that are not assigned to there.

A single statement is such a stretch if it asks twice: the header of a `with` and its body, the body
of a `try` and its handlers, both operands of a sum.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from flake8_tensorconv.index.axes import RESHAPING
from flake8_tensorconv.index.scopes import imported_root
from flake8_tensorconv.index.syntax import (
    DEFINITIONS,
    LOOPS,
    TRIES,
    WITHS,
    Definition,
    Import,
    With,
    call_args,
    last_name,
    unstarred,
    walk,
)
from flake8_tensorconv.lattice.answers import AXES, Answer, answer_of, named

#: So many tests are told apart at a time: each of them doubles the work.
MAX_TESTS = 3


@dataclass(frozen=True)
class Stretch:
    """Statements of a body that share a test.

    Attributes:
        node: the expression that asks the test.
        answer: what it says if it is true.
        stop: the place behind the last statement with a test that bears on it.
        holds: the place of the statement that may change the outcome, or behind the last one.
    """

    node: ast.expr
    answer: Answer
    stop: int
    holds: int


#: By the place of the first statement.
Stretches = dict[int, list[Stretch]]


def extent(stretches: Stretches, start: int, stretch: Stretch) -> int:
    """The place behind a stretch and those that begin before it ends, as far as its test holds."""
    stop = stretch.stop
    while start < stop:
        stop = max([stop, *(each.stop for each in stretches.get(start, ()))])
        start += 1
    return min(stop, stretch.holds)


def parts(test: ast.expr) -> Iterator[ast.expr]:
    """The tests that `and`, `or` and `not` join."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    if isinstance(test, ast.BoolOp):
        for operand in test.values:
            yield from parts(operand)
    else:
        yield test


# What statements ask and change.


@dataclass(frozen=True)
class _Summary:
    """What a statement does, with all that is inside.

    Attributes:
        asked: the tests that it asks, by their text.
        again: what is asked more than once on one way through it (`Answer.group`).
        stored: the names that it binds, and the attributes (`.flag`) that it sets.
    """

    asked: dict[str, tuple[Answer, ast.expr]]
    again: frozenset[str]
    stored: frozenset[str]


class Partitions:
    """The stretches of all bodies of a file, found as they are asked for."""

    def __init__(self) -> None:
        self._summaries: dict[ast.stmt, _Summary] = {}
        self._found: dict[ast.stmt, Stretches] = {}
        self._answers: dict[ast.expr, Answer | None] = {}

    def answer(self, test: ast.expr) -> Answer | None:
        """What an expression says if it is true; None if asking again may give something else."""
        if test not in self._answers:
            self._answers[test] = answer_of(test)
        return self._answers[test]

    def stretches(self, statements: Sequence[ast.stmt]) -> Stretches:
        """The stretches of a body, which is known by its first statement."""
        if not statements:
            return {}
        found = self._found.get(statements[0])
        if found is None:
            found = self._found[statements[0]] = self._stretches(statements)
        return found

    def _stretches(self, statements: Sequence[ast.stmt]) -> Stretches:
        found: Stretches = {}
        last: dict[str, int] = {}
        summaries = [self._summary(statement) for statement in statements]
        stored: dict[str, list[int]] = {}
        for place, summary in enumerate(summaries):
            for name in summary.stored:
                stored.setdefault(name, []).append(place)
            last.update((told.group, place) for told, _ in summary.asked.values())
        for place, summary in enumerate(summaries):
            for told, node in summary.asked.values():
                stop = last[told.group] + 1
                if stop == place + 1 and told.group not in summary.again:
                    continue
                at = (stored.get(name, ()) for name in named(node))
                later = (p[i] for p in at if (i := bisect_left(p, place)) < len(p))
                holds = min(later, default=len(summaries))
                if stop <= holds:
                    found.setdefault(place, []).append(Stretch(node, told, stop, holds))
        return found

    def _summary(self, statement: ast.stmt) -> _Summary:
        known = self._summaries.get(statement)
        if known is None:
            known = self._summaries[statement] = self._summarize(statement)
        return known

    def _summarize(self, statement: ast.stmt) -> _Summary:
        asked: dict[str, tuple[Answer, ast.expr]] = {}
        groups: list[str] = []
        for test in chain.from_iterable(map(parts, _tests(statement))):
            told = self.answer(test)
            if told is not None:
                asked.setdefault(told.test, (told, test))
                groups.append(told.group)
        header = frozenset(groups)
        # The tests of arms exclude each other, and are narrowed by as they stand.
        exclusive = isinstance(statement, (ast.If, ast.Match))
        again = set() if exclusive else _repeated(groups)
        stored = frozenset(_stored(statement))
        passed: list[str] = []
        for suite in _suites(statement):
            inside: set[str] = set()
            for inner in map(self._summary, suite):
                asked = {**inner.asked, **asked}
                stored |= inner.stored
                inside.update(told.group for told, _ in inner.asked.values())
            again |= inside & header
            passed += inside
        if not exclusive:
            again |= _repeated(passed)
        return _Summary(asked, frozenset(again), stored)


def _repeated(groups: list[str]) -> set[str]:
    return {group for group, number in Counter(groups).items() if number > 1}


def _arms(statement: ast.If) -> Iterator[ast.If]:
    """An `if` statement, and each `elif` behind it."""
    yield statement
    while len(statement.orelse) == 1 and isinstance(statement.orelse[0], ast.If):
        statement = statement.orelse[0]
        yield statement


def _suites(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The bodies that run as a part of a statement."""
    if type(statement) not in _COMPOUND:
        return
    last = statement
    for last in _arms(statement) if isinstance(statement, ast.If) else (statement,):
        yield getattr(last, "body", [])
    yield getattr(last, "orelse", [])
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body
    yield getattr(statement, "finalbody", [])


_COMPOUND = frozenset({ast.If, *LOOPS, ast.While, *WITHS, *TRIES, ast.Match})


def _tests(statement: ast.stmt) -> Iterator[ast.expr]:
    """The tests of a statement itself."""
    kind = type(statement)
    if kind in _WITH_VALUE:
        given: ast.expr | None = getattr(statement, "value", None)
        if given is not None:
            yield from _tests_in(given)
    elif isinstance(statement, ast.If):
        yield from (arm.test for arm in _arms(statement))
    elif isinstance(statement, WITHS):
        for item in statement.items:
            yield from _tests_in(item.context_expr)
    elif isinstance(statement, LOOPS):
        yield from _tests_in(statement.iter)
    elif isinstance(statement, ast.While):
        yield statement.test
    elif isinstance(statement, ast.Match):
        yield from _tests_in(statement.subject)
        yield from (case.guard for case in statement.cases if case.guard is not None)


_WITH_VALUE = frozenset({ast.Assign, ast.Expr, ast.Return, ast.AnnAssign, ast.AugAssign})


def _tests_in(node: ast.expr) -> Iterator[ast.expr]:
    """`a if test else b`, and the test that a mode of torch is chosen by."""
    if type(node) not in _ASKING:
        return
    match node:
        case ast.Call():
            yield from _tests_in(node.func)
            chooses = last_name(node.func) in _CHOOSING
            for arg in call_args(node):
                if chooses or arg.keyword in _CHOOSING:
                    yield arg.value
                yield from _tests_in(arg.value)
        case ast.Attribute():
            yield from _tests_in(node.value)
        case ast.IfExp():
            yield node.test
            yield from _tests_in(node.body)
            yield from _tests_in(node.orelse)
        case ast.BinOp():
            yield from _tests_in(node.left)
            yield from _tests_in(node.right)
        case ast.Tuple() | ast.List():
            for element in node.elts:
                yield from _tests_in(unstarred(element))


_ASKING = frozenset({ast.Call, ast.Attribute, ast.IfExp, ast.BinOp, ast.Tuple, ast.List})
#: What switches gradients on or off, by the names of the functions and of their arguments.
_CHOOSING = {"set_grad_enabled", "inference_mode", "requires_grad_", "requires_grad", "enabled"}


def _stored(statement: ast.stmt) -> Iterator[str]:
    """The names and attributes that a statement itself gives a value."""
    handler = _STORING.get(type(statement))
    if handler is not None:
        yield from handler(statement)


def _targets(node: ast.expr | None) -> Iterator[str]:
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Attribute(attr=attribute):
            yield f".{attribute}"
            if attribute in _SHAPING:
                yield AXES
        case ast.Subscript(value=holder) | ast.Starred(value=holder):
            yield from _targets(holder)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _targets(element)


def _all_targets(node: ast.Assign | ast.Delete) -> Iterator[str]:
    return chain.from_iterable(map(_targets, node.targets))


def _bound_by_with(node: With) -> Iterator[str]:
    return chain.from_iterable(_targets(item.optional_vars) for item in node.items)


def _captured(node: ast.Match) -> Iterator[str]:
    """What the patterns of a `match` bind."""
    for part in chain.from_iterable(walk(case.pattern) for case in node.cases):
        name = getattr(part, "rest" if isinstance(part, ast.MatchMapping) else "name", None)
        if name is not None:
            yield name


def _imported(node: Import) -> Iterator[str]:
    return (imported_root(alias) for alias in node.names)


def _defined(node: Definition) -> Iterator[str]:
    yield node.name


def _switched(node: ast.Expr) -> Iterator[str]:
    """`model.eval()` sets `training`, and `x.squeeze_()` changes how many axes x has."""
    called = last_name(node.value.func) if isinstance(node.value, ast.Call) else None
    if called in ("train", "eval"):
        yield ".training"
    elif called in RESHAPING:
        yield AXES


#: Attributes that say how many axes something has, too.
_SHAPING = {"shape", "data"}


_STORING: dict[type, Callable[[Any], Iterator[str]]] = {
    ast.Assign: _all_targets,
    ast.Delete: _all_targets,
    **dict.fromkeys((ast.AnnAssign, ast.AugAssign, *LOOPS), lambda node: _targets(node.target)),
    **dict.fromkeys(WITHS, _bound_by_with),
    ast.Match: _captured,
    **dict.fromkeys((ast.Import, ast.ImportFrom), _imported),
    **dict.fromkeys(DEFINITIONS, _defined),
    ast.Expr: _switched,
}
