"""Tests of whether the machine has an accelerator: where it has none, nothing can be on one.

    device = "cuda" if torch.cuda.is_available() else "cpu"
    out = model(x.to(device))
    return out.cpu().numpy() if torch.cuda.is_available() else out.numpy()

The question may stand in another function than what it placed, in a flag, or be one about `device`.
"""

from __future__ import annotations

import re

import libcst as cst

from flake8_tensorconv.analysis.placement import device_flags
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.state import MACHINE
from flake8_tensorconv.analysis.values import (
    AVAILABLE,
    UNAVAILABLE,
    Device,
    DeviceObject,
    Value,
)

_FLAG = re.compile(r"(?:^|_|use|is|on|has)(?:cuda|gpu|accelerator)s?(?:$|_)", re.IGNORECASE)
_NO_FLAG = re.compile(r"(?:no|not|disable|without)_?(?:cuda|gpu)|^cpu(?:_only)?$", re.IGNORECASE)
_BOTH = Device.CPU | Device.ACCELERATOR


def tell_flag(run: Run, node: cst.BaseExpression, tested: Value, truth: bool) -> None:
    """Go on where a value, which may tell of accelerators, is true (or false)."""
    wanted = AVAILABLE if not truth else UNAVAILABLE
    if wanted in tested.alternatives or (tested.is_unknown and _is_named_so(node, truth)):
        _without_accelerator(run)


def _is_named_so(node: cst.BaseExpression, truth: bool) -> bool:
    """Is it `use_cuda`, and false, or `args.no_cuda`, and true?"""
    name = node.attr if isinstance(node, cst.Attribute) else node
    if not isinstance(name, cst.Name):
        return False
    negated = _NO_FLAG.search(name.value) is not None
    return negated if truth else not negated and _FLAG.search(name.value) is not None


def tell_count(run: Run, node: cst.BaseExpression, truth: bool) -> None:
    """`torch.cuda.device_count() > 0`."""
    if not truth and AVAILABLE in run.peek(node).alternatives:
        _without_accelerator(run)


def tell_device(run: Run, left: cst.BaseExpression, other: Value, truth: bool) -> None:
    """`device.type == "cuda"`, `device != "cpu"`: of a device that the machine decides about."""
    asked = run.peek(left)
    known = all(isinstance(e, DeviceObject) for e in asked.alternatives) or asked.constants
    if not known or device_flags(asked) & _BOTH != _BOTH:
        return
    flags = device_flags(other)
    if (flags == Device.CPU and truth) or (flags == Device.ACCELERATOR and not truth):
        _without_accelerator(run)


def _without_accelerator(run: Run) -> None:
    run.state.set(MACHINE, run.state.machine & ~Device.ACCELERATOR)
