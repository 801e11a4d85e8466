"""What the interpreter has met, in the light of where it was met and of what else was.

A function is looked at with what its callers in the file give it, and on its own; what a `try`
expects is no surprise; of a tensor that is made of another one, or cast later, the rules are told.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from flake8_tensorconv.events.records import Event, Met, Route, ToNumpy, ToTensor, Widened
from flake8_tensorconv.index.syntax import called_name, last_name
from flake8_tensorconv.knowledge.dtypes import is_numpy_dtype
from flake8_tensorconv.lattice.joins import all_blind
from flake8_tensorconv.lattice.values import Array, Device, Grad, Layout, Tensor
from flake8_tensorconv.locations.provenance import Reason


def weighed(events: Iterable[Met]) -> Iterator[Event]:
    """The events as the rules see them.

    Args:
        events: what the interpreter has met, in this order.
    """
    converted: dict[int, tuple[Tensor, ...]] = {}
    made: dict[int, ToTensor] = {}
    for event in events:
        if isinstance(event, ToNumpy):
            settled = _settled(event)
            by_method = event.route is Route.METHOD and settled is not None
            converted[id(event.call)] = settled.tensors if settled and by_method else ()
            if settled is not None:
                yield settled
        elif isinstance(event, ToTensor):
            whole = replace(event, converted=converted.get(id(event.operand), ()))
            if whole.given.of(Array):
                made[id(whole.call)] = whole
            yield whole
        elif not isinstance(event, Widened):
            yield event
        elif (rounded := made.get(id(event.call))) is not None:
            yield replace(rounded, widened=event.dtype)


def _settled(event: ToNumpy) -> ToNumpy | None:
    """The conversion of what raises unexpectedly; None if it only counts beside what callers give.

    What callers in the file give a function says what it is given, unless it is declared to take
    any tensor.
    """
    tensors = event.tensors
    if event.callers_known:
        tensors = tuple(filter(_admits_any, tensors))
    if event.caught:
        left = (uncaught(tensor, event.caught) for tensor in tensors)
        tensors = tuple(each for each in left if each is not None)
    if not tensors and event.callers_known:
        return None
    return replace(event, tensors=tensors, blind=all_blind(tensors))


def _reads_capsule(call: ast.Call) -> bool:
    """`from_dlpack(capsule)`, of which nobody sees where it comes from."""
    return last_name(called_name(call)) == "from_dlpack"


def _root(reason: Reason | None) -> ast.AST | None:
    return None if reason is None else reason.root


def _admits_any(tensor: Tensor) -> bool:
    """Does it come from a parameter or field declared as a tensor, which admits any?

    Where the file shows callers of a function, they are the evidence of what it is given otherwise.
    """
    roots = (_root(tensor.grad_reason), _root(tensor.device_reason))
    return tensor.sure and any(
        isinstance(root, ast.AnnAssign)
        or (isinstance(root, ast.Call) and _reads_capsule(root))
        or (isinstance(root, ast.arg) and root.annotation is not None)
        for root in roots
    )


_CAUGHT_ALL = frozenset({"Exception", "BaseException", ""})


def uncaught(tensor: Tensor, caught: frozenset[str]) -> Tensor | None:
    """The tensor without the facts whose exceptions are caught: a fallback is at hand.

    Returns:
        What it may be where it is converted all the same; None if it never is.
    """
    everything = bool(caught & _CAUGHT_ALL)
    grad, device, dtype, layout = tensor.grad, tensor.device, tensor.dtype, tensor.layout
    if everything or "RuntimeError" in caught:
        grad = Grad.NO & grad if Grad.UNKNOWN not in grad else Grad.NO
        layout &= ~(Layout.CONJ | Layout.NEG)
    if everything or "TypeError" in caught:
        device = Device.CPU & device if Device.UNKNOWN not in device else Device.CPU
        dtype = frozenset(name for name in dtype if is_numpy_dtype(name) is not False)
        layout &= ~Layout.SPARSE
    if not (grad and device and dtype and layout):
        return None
    return replace(tensor, grad=grad, device=device, dtype=dtype, layout=layout)
