"""Calls of what nothing is known of."""

from __future__ import annotations

import libcst as cst

from flake8_tensorconv.analysis.arguments import Arguments
from flake8_tensorconv.analysis.elements import iterate
from flake8_tensorconv.analysis.provenance import Reason
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.syntax import called_name
from flake8_tensorconv.analysis.values import STRING, Device, Grad, Ref, Tensor, Value, value

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
            if isinstance(each, Ref) and run.object(each).kind == "lazy":
                iterate(run, value(each))


def opaque_call(run: Run, args: Arguments, node: cst.CSTNode) -> Value:
    """What a call of something unknown gives: anything, but on the device of its tensors."""
    _use_up(run, args)
    named = called_name(node) if isinstance(node, cst.Call) else None
    if isinstance(named, cst.Name) and _gives_bytes(named.value, args):
        return STRING
    grad = Grad.NO if run.state.grad_mode == Grad.NO else Grad.UNKNOWN
    tensors = [t for a in args.all() for t in a.value.tensors]
    sure = [t for t in tensors if t.sure]
    device = Device.UNKNOWN
    if sure and all(t.device == Device.CPU for t in sure):
        device = Device.CPU
    reason = Reason(node, "result of `{code}`, which this file does not show")
    if isinstance(named, cst.Name) and named.value == "cpu":
        device = Device.CPU  # whatever it is called on: what it gives is on the CPU
    elif isinstance(named, cst.Name) and named.value == "detach":
        grad = Grad.NO
    return value(
        Tensor(sure=False, grad=grad, device=device, grad_reason=reason, device_reason=reason)
    )
