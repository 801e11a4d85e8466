"""Modules whose callers may have moved them."""

from __future__ import annotations

from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.values import Device, Ref, Tensor, Value
from flake8_tensorconv.libraries.torch.structure import tree
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.locations.scopes import ClassInfo


def wherever_moved(run: Run, ref: Ref, info: ClassInfo) -> None:
    """Take parameters and buffers of a module to be wherever a caller may have moved them.

    They are made on the CPU, but `model.cuda()` is usually called elsewhere. What a constructor
    itself has moved is left where it is, and so are tensors that are neither: they do not move.

    Args:
        run: the run; its state is changed.
        ref: an instance of which nothing is known but what its class does with it.
        info: that class.
    """
    reason = Reason(info.node, f"callers may move the module `{info.name}`")
    for each in tree(run, ref):
        held = run.object(each)
        items = {name: _movable(item, reason) for name, item in held.items.items()}
        if any(items[name] is not item for name, item in held.items.items()):
            run.store(each, replace(held, items=items))


def _movable(item: Value, reason: Reason) -> Value:
    if not any(map(_moves, item.tensors)):
        return item
    anywhere = Device.CPU | Device.UNKNOWN
    return item.with_tensors(
        lambda t: replace(t, device=anywhere, device_reason=reason) if _moves(t) else t
    )


def _moves(tensor: Tensor) -> bool:
    return tensor.role in _MOVING and not tensor.device & ~(Device.CPU | Device.UNKNOWN)


_MOVING = {"parameter", "buffer"}
