"""Calls of what nothing is known of."""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.placement import device_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import called_name, last_name
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.values import STRING, Device, Grad, Ref, Tensor, Value, value
from flake8_tensorconv.locations.provenance import Reason

#: Methods that give bytes or text, whatever has them.
GIVING_BYTES = frozenset(
    {"tobytes", "to_bytes", "read_bytes", "read_text", "readframes", "digest", "getvalue"}
)  # fmt: skip


def _gives_bytes(name: str, args: Arguments) -> bool:
    """`x.tobytes()`, `x.encode("utf-8")`; `model.encode(sentences)` gives whatever it likes."""
    if name == "encode":
        return all(len(a.value.constants) == len(a.value.alternatives) for a in args.all())
    return name in GIVING_BYTES


def _use_up(run: Run, args: Arguments) -> None:
    """Whoever gets an iterator may iterate it."""
    for argument in args.all():
        for each in argument.value.alternatives:
            if isinstance(each, Ref) and run.object(each).kind is Kind.LAZY:
                iterate(run, value(each))


def opaque_call(run: Run, args: Arguments, node: ast.AST) -> Value:
    """What a call of something unknown gives: anything, but on the device of its tensors."""
    _use_up(run, args)
    name = last_name(called_name(node)) if isinstance(node, ast.Call) else ""
    if _gives_bytes(name, args):
        return STRING
    grad = Grad.NO if run.state.grad_mode == Grad.NO else Grad.UNKNOWN
    tensors = [t for a in args.all() for t in a.value.tensors]
    known = [t for t in tensors if t.sure or not t.device & Device.UNKNOWN]
    device = Device.UNKNOWN
    if known and all(t.device == Device.CPU for t in known):
        device = Device.CPU
    text = "result of `{code}`, which this file does not show"
    reason = Reason(node, text)
    moved = next(filter(None, map(_placing, tensors)), None)
    asked = args.value(None, "device")
    if asked is not None:
        named_device, moved = device_of(asked, node)
        device = Device.CPU if named_device == Device.CPU else Device.UNKNOWN
    words = name.lower().split("_")
    if "cpu" in words:
        device = Device.CPU  # whatever it is called on: what it gives is on the CPU
    elif "detach" in words:
        grad = Grad.NO
    return value(
        Tensor(
            sure=False,
            grad=grad,
            device=device,
            grad_reason=reason,
            blind=moved is None,
            device_reason=reason if moved is None else moved.then(node, text),
        )
    )


def _placing(tensor: Tensor) -> Reason | None:
    """Where the file puts the tensor on a device that may be an accelerator."""
    reason = tensor.device_reason
    if reason is None or tensor.blind or tensor.device == Device.CPU:
        return None
    return None if isinstance(reason.node, ast.arg) else reason
