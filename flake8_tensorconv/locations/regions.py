"""Do two names of the same memory reach a common part of it?

A name reaches a part by steps: indices, elements of what is iterated, views. Two parts have
elements in common for certain where one lies in the other, or where numbers show it. Where two
indices are written differently, nothing is certain.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Symbol:
    """A number that is not spelled out: two of them are equal if all of this is.

    Attributes:
        text: the expression.
        place: the calls that led there, and the expression itself where the same text may stand
            for something else.
        turns: the loops on whose turns it depends, each with the number of its turn.
        moves: it is kept in an object, and may be another one at the next call.
    """

    text: str
    place: Hashable = field(repr=False)
    turns: tuple[tuple[Hashable, int], ...] = field(default=(), repr=False)
    moves: bool = False

    def differs_by_turn(self, other: Symbol) -> bool:
        """Are the two what the same expression gives in different turns of a loop?"""
        same = (self.text, self.place) == (other.text, other.place)
        return same and self.turns != other.turns


Bound = int | Symbol | None


@dataclass(frozen=True)
class Span:
    """`start:stop:step` of an index."""

    start: Bound = None
    stop: Bound = None
    step: Bound = None


#: What one axis is indexed with.
Axis = int | Symbol | Span
WHOLE_AXIS = Span()


@dataclass(frozen=True)
class Index:
    """A subscript: what it says of the first axes, and behind an ellipsis of the last."""

    axes: tuple[Axis, ...]
    last: tuple[Axis, ...] = ()


@dataclass(frozen=True)
class Turn:
    """What a loop gets in one of its turns."""

    loop: Hashable = field(repr=False)
    number: int


@dataclass(frozen=True)
class Part:
    """What a function or an iteration picks; it is the same part if `made` is the same."""

    made: Hashable = field(repr=False)


#: An element of what is iterated: which one, the next step tells.
ELEMENT = Part("element")
#: What leads from one part to a smaller one.
Step = Index | Turn | Part


class Meeting(enum.Enum):
    """What is known of two parts of the same memory.

    SAME: they are the same part. SURE: they have elements in common. PERHAPS: one of them moves on
    with the state of an object. OPEN: nothing is known. APART: they have nothing in common.
    """

    SAME = enum.auto()
    SURE = enum.auto()
    PERHAPS = enum.auto()
    OPEN = enum.auto()
    APART = enum.auto()


def meet(one: tuple[Step | None, ...], other: tuple[Step | None, ...]) -> Meeting:
    """Do two parts of the same memory have elements in common?

    Args:
        one: the steps that lead to the first part; None is a view that shows all of the part
            before it, perhaps in another arrangement.
        other: those to the second.
    """
    one, other = _without_views_behind(one), _without_views_behind(other)
    for number, (mine, theirs) in enumerate(zip(one, other)):
        found = _compared(mine, theirs)
        if found is Meeting.SAME:
            continue
        ends = len(one) == number + 1 or len(other) == number + 1
        # How parts lie in what two parts have in common, nobody knows.
        return found if ends or found is not Meeting.SURE else Meeting.OPEN
    return Meeting.SURE


def _without_views_behind(steps: tuple[Step | None, ...]) -> tuple[Step | None, ...]:
    end = len(steps)
    while end and steps[end - 1] is None:
        end -= 1
    return steps[:end]


def _compared(mine: Step | None, theirs: Step | None) -> Meeting:
    if mine == theirs:
        return Meeting.SAME
    if isinstance(mine, Index) and isinstance(theirs, Index):
        return _indices(mine, theirs)
    if isinstance(mine, Turn) and isinstance(theirs, Turn):
        # Two loops over the same things get the same things.
        return Meeting.APART if mine.loop == theirs.loop else Meeting.SAME
    if ELEMENT in (mine, theirs) or isinstance(mine, Turn) or isinstance(theirs, Turn):
        return Meeting.SURE  # a loop gets all of them
    return Meeting.OPEN


def _indices(mine: Index, theirs: Index) -> Meeting:
    if bool(mine.last) != bool(theirs.last) or len(mine.last) != len(theirs.last):
        return Meeting.OPEN  # the same axis may be counted from both ends
    pairs = [*zip(mine.axes, theirs.axes), *zip(mine.last, theirs.last)]
    found = [_axes(a, b) for a, b in pairs]
    return max(found, key=_CERTAINTY.index, default=Meeting.SURE)


_CERTAINTY = list(Meeting)


def _axes(one: Axis, other: Axis) -> Meeting:
    if one == other or WHOLE_AXIS in (one, other):
        return Meeting.SURE
    if isinstance(one, Symbol) and isinstance(other, Symbol):
        if one.text == other.text:
            return Meeting.APART if one.differs_by_turn(other) else Meeting.OPEN
    found = _spans(_as_span(one), _as_span(other))
    return Meeting.PERHAPS if found is Meeting.OPEN and (_moves(one) or _moves(other)) else found


def _moves(axis: Axis) -> bool:
    bounds = (axis.start, axis.stop) if isinstance(axis, Span) else (axis,)
    return any(isinstance(bound, Symbol) and bound.moves for bound in bounds)


def _as_span(axis: Axis) -> Span:
    if isinstance(axis, int):
        return Span(axis, None if axis == -1 else axis + 1)
    return (
        Span(axis, Symbol(f"{axis.text} + 1", axis.place, axis.turns))
        if isinstance(axis, Symbol)
        else axis
    )


def _spans(one: Span, other: Span) -> Meeting:
    if _is_behind(one, other) or _is_behind(other, one):
        return Meeting.APART
    if one.step is not None or other.step is not None:
        return _stepping(one, other)
    if (one.start or 0) == (other.start or 0) or one.stop == other.stop:
        return Meeting.SURE  # unless one of them is empty
    if _begins_in(one, other) or _begins_in(other, one):
        return Meeting.SURE
    return Meeting.OPEN


def _is_behind(one: Span, other: Span) -> bool:
    """Does the first begin where the second has ended?"""
    if one.start is None or other.stop is None:
        return False
    if _comparable(one.start, other.stop):
        return one.start >= other.stop  # type: ignore[operator]
    if one.start == other.stop:
        return True
    starts, stops = (one.start, other.start), (one.stop, other.stop)
    return all(
        isinstance(a, Symbol) and isinstance(b, Symbol) and a.differs_by_turn(b)
        for a, b in (starts, stops)
    )


def _begins_in(one: Span, other: Span) -> bool:
    """Does the first begin in the second, as far as numbers show?"""
    start = one.start or 0
    behind = other.start is None or (_comparable(start, other.start) and start >= other.start)  # type: ignore[operator]
    before = other.stop is None or (_comparable(start, other.stop) and start < other.stop)  # type: ignore[operator]
    return isinstance(start, int) and behind and before


def _comparable(one: Bound, other: Bound) -> bool:
    """Are the two numbers that are counted from the same end?"""
    return isinstance(one, int) and isinstance(other, int) and (one < 0) == (other < 0)


def _stepping(one: Span, other: Span) -> Meeting:
    """`a[::2]` and `a[1:]`, which meet at the third element, `a[::2]` and `a[1::2]`."""
    numbers = [_numbers(span) for span in (one, other)]
    if numbers[0] is None or numbers[1] is None:
        return Meeting.OPEN
    (begin, end, step), (start, stop, stride) = numbers[0], numbers[1]
    first = max(begin, start)
    for place in range(first, first + math.lcm(step, stride)):
        if (place - begin) % step == 0 and (place - start) % stride == 0:
            return Meeting.SURE if place < min(end, stop) else Meeting.APART
    return Meeting.APART


def _numbers(span: Span) -> tuple[int, float, int] | None:
    """Start, stop and step of a span that goes forwards from the beginning, spelled out."""
    start, step = span.start or 0, 1 if span.step is None else span.step
    stop = math.inf if span.stop is None else span.stop
    if not isinstance(start, int) or not isinstance(step, int) or isinstance(stop, Symbol):
        return None
    if start < 0 or stop < 0 or not 0 < step <= _LONGEST_STEP:
        return None
    return start, stop, step


#: Steps are looked at one by one.
_LONGEST_STEP = 64
