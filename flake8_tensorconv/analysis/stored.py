"""What is remembered of elements of containers by the text of their keys alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flake8_tensorconv.analysis.joins import join
from flake8_tensorconv.analysis.values import Address, Value

if TYPE_CHECKING:
    from flake8_tensorconv.analysis.state import Object


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
class Keyed:
    """What is known of elements by their text, such as "xs[i]"."""

    stored: dict[str, Stored] = field(default_factory=dict)


def join_keyed(a: Keyed | None, b: Keyed | None) -> Keyed:
    """What both sides know, of the same container; `a` itself if `b` takes nothing away."""
    if a is None or b is None:
        return a if a is not None and not a.stored else Keyed()
    joined: dict[str, Stored] = {}
    for text, one in a.stored.items():
        other = b.stored.get(text)
        if other is None or other.address != one.address or other.held is not one.held:
            continue
        element = join(one.element, other.element)
        joined[text] = one if element is one.element else replace(one, element=element)
    if len(joined) == len(a.stored) and all(joined[t] is one for t, one in a.stored.items()):
        return a
    return Keyed(joined)
