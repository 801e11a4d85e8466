"""Devices and dtypes as the arguments of `.to(...)`, `device=` and `dtype=` name them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_tensorconv.index.syntax import last_name, walk
from flake8_tensorconv.knowledge.devices import ACCELERATORS
from flake8_tensorconv.knowledge.numpy_dtypes import dtype_named
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    Alternative,
    Constant,
    Device,
    DeviceObject,
    DtypeObject,
    Dtypes,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
)
from flake8_tensorconv.locations.provenance import Reason


@dataclass(frozen=True)
class Placement:
    """Where something is put and as what; None where the call leaves it as it is.

    Attributes:
        device: the device asked for.
        dtype: the dtype asked for.
        reason: why that device.
    """

    device: Device | None = None
    dtype: Dtypes | None = None
    reason: Reason | None = None


#: Python and NumPy types that can stand for a dtype.
PYTHON_DTYPES = {
    "builtins.float": "float64",
    "builtins.int": "int64",
    "builtins.bool": "bool",
    "builtins.complex": "complex128",
    "builtins.str": "str",
    "builtins.bytes": "bytes",
    "builtins.object": "object",
}


def dtype_of(given: Value) -> Dtypes | None:
    """The dtypes that a `dtype=` argument may name; None if it is None."""
    names: set[str] = set()
    for each in given.alternatives:
        if isinstance(each, DtypeObject):
            names |= each.dtype
        elif isinstance(each, Symbol):
            names.add(_symbol_dtype(each.dotted))
        elif isinstance(each, Constant) and isinstance(each.value, str):
            names.add(dtype_named(each.value))
        elif isinstance(each, (Ref, Tuple)):
            names.add("void")  # the fields of a record
        elif isinstance(each, Constant) and each.value is None:
            continue
        else:
            names |= ANY_DTYPE
    return frozenset(names) or None


def _symbol_dtype(dotted: str) -> str:
    if dotted in PYTHON_DTYPES:
        return PYTHON_DTYPES[dotted]
    return dtype_named(dotted.rsplit(".", 1)[-1]) if dotted.startswith("numpy.") else "?"


def device_of(given: Value, node: ast.AST) -> tuple[Device | None, Reason | None]:
    """The devices that a `device=` argument may name, and why; None if it is None."""
    some = [e for e in given.alternatives if not (isinstance(e, Constant) and e.value is None)]
    if not some:
        return None, None
    device = Device(0)
    cause: Reason | None = None
    for each in some:
        device |= _one_device(each)
        if isinstance(each, DeviceObject):
            cause = each.reason
    if len(some) < len(given.alternatives):
        device |= Device.CPU
    return device, device_reason(device, node, cause)


def _one_device(each: Alternative) -> Device:
    if isinstance(each, Plain) and each.what in ("number", "int"):
        return Device.ACCELERATOR
    if isinstance(each, Constant) and isinstance(each.value, int):
        return Device.ACCELERATOR
    if isinstance(each, Tensor) and each.sure:
        return each.device
    return device_flags(Value((each,)))


def device_reason(device: Device, node: ast.AST, cause: Reason | None = None) -> Reason | None:
    """Tell why something is on a device, if that device is worth telling."""
    if Device.CPU in device and Device.ACCELERATOR in device:
        return Reason(node, "placed by `{code}` where there is one", cause)
    if device & (Device.ACCELERATOR | Device.META):
        return Reason(node, "placed by `{code}`", cause)
    if device & Device.UNKNOWN:
        return Reason(node, "on whatever device `{code}` names", cause)
    return None


def placement(args: Arguments, node: ast.AST) -> Placement:
    """What the arguments of `.to(...)` ask for."""
    device: Device | None = None
    dtype: Dtypes | None = None
    reason: Reason | None = None
    given = [a.value for a in args.positional[:2]]
    for name in ("device", "dtype", "other"):
        if name in args.keywords:
            given.append(args.keywords[name].value)
    if args.more is not None or args.more_keywords is not None:
        device, dtype = Device.UNKNOWN, ANY_DTYPE
    for position, each in enumerate(given):
        tensors = [t for t in each.tensors if t.sure]
        if tensors:
            device, dtype = tensors[0].device, tensors[0].dtype
            reason = device_reason(device, node, tensors[0].device_reason)
            continue
        dtypes = Value(
            tuple(
                e
                for e in each.alternatives
                if isinstance(e, DtypeObject)
                or (isinstance(e, Symbol) and (e.dotted in PYTHON_DTYPES or "numpy." in e.dotted))
            )
        )
        if dtypes.alternatives:
            dtype = dtype_of(dtypes)
            if len(dtypes.alternatives) < len(each.alternatives) and dtype is not None:
                dtype |= ANY_DTYPE
        elif (
            each.alternatives and "dtype" in args.keywords and each is args.keywords["dtype"].value
        ):
            dtype = dtype_of(each)
        elif position == 0 or "device" in args.keywords:
            found, why = device_of(each, node)
            if found is not None:
                device, reason = found, why
            if each.is_unknown and _may_be_another(args, each):
                dtype = ANY_DTYPE
        elif each.is_unknown:
            dtype = ANY_DTYPE
    return Placement(device, dtype, reason)


#: What the names of devices hold, and of what they are made of.
_DEVICES = ("dev", "cuda", "gpu", "cpu", "rank", "loc", "place", "where")


def _may_be_another(args: Arguments, given: Value) -> bool:
    """May `x.to(y)` put x where y is, and as what y is? A device is mostly called so."""
    argument = args.get(0, "other")
    if argument is None or argument.node is None or given is not argument.value:
        return False
    words = {last_name(each).lower() for each in walk(argument.node) if isinstance(each, ast.expr)}
    return not any(hint in word for word in words for hint in _DEVICES)


def device_flags(other: Value) -> Device:
    """The devices that a device object, or its name as a string, may stand for."""
    flags = Device(0)
    for each in other.alternatives:
        if isinstance(each, DeviceObject):
            flags |= each.device
        elif isinstance(each, Constant) and isinstance(each.value, str):
            flags |= device_named(each.value)
        else:
            flags |= Device.UNKNOWN
    return flags or Device.UNKNOWN


def device_named(name: str) -> Device:
    """The device of a string such as "cuda:0"."""
    kind = name.split(":")[0]
    if kind == "cpu":
        return Device.CPU
    if kind == "meta":
        return Device.META
    if kind in ACCELERATORS:
        return Device.ACCELERATOR
    return Device.UNKNOWN
