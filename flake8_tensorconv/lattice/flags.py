"""Sets of a few possibilities, as `enum.IntFlag` has them, but met and joined faster."""

from __future__ import annotations

import enum
import functools
from typing import Any, TypeVar

F = TypeVar("F", bound="Flags")


class Flags(enum.IntFlag):
    """Possibilities of which some are open.

    The analysis meets and joins them hundreds of thousands of times a file; `enum` looks up what
    comes of it by way of several functions each time.
    """

    def __and__(self: F, other: int) -> F:
        met: F = _member(type(self), self._value_ & int(other))
        return met

    def __or__(self: F, other: int) -> F:
        joined: F = _member(type(self), self._value_ | int(other))
        return joined


@functools.cache
def _member(kind: Any, possibilities: int) -> Any:
    return kind(possibilities)
