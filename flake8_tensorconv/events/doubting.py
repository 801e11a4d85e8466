"""What is told of an event where ways through the program are not told apart any more."""

from __future__ import annotations

from dataclasses import replace

from flake8_tensorconv.events.records import (
    ForeignMember,
    Met,
    NegativeStep,
    Refused,
    SharedMemory,
    ToNumpy,
    ToTensor,
)
from flake8_tensorconv.lattice.values import Alternative, Array, Tensor, Value


def doubted(event: Met) -> Met:
    """The event, of which nothing is sure."""
    match event:
        case ToNumpy():
            return replace(event, tensors=tuple(replace(t, sure=False) for t in event.tensors))
        case ToTensor():
            return replace(
                event,
                given=_unsure(event.given),
                inside=_unsure(event.inside),
                rows=_unsure(event.rows),
            )
        case ForeignMember():
            return replace(event, receiver=_unsure(event.receiver))
        case Refused() | NegativeStep():
            return replace(event, given=_unsure(event.given))
        case SharedMemory():
            return replace(event, perhaps=True)
        case _:
            return event


def _unsure(given: Value) -> Value:
    return Value(tuple(map(_unsure_alternative, given.alternatives)))


def _unsure_alternative(each: Alternative) -> Alternative:
    return replace(each, sure=False) if isinstance(each, (Tensor, Array)) else each
