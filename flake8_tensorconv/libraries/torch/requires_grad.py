"""What is done to a parameter, and shows in the module that holds it: `x.requires_grad = ...`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.cuts import started
from flake8_tensorconv.lattice.facts import limit_grad
from flake8_tensorconv.lattice.joins import join_tensors
from flake8_tensorconv.lattice.values import (
    Device,
    Grad,
    Ref,
    Tensor,
    Value,
)
from flake8_tensorconv.libraries.torch.structure import change_tensors
from flake8_tensorconv.locations.provenance import Reason


def set_requires_grad(run: Run, node: ast.expr, holder: Value, grad: Grad, at: ast.AST) -> Value:
    """`x.requires_grad = ...` and `x.requires_grad_(...)`: the new value of `x`."""
    reason = Reason(at, "gradient switched on here") if grad == Grad.YES else None
    changed = [
        replace(started(t, grad), grad=limit_grad(grad, t.dtype), grad_reason=reason)
        for t in holder.tensors
    ]
    # Each alternative of a receiver is changed in a state of its own, and so is the module then.
    axes = {t.ndim for t in (*holder.tensors, *run.peek(node).tensors)}

    def limited(tensor: Tensor) -> Tensor:
        meant = tensor.ndim in axes or None in axes or tensor.ndim is None
        return replace(tensor, grad=limit_grad(grad, tensor.dtype)) if meant else tensor

    for tensor in holder.tensors:
        change_held(run, tensor, limited)
    new = Value((*holder.without(Tensor).alternatives, *changed))
    refine(run, node, new)
    return new


def unplace(run: Run, tensor: Tensor, device: Device) -> None:
    """`x.data = ...`: the parameter, or nobody knows which one, may be on this device now."""
    change_held(run, tensor, lambda t: replace(t, device=t.device | device))


def change_held(run: Run, tensor: Tensor, change: Callable[[Tensor], Tensor]) -> None:
    """Change a parameter where it is held; of what may be any of a module, all of them.

    Whoever goes through the parameters of a module changes one after the other; outside of loops,
    one of them is changed, and nobody knows which.
    """
    owner = tensor.owner
    if owner is None:
        return

    def changed(each: Tensor) -> Tensor:
        return change(each) if each.role == "parameter" else each

    def perhaps(each: Tensor) -> Tensor:
        new = changed(each)
        grad = each.grad if new.grad == each.grad else Grad.UNKNOWN
        return replace(join_tensors(each, new), grad=grad)

    each_in_turn = owner.module is not None and bool(run.program.loops)
    if not owner.slots and owner.module is not None:
        change_tensors(run, Ref(owner.module), changed if each_in_turn else perhaps)
    surely = len(owner.slots) == 1 or each_in_turn
    for address, name in owner.slots:
        held = run.object(Ref(address))
        if (old := held.items.get(name)) is not None:
            new = old.with_tensors(changed if surely else perhaps)
            run.store(Ref(address), held.with_item(name, new))
