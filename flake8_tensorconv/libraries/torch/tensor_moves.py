"""Moves and casts of tensors: `.to(...)`, `.float()`, `.type(...)`."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.placement import Placement, device_reason, dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.rounding import tell_widened
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.facts import in_mode, limit_grad
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    STRING,
    UNKNOWN,
    Alternative,
    Device,
    DtypeObject,
    Dtypes,
    Layout,
    Symbol,
    Tensor,
    Value,
    value,
)
from flake8_tensorconv.locations.provenance import Reason, Storage

CASTS = {
    "float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16",
    "long": "int64", "int": "int32", "short": "int16", "char": "int8", "byte": "uint8",
    "bool": "bool", "cfloat": "complex64", "cdouble": "complex128", "chalf": "complex32",
}  # fmt: skip
_TYPES = {
    "Float": "float32", "Double": "float64", "Half": "float16", "BFloat16": "bfloat16",
    "Long": "int64", "Int": "int32", "Short": "int16", "Char": "int8", "Byte": "uint8",
    "Bool": "bool",
}  # fmt: skip


def move_tensor(run: Run, tensor: Tensor, where: Placement, node: ast.AST) -> Tensor:
    """`.to(...)` and its kin: a view of the same data if nothing changes, else a copy."""
    if where.dtype is not None:
        tell_widened(run, tensor, where.dtype)
    result = replace(tensor, role="", owner=None)
    same = True
    copied = False
    if where.device is not None:
        same = same and where.device == tensor.device
        copied = (
            not where.device & tensor.device and Device.UNKNOWN not in where.device | tensor.device
        )
        result = replace(result, device=where.device, device_reason=where.reason)
        if where.device != Device.CPU:
            result = replace(result, blind=False)
        if where.device != Device.CPU:
            result = replace(result, scalar=False)
    if where.dtype is not None and where.dtype != ANY_DTYPE:
        same = same and where.dtype == tensor.dtype
        copied = copied or not ({"?", *where.dtype} & tensor.dtype)
        result = replace(
            result,
            dtype=where.dtype,
            dtype_reason=Reason(node, f"made {'/'.join(sorted(where.dtype))} by `{{code}}`"),
        )
    elif where.dtype is not None:
        result = replace(result, dtype=ANY_DTYPE)
    if not same or (where.device is None and where.dtype is None):
        # Under no_grad only a real move or cast computes something new.
        computed = in_mode(tensor.grad, run.state.grad_mode)
        unchanged = where.device is not None and bool(
            (where.device | Device.UNKNOWN) & tensor.device
        )
        # What is lazy is computed by the copying.
        plain = tensor.layout & ~(Layout.CONJ | Layout.NEG) or Layout.STRIDED
        result = replace(
            result,
            layout=plain if copied else tensor.layout | plain,
            grad=computed | tensor.grad if unchanged and where.dtype is None else computed,
            storages=run.fresh(node) if copied else _perhaps_kept(tensor, where),
        )
    return replace(result, grad=limit_grad(result.grad, result.dtype))


def _perhaps_kept(tensor: Tensor, where: Placement) -> frozenset[Storage]:
    """The memory after a move or cast that may have had nothing to do."""
    return on_cpu(tensor) if where.device == Device.CPU and where.dtype is None else frozenset()


def on_cpu(tensor: Tensor) -> frozenset[Storage]:
    """The memory after `.cpu()`, which copies only what is elsewhere."""
    if Device.CPU in tensor.device:  # on some path it is known to be
        return tensor.storages
    if Device.UNKNOWN in tensor.device:
        return frozenset(replace(storage, perhaps=True) for storage in tensor.storages)
    return frozenset()


def cast_to_type(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    """`.type(...)`, by a dtype or by the name of an old class of tensors."""
    if not args.positional and not args.keywords:
        return STRING
    given = args.value(0, "dtype") or UNKNOWN
    device, dtype = Device(0), set[str]()
    for each in given.alternatives:
        placed, cast = _type_named(tensor, each)
        device, dtype = device | placed, dtype | cast
    told = None if device == tensor.device else device_reason(device, node)
    where = Placement(None if device == tensor.device else device, frozenset(dtype), told)
    return value(move_tensor(run, tensor, where, node))


def _type_named(tensor: Tensor, each: Alternative) -> tuple[Device, Dtypes]:
    """Where a tensor is as which dtype, once it is cast to a type."""
    name = getattr(each, "dotted", None) or getattr(each, "value", None)
    if isinstance(name, str):
        bare = name.rsplit(".", 1)[-1].removesuffix("Tensor")
        if bare in _TYPES:
            device = Device.ACCELERATOR if ".cuda." in name else Device.CPU
            return device, frozenset({_TYPES[bare]})
    known = dtype_of(value(each)) if isinstance(each, (DtypeObject, Symbol)) else None
    if known is not None:
        return tensor.device, known
    # `x.type()` says where x is as well, and so may what nothing is known of.
    return tensor.device | Device.UNKNOWN, ANY_DTYPE


def cast_like(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    """`.type_as(other)`."""
    other = next(iter((args.value(0, "other") or UNKNOWN).tensors), Tensor())
    where = Placement(other.device, other.dtype, other.device_reason)
    return value(move_tensor(run, tensor, where, node))
