"""What is known on all ways that lead to a place, and is lost where one of them does not know it.

Values and objects are what they *may* be: where ways meet, they are what they are on any of them.
The facts here *must* hold: where ways meet, only what all of them know is left.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TypeVar

from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.answers import Answer
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.objects import Object
from flake8_tensorconv.lattice.values import Value
from flake8_tensorconv.locations.scopes import Frame

M = TypeVar("M", bound="Must")


class Must(ABC):
    """Facts that hold on every way here."""

    __slots__ = ()

    @abstractmethod
    def meet(self: M, other: M | None) -> M:
        """What both ways know, of which one may know nothing; itself if that takes nothing away."""


@dataclass(frozen=True)
class Paths(Must):
    """What access paths hold that begin with a variable, by their text, such as ".x[0]"."""

    held: dict[str, Value] = field(default_factory=dict)

    def meet(self, other: Paths | None) -> Paths:
        """Of a path something is known only if both sides know it."""
        there = {} if other is None else other.held
        held = {path: join(old, there[path]) for path, old in self.held.items() if path in there}
        if len(held) == len(self.held) and all(held[p] is old for p, old in self.held.items()):
            return self
        return Paths(held)


@dataclass(frozen=True)
class Stored:
    """An element of a container.

    Attributes:
        address: the container.
        held: what it held then; it is another object as soon as it has changed.
        element: the element.
    """

    address: Address
    held: Object
    element: Value


@dataclass(frozen=True)
class Keyed(Must):
    """What is known of elements by the text of their keys alone, such as "xs[i]"."""

    stored: dict[str, Stored] = field(default_factory=dict)

    def meet(self, other: Keyed | None) -> Keyed:
        """What both sides know, of the same container."""
        there = {} if other is None else other.stored
        joined: dict[str, Stored] = {}
        for text, mine in self.stored.items():
            found = there.get(text)
            if found is None or found.address != mine.address or found.held is not mine.held:
                continue
            element = join(mine.element, found.element)
            joined[text] = mine if element is mine.element else replace(mine, element=element)
        if len(joined) == len(self.stored) and all(joined[t] is s for t, s in self.stored.items()):
            return self
        return Keyed(joined)


@dataclass(frozen=True)
class Fact:
    """The outcome of a test.

    Attributes:
        frame: where the variables are that the test asks about.
        names: these variables, and the attributes (`.flag`).
        answer: the outcome.
    """

    frame: Frame
    names: frozenset[str]
    answer: Answer


@dataclass(frozen=True)
class Known(Must):
    """The outcomes of tests that have been passed."""

    facts: frozenset[Fact] = frozenset()

    def meet(self, other: Known | None) -> Known:
        """What both sides have passed."""
        facts = frozenset() if other is None else self.facts & other.facts
        return self if len(facts) == len(self.facts) else Known(facts)


@dataclass(frozen=True)
class Shown(Must):
    """The roots of what has been converted, which shows that it was on the CPU."""

    roots: frozenset[ast.AST] = frozenset()

    def meet(self, other: Shown | None) -> Shown:
        """What both sides have converted."""
        roots = frozenset() if other is None else self.roots & other.roots
        return self if roots == self.roots else Shown(roots)


@dataclass(frozen=True)
class Test(Must):
    """A test whose outcome a variable holds: `on_gpu = x.is_cuda`; None if that differs by path."""

    node: ast.expr | None

    def meet(self, other: Test | None) -> Test:
        """The test, if it is the same on both sides."""
        return self if self == other or self.node is None else Test(None)


@dataclass(frozen=True)
class Twins(Must):
    """The variables that are of the same type as one: `type(a) == type(b)`."""

    names: frozenset[str] = frozenset()

    def meet(self, other: Twins | None) -> Twins:
        """Those that both sides know."""
        names = frozenset() if other is None else self.names & other.names
        return self if names == self.names else Twins(names)
