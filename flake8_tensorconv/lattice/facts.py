"""Facts of a result from the facts of its operands."""

from __future__ import annotations

import ast
import functools
import itertools
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flake8_tensorconv.knowledge.dtypes import can_require_grad
from flake8_tensorconv.knowledge.torch_operators import Memory, Operator, Output
from flake8_tensorconv.lattice.joins import all_blind, join_all
from flake8_tensorconv.lattice.promotion import Typed, combine_dtypes, typed
from flake8_tensorconv.lattice.storages import maybe_views, viewed
from flake8_tensorconv.lattice.values import (
    UNKNOWN,
    Device,
    Dtypes,
    Grad,
    Layout,
    Many,
    Tensor,
    Tuple,
    Value,
)
from flake8_tensorconv.locations.provenance import Cut, Reason, Refusal, Storage


@dataclass(frozen=True)
class Moment:
    """What of the state decides about a result: the modes torch is in."""

    grad_mode: Grad
    autocast: Dtypes


@functools.cache
def _either_grad(one: Grad, other: Grad) -> Grad:
    ways = Grad(0)
    for a, b in itertools.product(Grad, Grad):
        if one & a and other & b:
            ways |= Grad.YES if Grad.YES in (a, b) else max(a, b)
    return ways


def any_grad(operands: Iterable[Tensor]) -> Grad:
    """Does a result require grad if it does as soon as one operand does?"""
    result = Grad.NO
    for operand in operands:
        result = _either_grad(result, operand.grad)
    return result


def common_device(operands: Iterable[Tensor]) -> Device:
    """The device of a result: all operands must agree, but 0-d CPU tensors go with any."""
    operands = list(operands)
    if any(t.device == Device.ACCELERATOR for t in operands):
        return Device.ACCELERATOR
    placed = [t for t in operands if not t.scalar and not t.device & Device.UNKNOWN]
    surely = [t for t in placed if t.sure]  # where something unknown is may be a guess
    settled = [t.device for t in surely or placed]
    shared = functools.reduce(operator.and_, settled) if settled else Device(0)
    if shared:
        return shared
    result = Device(0)
    for operand in operands:
        result |= operand.device
    if Device.CPU in result and any(not t.scalar and not t.device & Device.CPU for t in operands):
        result &= ~Device.CPU
    return result or Device.UNKNOWN


def limit_grad(grad: Grad, dtype: Dtypes) -> Grad:
    """Only floating and complex tensors can require grad."""
    able = {can_require_grad(name) for name in dtype}
    if able == {False}:
        return Grad.NO
    return grad


def in_mode(grad: Grad, mode: Grad) -> Grad:
    """What a computed result's grad becomes in a grad mode."""
    result = Grad(0)
    if mode & (Grad.YES | Grad.UNKNOWN):
        result |= grad
    if mode & Grad.NO:
        result |= Grad.NO
    if mode & Grad.UNKNOWN:
        result |= Grad.NO
    return result


def _because(operands: Sequence[Tensor], flag: Grad) -> Reason | None:
    for operand in operands:
        if operand.grad & flag:
            return operand.grad_reason
    return None


def _device_reason(operands: Sequence[Tensor], device: Device) -> Reason | None:
    for flag in (Device.ACCELERATOR, Device.META, Device.UNKNOWN, Device.CPU):
        if device & flag:
            for operand in operands:
                if operand.device & flag:
                    return operand.device_reason
    return None


def output_tensor(
    output: Output,
    operands: Sequence[Tensor],
    dtypes: Sequence[Typed],
    moment: Moment,
    fresh: frozenset[Storage],
    *,
    name: str = "",
    matmul: bool = False,
    sparse: bool | None = None,
    dense: bool = False,
    sure: bool = True,
) -> Tensor:
    """One result of an operator.

    Args:
        output: what the operator says of it.
        operands: the tensor operands in order.
        dtypes: the dtypes and axes of all operands, numbers included.
        moment: the modes torch is in.
        fresh: the memory of the result if it is new.
        name: the operator's, without the names of modules.
        matmul: does the operator compute in the lower precision under autocast?
        sparse: is the result of sparse operands sparse? None: if all of them are.
        dense: does a view leave no gaps?
        sure: is the result surely a tensor?
    """
    first = operands[0] if operands else Tensor(sure=sure)
    dtype = combine_dtypes(output.dtype, dtypes or [typed(first)])
    dtype_reason = first.dtype_reason
    if matmul and moment.autocast - {"off"}:
        lowered = moment.autocast - {"off"}
        dtype = (dtype | lowered) if "off" in moment.autocast else lowered
    keeps = output.memory in (Memory.VIEW, Memory.INPUT)
    if not output.grad:
        grad = Grad.NO
    elif output.memory is Memory.VIEW:
        grad = first.grad
    elif output.memory is Memory.INPUT:
        grad = Grad(0)
        if moment.grad_mode & (Grad.YES | Grad.UNKNOWN):
            grad |= any_grad(operands)
        if moment.grad_mode & (Grad.NO | Grad.UNKNOWN):
            grad |= first.grad
    elif output.memory is Memory.MAYBE:
        computed = in_mode(any_grad(operands), moment.grad_mode)
        grad = computed | first.grad if moment.grad_mode & Grad.NO else computed
    else:
        grad = in_mode(any_grad(operands), moment.grad_mode)
    grad = limit_grad(grad, dtype)
    device = common_device(operands) if operands else Device.UNKNOWN
    storages = fresh
    if output.memory is Memory.INPUT:
        storages = first.storages
    elif output.memory is Memory.VIEW:
        storages = viewed(first.storages, name, fresh, dense=dense)
    elif output.memory is Memory.MAYBE:
        storages = maybe_views(first.storages, fresh)
    layout = first.layout if keeps or output.memory is Memory.MAYBE else Layout.STRIDED
    if any(t.layout & Layout.SPARSE for t in operands) and output.memory is Memory.FRESH:
        layout = _sparse_layout(sparse, operands, matmul)
    shown = Grad.YES if grad & Grad.YES else Grad.UNKNOWN if grad & Grad.UNKNOWN else Grad.NO
    return Tensor(
        sure=sure,
        grad=grad,
        device=device,
        dtype=dtype,
        layout=layout,
        scalar=bool(operands) and all(t.scalar for t in operands),
        storages=storages,
        cuts=_cuts(operands, dtype),
        refusals=_refusals(operands, grad),
        declared=_declared(operands),
        blind=all_blind(operands),
        grad_reason=_because(operands, shown),
        device_reason=_device_reason(operands, device),
        dtype_reason=dtype_reason,
        layout_reason=first.layout_reason,
    )


def _declared(operands: Sequence[Tensor]) -> bool:
    """Do all operands that are said to be tensors owe that to an annotation?"""
    said = [operand.declared for operand in operands if operand.sure]
    return bool(said) and all(said)


def _cuts(operands: Sequence[Tensor], dtype: Dtypes) -> frozenset[Cut]:
    found = [operand.cuts for operand in operands if operand.cuts]
    if found and all(can_require_grad(name) is False for name in dtype):
        return frozenset()  # an index, a label or a mask has no gradient anyway
    return frozenset().union(*found) if found else frozenset()


def _refusals(operands: Sequence[Tensor], grad: Grad) -> frozenset[Refusal]:
    """What stands in the way of gradients in the graph of a result."""
    found = [operand.refusals for operand in operands if operand.refusals]
    return frozenset().union(*found) if found and grad & Grad.YES else frozenset()


def _sparse_layout(sparse: bool | None, operands: Sequence[Tensor], matmul: bool) -> Layout:
    if sparse is None:
        every = all(t.layout & Layout.SPARSE for t in operands)
        sparse = every if len(operands) > 1 or not matmul else False
    return Layout.SPARSE if sparse else Layout.STRIDED


#: With a sparse operand: `sparse * dense` is sparse, a full reduction is dense.
_SPARSE_RESULT = {"mul": True, "div": True, "mul_": True, "div_": True}
#: Views that show the same elements in the same order.
_WITHOUT_GAPS = {"view", "view_as", "reshape", "flatten", "ravel", "unflatten", "squeeze",
                 "unsqueeze", "atleast_1d", "atleast_2d", "atleast_3d", "alias"}  # fmt: skip
_REDUCTIONS = {"sum", "mean", "norm", "max", "min", "amax", "amin", "prod"}


def operator_result(
    operator: Operator,
    operands: Sequence[Tensor],
    dtypes: Sequence[Typed],
    moment: Moment,
    fresh: frozenset[Storage],
    *,
    reduced: bool = False,
    sure: bool = True,
) -> Value:
    """What an operator gives back.

    Arguments as for `output_tensor`; `reduced` tells that a dimension is named.
    """
    bare = operator.name.rsplit(".", 1)[-1]
    sparse = False if bare in _REDUCTIONS and not reduced else _SPARSE_RESULT.get(bare)
    results = [
        Value(
            (
                output_tensor(
                    output,
                    operands,
                    dtypes,
                    moment,
                    fresh,
                    name=bare,
                    matmul=operator.matmul,
                    dense=bare in _WITHOUT_GAPS,
                    sparse=sparse,
                    sure=sure,
                ),
            )
        )
        for output in operator.outputs
    ]
    if operator.sequence:
        return Value((Many(join_all(results)),))
    if len(results) == 1:
        return results[0]
    return Value((Tuple(tuple(results), operator.fields),)) if results else UNKNOWN


def in_full_precision(tensor: Tensor, moment: Moment) -> Tensor:
    """The result of a loss: under autocast it is computed in float32."""
    if moment.autocast == {"off"}:
        return tensor
    kept = tensor.dtype if "off" in moment.autocast else frozenset()
    return replace(tensor, dtype=kept | {"float32"})


def part_of(tensor: Tensor) -> Tensor:
    """The tensor as it is inside of what may be a tensor, or a container of who knows what.

    Of what is in something that a caller gives without a word, the file shows nothing.
    """
    reason = tensor.device_reason
    if tensor.sure or tensor.blind or reason is None or not isinstance(reason.node, ast.arg):
        return tensor
    return replace(tensor, blind=True)


def detached(tensor: Tensor) -> Tensor:
    """The tensor without its graph."""
    return replace(
        tensor, grad=Grad.NO, grad_reason=None, role="", owner=None, refusals=frozenset()
    )


def flip_conj(layout: Layout) -> Layout:
    """The layout of the conjugate of a complex tensor."""
    result = Layout(0)
    if layout & Layout.STRIDED:
        result |= Layout.CONJ
    if layout & Layout.CONJ:
        result |= Layout.STRIDED
    return result | (layout & ~(Layout.STRIDED | Layout.CONJ))
