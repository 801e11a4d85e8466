"""Methods of tensors that no table describes: conversions, detaching, layouts, copies."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from flake8_tensorconv.contents.refining import refine, write_into
from flake8_tensorconv.engine.placement import dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import axes_of
from flake8_tensorconv.events.records import Route
from flake8_tensorconv.hazards.clashes import tell_refusals
from flake8_tensorconv.hazards.cuts import cut, numbers, read, tell_backward
from flake8_tensorconv.index.syntax import called_name
from flake8_tensorconv.knowledge.dtypes import is_complex
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.facts import detached, flip_conj, in_mode
from flake8_tensorconv.lattice.storages import maybe_views, views
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    NONE,
    NUMBER,
    UNKNOWN,
    Array,
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
from flake8_tensorconv.libraries.torch.requires_grad import change_held, set_requires_grad
from flake8_tensorconv.libraries.torch.tensor_moves import cast_like, cast_to_type, on_cpu
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.narrowing.known_tests import grad_given

_Handler = Callable[[Run, Tensor, Arguments, ast.AST, ast.AST], Value]


def _numpy(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    """`.numpy()`: the events for all alternatives of the receiver are told by the caller."""
    storages = on_cpu(tensor) if "force" in args.keywords else tensor.storages
    if "force" in args.keywords and tensor.layout & (Layout.CONJ | Layout.NEG):
        storages = frozenset()  # what is lazy is computed, unless nothing is
    if isinstance(node, ast.Call) and isinstance(at, ast.Attribute):
        name = called_name(node)
        storages = memory.linked(run, storages, node, name, at.value, "Tensor.numpy")
    cuts = cut(run, tensor, node, crossed=True)
    return value(Array(tensor.dtype, storages, tensor.ndim, sure=tensor.sure, cuts=cuts))


def forced(tensor: Tensor) -> Tensor:
    """What is left to go wrong after `numpy(force=True)`."""
    device = tensor.device & Device.META or Device.CPU
    layout = tensor.layout & ~(Layout.CONJ | Layout.NEG) or Layout.STRIDED
    return replace(tensor, grad=Grad.NO, device=device, layout=layout)


def _detach(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    # Nothing but a torch tensor has `detach`.
    result = replace(
        detached(tensor), sure=True, declared=False, cuts=cut(run, tensor, node, crossed=False)
    )
    if isinstance(at, ast.Attribute) and at.attr == "detach_":
        refine(run, at.value, value(result))
        change_held(run, tensor, lambda t: replace(t, grad=Grad.NO, grad_reason=None))
    return value(result)


def _requires_grad(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    grad = grad_given(run, args.get(0, "requires_grad"), True)
    receiver = at.value if isinstance(at, ast.Attribute) else ast.Name("_")
    return set_requires_grad(run, receiver, value(tensor), grad, node)


def _conj(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(conjugated(tensor, node))


def conjugated(tensor: Tensor, node: ast.AST) -> Tensor:
    """The lazy conjugate: only of a complex tensor."""
    if not any(map(is_complex, tensor.dtype)):
        return tensor
    reason = Reason(node, "lazily conjugated by `{code}`")
    return replace(
        tensor, layout=flip_conj(tensor.layout), layout_reason=reason, role="", owner=None
    )


def _resolve_conj(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(replace(tensor, layout=tensor.layout & ~Layout.CONJ or Layout.STRIDED))


def _resolve_neg(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(replace(tensor, layout=tensor.layout & ~Layout.NEG or Layout.STRIDED))


def _to_dense(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    dense = tensor.layout & ~Layout.SPARSE or Layout.STRIDED  # what is dense is left as it is
    return value(replace(tensor, layout=dense, role="", owner=None))


def _same_sparse(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(tensor)


def _part_of_sparse(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(replace(tensor, layout=Layout.STRIDED))


def _indices(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(
        replace(tensor, layout=Layout.STRIDED, dtype=frozenset({"int64"}), grad=Grad.NO, role="")
    )


def _dequantize(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(replace(tensor, dtype=frozenset({"float32"})))


def _backward(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    tell_backward(run, tensor, node)
    tell_refusals(run, tensor, node)
    given = args.get(0, "gradient")
    if given is None and isinstance(at, ast.Attribute) and run.peek(at.value).tensors == (tensor,):
        # It takes nothing but a single number, and that has no axes as a rule.
        refine(run, at.value, value(replace(tensor, ndim=0, scalar=True)))
    return NONE


def _tolist(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    number = Plain("number", cuts=read(run, value(tensor), node))
    return value(Many(value(number)), number)


def _item(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return numbers(NUMBER, read(run, value(tensor), node))


def _view(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    given = args.value(0, "dtype")
    kept = views(tensor.storages, dense=True)
    ndim = axes_of(args)
    result = replace(tensor, role="", owner=None, scalar=False, storages=kept, ndim=ndim)
    if given is not None and given.of(DtypeObject).alternatives:
        result = replace(result, dtype=dtype_of(given) or ANY_DTYPE)
    return value(result)


def _copy(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    """`x.copy_(y)`: x keeps its device and dtype, and joins y's graph."""
    source = args.value(0, "src", "other") or UNKNOWN
    if isinstance(at, ast.Attribute):
        write_into(run, at.value, value(tensor), source)
        return run.peek(at.value)
    return value(tensor)


def unique(run: Run, given: Value, args: Arguments, node: ast.AST) -> Value:
    """`torch.unique(x)`: a tensor, or a tuple where counts or the inverse are asked for."""
    base = Value(
        tuple(replace(t, grad=in_mode(t.grad, run.state.grad_mode), role="") for t in given.tensors)
    )
    more = [
        name
        for name in ("return_inverse", "return_counts")
        if name in args.keywords and truth_of(args.keywords[name].value) is not False
    ]
    if not more:
        return base
    index = Value(
        tuple(replace(t, grad=Grad.NO, dtype=frozenset({"int64"}), role="") for t in given.tensors)
    )
    return value(Tuple((base, *([index] * len(more)))))


def _unique(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return unique(run, value(tensor), args, node)


def _apply(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(tensor)


def _contiguous(run: Run, tensor: Tensor, args: Arguments, node: ast.AST, at: ast.AST) -> Value:
    return value(replace(tensor, storages=maybe_views(tensor.storages, run.fresh(node))))


HANDLERS: dict[str, _Handler] = {
    "numpy": _numpy,
    "__array__": _numpy,
    "detach": _detach,
    "detach_": _detach,
    "requires_grad_": _requires_grad,
    "type": cast_to_type,
    "type_as": cast_like,
    "conj": _conj,
    "resolve_conj": _resolve_conj,
    "resolve_neg": _resolve_neg,
    "adjoint": _conj,
    "to_dense": _to_dense,
    "coalesce": _same_sparse,
    "values": _part_of_sparse,
    "_values": _part_of_sparse,
    "indices": _indices,
    "_indices": _indices,
    "crow_indices": _indices,
    "ccol_indices": _indices,
    "row_indices": _indices,
    "col_indices": _indices,
    "dequantize": _dequantize,
    "backward": _backward,
    "item": _item,
    "tolist": _tolist,
    "view": _view,
    "copy_": _copy,
    "unique": _unique,
    "apply_": _apply,
    "map_": _apply,
    "contiguous": _contiguous,
}


#: Methods whose call hands the receiver's data to NumPy.
CONVERSIONS = {"numpy": Route.METHOD, "__array__": Route.ARRAY}
