"""What is put on an accelerator was not there before.

    x_gpu = x.cuda()
    show(model(x_gpu), x.numpy())

Of x nothing else may be known, but whoever moves it takes it to be on the CPU, wherever in the file
that is said. The same holds for what is pinned, which only memory of the CPU can be.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace

from flake8_tensorconv.engine.placement import Placement
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import Met, ToNumpy
from flake8_tensorconv.index.syntax import call_args, dotted_name
from flake8_tensorconv.lattice.values import Device, Tensor

#: The names of devices, and of what holds settings.
_DEVICE = re.compile(r"(?:^|_)(?:device|dev|gpu|cuda)(?:$|_|s$)", re.IGNORECASE)
_SETTINGS = re.compile(r"self|cls|.*(?:args|cfg|conf|config|opts?|options|params|flags)$", re.I)


def departs(run: Run, tensor: Tensor, where: Placement, node: ast.AST) -> None:
    """Note that a tensor is moved; `node` is the call that does."""
    if where.device is None or not tensor.device & Device.UNKNOWN:
        return
    if where.device & Device.ACCELERATOR or (
        where.device == Device.UNKNOWN and _names_device(node)
    ):
        stays_on_cpu(run, tensor)


def stays_on_cpu(run: Run, tensor: Tensor) -> None:
    """Note that a tensor is on the CPU, and all else that comes from where it does."""
    reason = tensor.device_reason
    root = None if reason is None else reason.root
    if root is not None and not (isinstance(root, ast.arg) and _DEVICE.search(root.arg)):
        run.program.departed.add(root)


def _names_device(node: ast.AST) -> bool:
    """Is it `x.to(device)` or `x.to(self.device)`, where `x.to(y.device)` may lead anywhere?"""
    given = call_args(node) if isinstance(node, ast.Call) else []
    if not given:
        return False
    *holders, name = (dotted_name(given[0].value) or "").split(".")
    return bool(_DEVICE.search(name)) and all(map(_SETTINGS.match, holders))


def with_departures(run: Run, events: Iterable[Met]) -> list[Met]:
    """The events, in which what is put on an accelerator somewhere else was on the CPU."""
    departed = run.program.departed
    if not departed:
        return list(events)

    def settled(tensor: Tensor) -> Tensor:
        reason = tensor.device_reason
        if not tensor.device & Device.UNKNOWN or reason is None or reason.root not in departed:
            return tensor
        return replace(tensor, device=tensor.device & ~Device.UNKNOWN | Device.CPU)

    return [
        replace(event, tensors=tuple(map(settled, event.tensors)))
        if isinstance(event, ToNumpy)
        else event
        for event in events
    ]
