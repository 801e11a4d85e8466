"""The arguments of a call, evaluated, and matched with parameters by name or position."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from flake8_tensorconv.lattice.values import Otherwise, Value


@dataclass(frozen=True)
class Argument:
    """One argument.

    Attributes:
        value: what it may be.
        node: the expression that gives it; None if the analysis made it up.
        spread: it is one of the elements of that expression (`*args`, `**kwargs`).
    """

    value: Value
    node: ast.expr | None = None
    spread: bool = False


@dataclass(frozen=True)
class Arguments:
    """What a call passes.

    Attributes:
        positional: the plain positional arguments, those of `*args` of known length included.
        keywords: the keyword arguments, those of `**kwargs` with known keys included.
        more: what any further positional argument may be (`*args` of unknown length).
        more_keywords: what any further keyword argument may be.
        more_node: the expression that `more` or `more_keywords` come from.
    """

    positional: tuple[Argument, ...] = ()
    keywords: Mapping[str, Argument] = field(default_factory=dict)
    more: Value | None = None
    more_keywords: Value | None = None
    more_node: ast.expr | None = None

    def get(self, position: int | None, *names: str) -> Argument | None:
        """The argument at a position or under one of the names."""
        if position is not None and position < len(self.positional):
            return self.positional[position]
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return None

    def value(self, position: int | None, *names: str) -> Value | None:
        """The value of the argument at a position or under one of the names."""
        found = self.get(position, *names)
        return None if found is None else found.value

    def all(self) -> Iterator[Argument]:
        """Every argument."""
        yield from self.positional
        yield from self.keywords.values()
        for rest in (self.more, self.more_keywords):
            if rest is not None:
                yield Argument(rest, self.more_node, spread=True)

    def map(self, change: Callable[[Value], Value]) -> Arguments:
        """The call with every value changed."""
        return Arguments(
            tuple(replace(a, value=change(a.value)) for a in self.positional),
            {name: replace(a, value=change(a.value)) for name, a in self.keywords.items()},
            None if self.more is None else change(self.more),
            None if self.more_keywords is None else change(self.more_keywords),
            self.more_node,
        )

    @property
    def expected(self) -> Arguments:
        """The call where there was something to go through before."""
        if not any(each.value.of(Otherwise) for each in self.all()):
            return self
        return self.map(lambda given: given.expected)

    def skip(self, count: int) -> Arguments:
        """The call without its first positional arguments."""
        return replace(self, positional=self.positional[count:])

    def prepend(self, *values: Value) -> Arguments:
        """The call with more arguments in front, as a bound method makes it."""
        front = tuple(Argument(v) for v in values)
        return replace(self, positional=front + self.positional)


def pass_values(*values: Value) -> Arguments:
    """A call that the analysis makes itself."""
    return Arguments(tuple(Argument(v) for v in values))
