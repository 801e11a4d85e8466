"""What tests of a tensor's device leave of it: `x.device == ...`, `str(x.device) == ...`."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.placement import device_flags
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.values import Device, Value
from flake8_tensorconv.narrowing.tensor_conditions import keep_tensors, on_device


def is_device(node: ast.expr) -> bool:
    """Is it `x.device`?"""
    return isinstance(node, ast.Attribute) and node.attr == "device"


def device_asked(node: ast.Call) -> ast.expr | None:
    """The `x` of `str(x.device)`."""
    if isinstance(node.func, ast.Name) and node.func.id == "str" and len(node.args) == 1:
        inner = node.args[0]
        if isinstance(inner, ast.Attribute) and inner.attr == "device":
            return inner.value
    return None


def device_equal(run: Run, holder: ast.expr, other: Value, truth: bool) -> bool:
    """`x.device == other`; `holder` is the `x`."""
    flags = device_flags(other)
    if flags in (Device.CPU, Device.META):
        return keep_tensors(run, holder, on_device(flags, truth))
    if flags == Device.ACCELERATOR:
        names = {str(c.value).split(":")[0] for c in other.constants}
        if not truth and names and "cuda" not in names:
            return True  # not on that kind of accelerator, but perhaps on another
        return keep_tensors(run, holder, on_device(flags, truth))
    return True


def device_text(run: Run, node: ast.expr, prefix: Value, truth: bool) -> bool:
    """`str(x.device).startswith("cuda")`, and that of a string which is known."""
    asked, begins = run.peek(node), [str(each.value) for each in prefix.constants]
    if asked.constants and len(asked.constants) == len(asked.alternatives) and len(begins) == 1:
        return any(str(each.value).startswith(begins[0]) == truth for each in asked.constants)
    if isinstance(node, ast.Call):
        holder = device_asked(node)
        if holder is not None:
            return device_equal(run, holder, prefix, truth)
    return True
