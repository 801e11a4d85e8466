"""Tensors of different floating dtypes, or on different devices, where torch takes only one."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from flake8_tensorconv.engine.asking import is_caught, is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.computations import DeviceClash, DtypeClash
from flake8_tensorconv.index.syntax import At, call_args, called_name, dotted_name, keyword, walk
from flake8_tensorconv.knowledge.dtypes import LEGACY_CONSTRUCTORS
from flake8_tensorconv.lattice.must import Shown
from flake8_tensorconv.lattice.state import MET, Passed
from flake8_tensorconv.lattice.values import Device, Grad, Tensor, Value
from flake8_tensorconv.locations.provenance import Reason, Refusal

Operands = Sequence[tuple[ast.expr | None, Value]]

_SINGLE, _DOUBLE = frozenset({"float32"}), frozenset({"float64"})


def tell_clash(
    run: Run,
    call: ast.AST,
    at: At | None,
    operands: Operands,
) -> None:
    """Tell of a float64 tensor that meets a float32 one, or the parameters of a module.

    Args:
        run: the run.
        call: the computation.
        at: the name or operator in it; None: what is called.
        operands: what takes part in it, with the expressions that give it; of parameters there
            is none.
    """
    found = _mixed_dtypes(run, call, operands)
    if found is None or not isinstance(call, ast.expr):
        return
    node, tensor, single = found
    node, at = _placed(call, node, at)
    if node is not None and at is not None:
        event = DtypeClash(call, at, node, tensor.dtype_reason, "float32", _origin(single))
        run.program.tell(event)


def refused_later(run: Run, call: ast.AST, operands: Operands) -> frozenset[Refusal]:
    """Why no gradient of a computation can be computed: operands as those of `tell_clash`."""
    found = _mixed_dtypes(run, call, operands)
    if found is None or not isinstance(call, ast.expr):
        return frozenset()
    node, tensor, single = found
    if node is None:
        return frozenset()
    return frozenset({Refusal(call, node, tensor.dtype_reason, _origin(single))})


def refusing(tensor: Tensor, refusals: frozenset[Refusal]) -> Tensor:
    """A result whose gradients cannot be computed, if it has any."""
    return replace(tensor, refusals=refusals) if tensor.grad == Grad.YES else tensor


def tell_refusals(run: Run, tensor: Tensor, node: ast.AST) -> None:
    """`loss.backward()` of what was computed of two dtypes."""
    if not isinstance(node, ast.Call) or is_caught(run, "RuntimeError"):
        return
    for each in tensor.refusals:
        name = called_name(node)
        event = DtypeClash(node, name, each.operand, each.reason, "float32", each.other, each.call)
        run.program.tell(event)


def _mixed_dtypes(
    run: Run, call: ast.AST, operands: Operands
) -> tuple[ast.expr | None, Tensor, Tensor] | None:
    """A float64 operand with its expression, and a float32 one; None if there are not both."""
    program = run.program
    if not is_told(run) or program.other_default_dtype:
        return None
    if run.state.autocast != {"off"}:
        return None
    found = [(node, each.tensors[0]) for node, each in operands if _is_one_tensor(each)]
    doubles = [(node, tensor) for node, tensor in found if tensor.dtype == _DOUBLE]
    singles = [tensor for _, tensor in found if tensor.dtype == _SINGLE]
    if not doubles or not singles or is_caught(run, "RuntimeError"):
        return None
    return (*doubles[0], singles[0])


def _origin(tensor: Tensor) -> Reason | None:
    """Where a tensor, or the parameters of a module, come from."""
    return tensor.grad_reason if tensor.role == "parameter" else tensor.dtype_reason


def tell_device_clash(
    run: Run,
    call: ast.AST,
    at: At | None,
    operands: Operands,
    *,
    elementwise: bool,
) -> None:
    """Tell of a tensor on the CPU that meets one on an accelerator.

    Args:
        run: the run.
        call, at, operands: as for `tell_clash`.
        elementwise: may a tensor without axes take part from the CPU?
    """
    program = run.program
    if not program.events.kept or not isinstance(call, ast.expr):
        return
    if not run.state.machine & Device.ACCELERATOR:
        return
    found = [(node, each.tensors[0]) for node, each in operands if _is_one_tensor(each)]
    hosts = [(node, tensor) for node, tensor in found if tensor.device == Device.CPU]
    if elementwise:
        hosts = [(node, tensor) for node, tensor in hosts if _has_axes(tensor)]
    if not hosts:
        return
    passed = run.state.passed
    known = program.callers_known  # then they are the evidence, unless a tensor is declared
    guests = [] if known else [each for each in found if _is_away(each[1], bool(passed))]
    if not guests and not passed & Passed.PLACE:
        declared = known and not any(map(program.is_forward, run.stack))
        hosts = [each for each in hosts if _is_made_here(run, each[1])]
        guests = [each for each in found if _is_given(each[1], declared=declared)]
    if not hosts or not guests or is_caught(run, "RuntimeError"):
        return
    host_node, host = hosts[0]
    guest_node, guest = guests[0]
    node, at = _placed(call, host_node or guest_node, at)
    if node is None or at is None or _has_met(run, host, guest):
        return
    program.tell(DeviceClash(call, at, node, guest, host, host_node, guest_node))


def _has_met(run: Run, host: Tensor, guest: Tensor) -> bool:
    """Has what a tensor was made of met something on an accelerator before, and raised there?"""
    made = host.device_reason or host.dtype_reason
    if made is None or guest.device == Device.UNKNOWN:
        return False
    met = run.state.get(MET).roots
    run.state.set(MET, Shown(met | {made.root}))
    return made.root in met


def _has_axes(tensor: Tensor) -> bool:
    return bool(tensor.ndim) and not tensor.scalar


def _is_away(tensor: Tensor, conditional: bool) -> bool:
    """Is it on an accelerator where the program finds one?

    Behind a test that one of the two may have been placed by, it has to be there in any case.
    """
    if conditional:
        return tensor.device == Device.ACCELERATOR
    return tensor.device in (Device.ACCELERATOR, Device.ACCELERATOR | Device.CPU)


def _is_given(tensor: Tensor, *, declared: bool) -> bool:
    """Is it wherever the callers of a function have put what they give?

    Args:
        tensor: the tensor.
        declared: does only a parameter count that is declared to take any tensor?
    """
    root = tensor.device_reason.root if tensor.device_reason is not None else None
    if tensor.device != Device.UNKNOWN or not isinstance(root, ast.arg):
        return False
    return root.annotation is not None or not declared


def _is_made_here(run: Run, tensor: Tensor) -> bool:
    """Has the function that runs made it of a list or an array, without asking for a device?

    What is computed of such a tensor is on the CPU as well, since it has axes.
    """
    made = tensor.dtype_reason.node if tensor.dtype_reason is not None else None
    while isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute):
        if made.func.attr in _OF_DATA:
            break
        made = made.func.value  # `.float()`
    if not isinstance(made, ast.Call) or not run.stack or keyword(made, "device") is not None:
        return False
    data = next(iter(call_args(made)), None)
    if data is None:
        return False
    name = (dotted_name(made.func) or "").rpartition(".")[2]
    listed = _is_listed(data.value)
    if name != "from_numpy" and not (listed and name in _OF_DATA):
        return False
    return any(each is made for each in walk(run.stack[-1].node))


def _is_listed(node: ast.expr) -> bool:
    """`[1, 2]`, `[0] * 3`."""
    while isinstance(node, ast.BinOp) and not isinstance(node.right, _LISTS):
        node = node.left
    return isinstance(node, (*_LISTS, ast.BinOp))


_LISTS = (ast.List, ast.Tuple, ast.ListComp)


#: What makes tensors of data.
_OF_DATA = frozenset({"from_numpy", "tensor", "as_tensor", "asarray", *LEGACY_CONSTRUCTORS})


def _placed(
    call: ast.AST, node: ast.expr | None, at: At | None
) -> tuple[ast.expr | None, At | None]:
    """The operand to tell of and the name of the computation, if a call shows what is missing."""
    if at is None and isinstance(call, ast.Call):
        at = called_name(call)
    if node is None and isinstance(call, ast.Call):
        first = next(iter(call_args(call)), None)
        node = first.value if first is not None and not first.star else None
    return node, at


def _is_one_tensor(each: Value) -> bool:
    only = each.alternatives[0] if len(each.alternatives) == 1 else None
    return isinstance(only, Tensor) and only.sure
