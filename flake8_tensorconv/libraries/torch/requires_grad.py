"""`x.requires_grad = ...`, `x.requires_grad_(...)`."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.cuts import started
from flake8_tensorconv.lattice.facts import limit_grad
from flake8_tensorconv.lattice.values import (
    Grad,
    Ref,
    Tensor,
    Value,
)
from flake8_tensorconv.libraries.torch.modules import freeze
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
    for tensor in holder.tensors:
        if tensor.owner is not None:
            freeze(run, Ref(tensor.owner), grad, axes)
    new = Value((*holder.without(Tensor).alternatives, *changed))
    refine(run, node, new)
    return new
