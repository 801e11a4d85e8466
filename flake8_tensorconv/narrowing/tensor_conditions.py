"""What tests of a tensor's attributes and methods leave of its facts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from flake8_tensorconv.contents.refining import refine, refine_holders
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.values import (
    Alternative,
    Device,
    Grad,
    Layout,
    Symbol,
    Tensor,
    Value,
)

#: Tests of a tensor's fact: what remains possible of it when the attribute is true, and when not.
Keep = Callable[[Tensor], Tensor | None]


def keep_tensors(run: Run, node: ast.expr, keep: Keep) -> bool:
    """Narrow the tensors that an expression may be; others stay as they are."""
    tested = run.peek(node)

    def remaining(each: Alternative) -> list[Alternative]:
        remains: Alternative | None = keep(each) if isinstance(each, Tensor) else each
        return [] if remains is None else [remains]

    kept = [remains for each in tested.alternatives for remains in remaining(each)]
    if not kept and tested.alternatives:
        return False
    refine_holders(run, node, remaining)
    refine(run, node, Value(tuple(kept)))
    return True


def welcome(tensor: Tensor) -> Tensor:
    """What has passed a test for being a tensor: there any tensor is provided for.

    Where some of what comes there is known, the rest has only been lost out of sight.
    """
    shown = tensor.device != Device.UNKNOWN
    return tensor if shown or not tensor.sure else replace(tensor, blind=False)


def with_grad(truth: bool) -> Keep:
    """Of `x.requires_grad` being true or false."""

    def keep(tensor: Tensor) -> Tensor | None:
        if truth:
            if tensor.grad == Grad.NO:
                return None
            return replace(tensor, grad=Grad.YES if tensor.grad & Grad.YES else Grad.UNKNOWN)
        if tensor.grad == Grad.YES:
            return None
        return replace(tensor, grad=Grad.NO)

    return keep


def on_device(device: Device, truth: bool) -> Keep:
    """Of `x` being (or not being) on a device."""

    def keep(tensor: Tensor) -> Tensor | None:
        if truth:
            if not tensor.device & (device | Device.UNKNOWN):
                return None
            return replace(tensor, device=device)
        rest = tensor.device & ~device
        if rest & Device.UNKNOWN and device is Device.ACCELERATOR:
            rest = rest & ~Device.UNKNOWN | Device.CPU  # nobody asks in case it is "meta"
        return replace(tensor, device=rest) if rest else None

    return keep


def with_layout(layout: Layout, truth: bool) -> Keep:
    """Of `x.is_sparse`, `x.is_conj()` and `x.is_neg()`."""

    def keep(tensor: Tensor) -> Tensor | None:
        if truth:
            return replace(tensor, layout=layout)
        rest = tensor.layout & ~layout
        return replace(tensor, layout=rest) if rest else None

    return keep


def with_dtype(names: frozenset[str], truth: bool) -> Keep:
    """Of `x.dtype` being (or not being) among these."""

    def keep(tensor: Tensor) -> Tensor | None:
        if truth:
            rest = tensor.dtype & names if "?" not in tensor.dtype else names
        else:
            rest = tensor.dtype - names
        return replace(tensor, dtype=rest) if rest else None

    return keep


#: By the attribute or method that is asked.
FLAGS: dict[str, Callable[[bool], Keep]] = {
    "requires_grad": with_grad,
    "is_cuda": lambda truth: on_device(Device.ACCELERATOR, truth),
    "is_cpu": lambda truth: on_device(Device.CPU, truth),
    "is_meta": lambda truth: on_device(Device.META, truth),
    "is_sparse": lambda truth: with_layout(Layout.SPARSE, truth),
}
#: False says little: the tensor may be on another kind of accelerator.
OTHER_ACCELERATORS = ("is_mps", "is_xpu", "is_hpu", "is_npu")
PREDICATES: dict[str, Callable[[bool], Keep]] = {
    "is_conj": lambda truth: with_layout(Layout.CONJ, truth),
    "is_neg": lambda truth: with_layout(Layout.NEG, truth),
}


def layout_equal(run: Run, holder: ast.expr, other: Value, truth: bool) -> bool:
    """`x.layout == torch.strided`; `holder` is the `x`."""
    names = {each.dotted for each in other.alternatives if isinstance(each, Symbol)}
    if names == {"torch.strided"}:
        return keep_tensors(run, holder, with_layout(Layout.SPARSE, not truth))
    if names and all(name.startswith("torch.sparse") for name in names):
        return keep_tensors(run, holder, with_layout(Layout.SPARSE, truth))
    return True
