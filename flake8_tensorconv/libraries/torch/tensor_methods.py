"""Methods of tensors: each goes to its handler, to the moves and casts, or to the tables."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.placement import Placement, device_of, dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import ndim_of
from flake8_tensorconv.index.axes import RESHAPING
from flake8_tensorconv.knowledge.torch_operators import (
    array_attributes,
    array_only_attributes,
    creation,
    method,
    scalar_methods,
)
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.facts import in_mode, limit_grad
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    BOOL,
    NONE,
    NUMBER,
    STRING,
    UNKNOWN,
    Array,
    Constant,
    Device,
    DtypeObject,
    Grad,
    Layout,
    Many,
    Plain,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.torch.modules import method_placement
from flake8_tensorconv.libraries.torch.operator_calls import apply_operator
from flake8_tensorconv.libraries.torch.tensor_method_handlers import HANDLERS
from flake8_tensorconv.libraries.torch.tensor_moves import CASTS, move_tensor
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.narrowing.departures import departs, stays_on_cpu
from flake8_tensorconv.narrowing.known_tests import grad_given

#: What methods and functions of torch give by the types that the tables name.
SCALARS = {
    "int": NUMBER, "float": value(Plain("float")), "number": NUMBER, "bool": BOOL, "str": STRING,
    "Size": value(Many(NUMBER)), "tuple": value(Many(NUMBER)),
    "list": value(Many(value(Plain("number")))),
    "NoneType": NONE, "dtype": value(DtypeObject(ANY_DTYPE, "torch")),
}  # fmt: skip
_SPARSE = {"to_sparse", "to_sparse_coo", "to_sparse_csr", "to_sparse_csc", "to_sparse_bsr",
           "to_sparse_bsc", "to_mkldnn"}  # fmt: skip
_QUIET = {"share_memory_", "pin_memory", "retain_grad", "rename", "refine_names", "align_to"}


def call_tensor_method(
    run: Run, tensor: Tensor, name: str, args: Arguments, node: ast.AST, at: ast.AST
) -> Value:
    """What `tensor.name(...)` gives back.

    Args:
        run: the run.
        tensor: the receiver.
        name: the method.
        args: its arguments.
        node: the call.
        at: the attribute expression that the method was taken by.
    """
    special = HANDLERS.get(name)
    if special is not None:
        return special(run, tensor, args, node, at)
    if name in ("to", "cuda", "cpu", "xpu"):
        where = method_placement(name, args, node)
        departs(run, tensor, where, node)
        moved = move_tensor(run, tensor, where, node)
        copy = args.value(None, "copy")
        if copy is not None and truth_of(copy) is not False:
            moved = replace(moved, storages=run.fresh(node) if truth_of(copy) else frozenset())
        return value(moved)
    if name in CASTS:
        return value(move_tensor(run, tensor, Placement(None, frozenset({CASTS[name]})), node))
    if name in _SPARSE:
        reason = Reason(node, "made sparse by `{code}`")
        computed = in_mode(tensor.grad, run.state.grad_mode)
        return value(
            replace(
                tensor,
                layout=Layout.SPARSE,
                layout_reason=reason,
                grad=computed,
                role="",
                storages=frozenset(),
            )
        )
    if name in _QUIET:
        if name == "pin_memory":
            stays_on_cpu(run, tensor)
        return value(tensor)
    if name.startswith("new_"):
        return value(_new(run, tensor, name, args, node))
    if not tensor.sure and name in array_only_attributes():
        return value(Array(sure=False)) if name == "astype" else UNKNOWN
    if name == "get_device" and tensor.sure and tensor.device == Device.CPU:
        return value(Constant(-1))
    scalar = scalar_methods().get(name)
    if scalar is not None and method(name) is None:
        if name in _OF_ONE_AXIS and args.all():
            scalar = "int"
        return SCALARS.get(scalar, value(Plain(scalar)))
    operator = method(name)
    if operator is None:
        return _unlisted(run, tensor, args, node)
    result = apply_operator(run, operator, value(tensor), args, node, at, sure=tensor.sure)
    if name in RESHAPING and isinstance(at, ast.Attribute):
        refine(run, at.value, value(replace(tensor, ndim=ndim_of(result))))
    if not tensor.sure and result.of(Tuple) and name in array_attributes():
        return join(result, value(Array(sure=False)))  # `x.max(0)` of an array is no pair
    return result


#: These give one number for each axis, or that of the axis that is asked for.
_OF_ONE_AXIS = {"size", "stride"}


def _unlisted(run: Run, tensor: Tensor, args: Arguments, node: ast.AST) -> Value:
    """A method that no table knows: something computed from the receiver."""
    grad = in_mode(tensor.grad, run.state.grad_mode)
    if tensor.sure:
        unknown = replace(tensor, grad=grad, dtype=ANY_DTYPE, storages=frozenset(), ndim=None)
        return value(replace(unknown, role="", owner=None, sure=False))
    grad = Grad.UNKNOWN if run.state.grad_mode != Grad.NO else Grad.NO
    return UNKNOWN.with_tensors(lambda unknown: replace(unknown, grad=grad))


def _new(run: Run, tensor: Tensor, name: str, args: Arguments, node: ast.AST) -> Tensor:
    device, reason = tensor.device, tensor.device_reason
    if (given := args.value(None, "device")) is not None:
        found, why = device_of(given, node)
        if found is not None:
            device, reason = found, why
    dtype = tensor.dtype
    if (given := args.value(None, "dtype")) is not None:
        dtype = dtype_of(given) or dtype
    grad = grad_given(run, args.get(None, "requires_grad"), False)
    record = creation(f"Tensor.{name}")
    if record is not None and isinstance(record.dtype, str) and "dtype" not in args.keywords:
        dtype = frozenset({record.dtype})
    return Tensor(
        sure=True,
        grad=limit_grad(grad, dtype),
        device=device,
        dtype=dtype,
        storages=run.fresh(node),
        device_reason=reason,
        grad_reason=Reason(node, "made with requires_grad=True") if grad == Grad.YES else None,
    )
