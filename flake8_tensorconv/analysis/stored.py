"""What is remembered beside variables and objects, as long as all ways to a place agree on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flake8_tensorconv.analysis.joins import join
from flake8_tensorconv.analysis.values import Address, Value

if TYPE_CHECKING:
    from flake8_tensorconv.analysis.partitions import Answer
    from flake8_tensorconv.analysis.scopes import Frame
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
class Known:
    """The outcomes of tests that have been passed."""

    facts: frozenset[Fact] = frozenset()


def agreed(a: Any, b: Any) -> Keyed | Known:
    """What both sides know; `a` itself if `b` takes nothing away. None knows nothing."""
    if isinstance(a, Known) or isinstance(b, Known):
        facts = a.facts & b.facts if a is not None and b is not None else frozenset()
        return a if a is not None and len(facts) == len(a.facts) else Known(facts)
    return _both(a or Keyed(), b or Keyed())


def _both(a: Keyed, b: Keyed) -> Keyed:
    """What both sides know of elements of the same containers."""
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
