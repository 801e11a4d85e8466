"""How much a value may hold in itself: what grows with every statement stays bounded.

After `t = (t, t)`, twenty times over, a tuple holds a million values. Nobody reads so much of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class _Held(Protocol):
    """A value, as far as counting goes."""

    @property
    def alternatives(self) -> tuple[object, ...]:
        """What it may be."""


#: Of what holds more values than this, all in all, nothing is said but that it is there.
MAX_SIZE = 128


def size_of(held: Iterable[_Held]) -> int:
    """How many values there are in these, themselves included."""
    return sum(getattr(each, "size", 1) for item in held for each in item.alternatives)
