"""Methods of tensors: conversions, guards, moves, casts, and everything in the operator table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from flake8_tensorconv.analysis import memory, targets
from flake8_tensorconv.analysis.arguments import Arguments
from flake8_tensorconv.analysis.attributes import flip_conj
from flake8_tensorconv.analysis.clashes import tell_clash
from flake8_tensorconv.analysis.cuts import cut, tell_backward
from flake8_tensorconv.analysis.events import Route
from flake8_tensorconv.analysis.facts import (
    detached,
    in_full_precision,
    in_mode,
    limit_grad,
    operator_result,
)
from flake8_tensorconv.analysis.modules import method_placement
from flake8_tensorconv.analysis.operators import counts_as, moment, number_dtype
from flake8_tensorconv.analysis.partitions import grad_given
from flake8_tensorconv.analysis.placement import Placement, device_of, dtype_of
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.shapes import axes_of, called_ndim
from flake8_tensorconv.analysis.storages import in_storages, maybe_views, storages_of, views
from flake8_tensorconv.analysis.syntax import called_name
from flake8_tensorconv.analysis.truth import truth_of
from flake8_tensorconv.analysis.values import (
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
    Dtypes,
    Grad,
    Layout,
    Many,
    Plain,
    Reason,
    Storage,
    Tensor,
    Value,
    value,
)
from flake8_tensorconv.knowledge.dtypes import is_complex
from flake8_tensorconv.knowledge.torch_operators import (
    Operator,
    array_only_attributes,
    creation,
    method,
    scalar_methods,
    wants_one_dtype,
)

_CASTS = {
    "float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16",
    "long": "int64", "int": "int32", "short": "int16", "char": "int8", "byte": "uint8",
    "bool": "bool", "cfloat": "complex64", "cdouble": "complex128", "chalf": "complex32",
}  # fmt: skip
_TYPES = {
    "Float": "float32", "Double": "float64", "Half": "float16", "BFloat16": "bfloat16",
    "Long": "int64", "Int": "int32", "Short": "int16", "Char": "int8", "Byte": "uint8",
    "Bool": "bool",
}  # fmt: skip
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
    run: Run, tensor: Tensor, name: str, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
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
    special = _SPECIAL.get(name)
    if special is not None:
        return special(run, tensor, args, node, at)
    if name in ("to", "cuda", "cpu", "xpu"):
        moved = _moved(run, tensor, method_placement(name, args, node), node)
        copy = args.value(None, "copy")
        if copy is not None and truth_of(copy) is not False:
            moved = replace(moved, storages=run.fresh(node) if truth_of(copy) else frozenset())
        return value(moved)
    if name in _CASTS:
        return value(_moved(run, tensor, Placement(None, frozenset({_CASTS[name]})), node))
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
        return value(tensor)
    if name.startswith("new_"):
        return value(_new(run, tensor, name, args, node))
    if not tensor.sure and name in array_only_attributes():
        return value(Array(sure=False)) if name == "astype" else UNKNOWN
    scalar = scalar_methods().get(name)
    if scalar is not None and method(name) is None:
        return SCALARS.get(scalar, value(Plain(scalar)))
    operator = method(name)
    if operator is None:
        return _unlisted(run, tensor, args, node)
    return apply_operator(run, operator, value(tensor), args, node, at, sure=tensor.sure)


def apply_operator(
    run: Run,
    operator: Operator,
    receiver: Value | None,
    args: Arguments,
    node: cst.CSTNode,
    at: cst.CSTNode,
    *,
    sure: bool = True,
) -> Value:
    """The result of an operator of the table; in-place ones also change their receiver."""
    by_dim = bool(_NAMED_DIM & set(args.keywords)) or len(args.positional) > 0
    operator = _form(operator, args, receiver is not None)
    operands = list(receiver.tensors) if receiver is not None else []
    dtypes: list[Dtypes] = [t.dtype for t in operands]
    for position, argument in enumerate(args.all()):
        name = next((k for k, a in args.keywords.items() if a is argument), "")
        if name in ("out", "generator", "memory_format"):
            continue
        operands += gather(run, argument.value)
        if position < 2 and not name:
            dtypes += _argument_dtypes(run, argument.value)
    if wants_one_dtype(operator.name.removeprefix("torch.").removeprefix("Tensor.")):
        given = [(argument.node, argument.value) for argument in args.positional[:2]]
        first = at.value if isinstance(at, cst.Attribute) else None
        if isinstance(node, cst.Call) and first is None and receiver is not None and node.args:
            first = node.args[0].value
        if receiver is not None:
            given.insert(0, (first, receiver))
        tell_clash(run, node, None, given)
    known = [t for t in operands if t.sure or t.grad & Grad.YES] or operands
    if operator.name.endswith(("where", "where_")) and len(known) > 1:
        known = [t for t in known if t.dtype != frozenset({"bool"})] or known
    result = operator_result(
        operator,
        known or [Tensor(sure=sure)],
        dtypes,
        moment(run),
        run.fresh(node),
        reduced=by_dim,
        sure=sure,
    )
    if operator.name == "Tensor.reshape" and receiver is not None:
        result = _reshaped(receiver, result, at)
    ndim = called_ndim(operator.name, operands[0].ndim if operands else None, args)
    if ndim is not None:
        result = Value(
            tuple(
                replace(t, ndim=ndim) if isinstance(t, Tensor) else t for t in result.alternatives
            )
        )
    if operator.name.endswith(_LOSSES):
        result = Value(
            tuple(
                in_full_precision(t, moment(run)) if isinstance(t, Tensor) else t
                for t in result.alternatives
            )
        )
    asked = args.value(None, "dtype")
    if asked is not None and (dtype := dtype_of(asked)) is not None:
        result = Value(
            tuple(
                replace(t, dtype=dtype, grad=limit_grad(t.grad, dtype))
                if isinstance(t, Tensor)
                else t
                for t in result.alternatives
            )
        )
    if operator.name.endswith("_") and receiver is not None and isinstance(at, cst.Attribute):
        targets.refine(run, at.value, result)
    out = args.get(None, "out")
    if out is not None and out.node is not None:
        targets.write_into(run, out.node, out.value, result)
        return out.value
    return result


def _reshaped(receiver: Value, result: Value, at: cst.CSTNode) -> Value:
    """`torch.arange(6).reshape(2, 3)`: no other name counts the rows in another way."""
    if not isinstance(at, cst.Attribute) or not isinstance(at.value, cst.Call):
        return result
    kept = storages_of(receiver)
    return in_storages(result, lambda found: kept if found else found)


#: Autocast computes these in float32, as measured on the CPU.
_LOSSES = ("_loss", "cross_entropy", "cross_entropy_with_logits", ".kl_div")
_NAMED_DIM = {"dim", "axis", "axes"}


def _form(operator: Operator, args: Arguments, bound: bool) -> Operator:
    """The form of the operator that these arguments choose."""
    for keyword, form in (operator.with_keyword or {}).items():
        given = args.value(None, keyword)
        if given is not None and truth_of(given) is not False:
            return form
    if operator.with_dim is None:
        return operator
    position = 0 if bound else 1
    second = args.value(position)
    if _NAMED_DIM & set(args.keywords):
        return operator.with_dim
    if second is not None and not any(t.sure for t in second.tensors):
        return operator.with_dim
    return operator


def gather(run: Run, given: Value) -> list[Tensor]:
    """The tensors in an argument: itself, or the elements of a list or tuple."""
    from flake8_tensorconv.analysis.elements import iterate

    found = list(given.tensors)
    rest = given.without(Tensor, Array, Constant, Plain)
    if rest.alternatives:
        found += iterate(run, rest).tensors
    return found


def _argument_dtypes(run: Run, given: Value) -> list[Dtypes]:
    from flake8_tensorconv.analysis.values import Ref, Tuple

    result: list[Dtypes] = []
    for each in given.alternatives:
        if isinstance(each, (Tensor, Array)):
            result.append(each.dtype)
        elif number_dtype(each) is not None:
            result.append(counts_as(each))
        elif isinstance(each, (Tuple, Many, Ref)):
            result += [t.dtype for t in gather(run, Value((each,)))]
    return result


def _unlisted(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode) -> Value:
    """A method that no table knows: something computed from the receiver."""
    grad = in_mode(tensor.grad, run.state.grad_mode)
    if tensor.sure:
        unknown = replace(tensor, grad=grad, dtype=ANY_DTYPE, storages=frozenset(), ndim=None)
        return value(replace(unknown, role="", owner=None, sure=False))
    return UNKNOWN if run.state.grad_mode != Grad.NO else value(Tensor(sure=False, grad=Grad.NO))


def _moved(run: Run, tensor: Tensor, where: Placement, node: cst.CSTNode) -> Tensor:
    """`.to(...)` and its kin: a view of the same data if nothing changes, else a copy."""
    result = replace(tensor, role="", owner=None)
    same = True
    copied = False
    if where.device is not None:
        same = same and where.device == tensor.device
        copied = not where.device & (tensor.device | Device.UNKNOWN)
        result = replace(result, device=where.device, device_reason=where.reason)
        if where.device != Device.CPU:
            result = replace(result, scalar=False)
    if where.dtype is not None and where.dtype != ANY_DTYPE:
        same = same and where.dtype == tensor.dtype
        copied = copied or not ({"?", *where.dtype} & tensor.dtype)
        result = replace(
            result,
            dtype=where.dtype,
            dtype_reason=Reason(node, f"made {'/'.join(sorted(where.dtype))} by `{{code}}`"),
        )
    elif where.dtype is not None:
        result = replace(result, dtype=ANY_DTYPE)
    if not same or (where.device is None and where.dtype is None):
        # Under no_grad only a real move or cast computes something new.
        computed = in_mode(tensor.grad, run.state.grad_mode)
        unchanged = where.device is not None and bool(
            (where.device | Device.UNKNOWN) & tensor.device
        )
        # What is lazy is computed by the copying.
        plain = tensor.layout & ~(Layout.CONJ | Layout.NEG) or Layout.STRIDED
        result = replace(
            result,
            layout=plain if copied else tensor.layout | plain,
            grad=computed | tensor.grad if unchanged and where.dtype is None else computed,
            storages=run.fresh(node) if copied else _perhaps_kept(tensor, where),
        )
    return replace(result, grad=limit_grad(result.grad, result.dtype))


def _perhaps_kept(tensor: Tensor, where: Placement) -> frozenset[Storage]:
    """The memory after `.cpu()`, of a tensor that is known to be on the CPU on some path."""
    stays = where.device == Device.CPU and Device.CPU in tensor.device
    return tensor.storages if stays and where.dtype is None else frozenset()


def _new(run: Run, tensor: Tensor, name: str, args: Arguments, node: cst.CSTNode) -> Tensor:
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


# Methods that need their own words.

_Special = Callable[[Run, Tensor, Arguments, cst.CSTNode, cst.CSTNode], Value]


def _numpy(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    """`.numpy()`: the events for all alternatives of the receiver are told by the caller."""
    storages = tensor.storages
    if "force" in args.keywords and tensor.layout & (Layout.CONJ | Layout.NEG):
        storages = frozenset()  # what is lazy is computed, unless nothing is
    if isinstance(node, cst.Call) and isinstance(at, cst.Attribute):
        name = called_name(node)
        storages = memory.linked(run, storages, node, name, at.value, "Tensor.numpy")
    cuts = cut(run, tensor, node, crossed=True)
    return value(Array(tensor.dtype, storages, tensor.ndim, sure=tensor.sure, cuts=cuts))


def forced(tensor: Tensor) -> Tensor:
    """What is left to go wrong after `numpy(force=True)`."""
    device = tensor.device & Device.META or Device.CPU
    layout = tensor.layout & ~(Layout.CONJ | Layout.NEG) or Layout.STRIDED
    return replace(tensor, grad=Grad.NO, device=device, layout=layout)


def _detach(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    # Nothing but a torch tensor has `detach`.
    result = replace(
        detached(tensor), sure=True, declared=False, cuts=cut(run, tensor, node, crossed=False)
    )
    if isinstance(at, cst.Attribute) and at.attr.value == "detach_":
        targets.refine(run, at.value, value(result))
    return value(result)


def _requires_grad(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    grad = grad_given(run, args.get(0, "requires_grad"), True)
    receiver = at.value if isinstance(at, cst.Attribute) else cst.Name("_")
    return targets.set_requires_grad(run, receiver, value(tensor), grad, node)


def _type(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    if not args.positional and not args.keywords:
        return STRING
    given = args.value(0, "dtype") or UNKNOWN
    names = {c.value for c in given.constants if isinstance(c.value, str)}
    names |= {e.dotted for e in given.alternatives if hasattr(e, "dotted")}
    for name in names:
        bare = name.rsplit(".", 1)[-1].removesuffix("Tensor")
        if bare in _TYPES:
            device = Device.ACCELERATOR if ".cuda." in name else Device.CPU
            where = Placement(device, frozenset({_TYPES[bare]}))
            return value(_moved(run, tensor, where, node))
    return value(_moved(run, tensor, Placement(None, dtype_of(given) or ANY_DTYPE), node))


def _type_as(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    other = next(iter((args.value(0, "other") or UNKNOWN).tensors), Tensor())
    where = Placement(other.device, other.dtype, other.device_reason)
    return value(_moved(run, tensor, where, node))


def _conj(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    return value(conjugated(tensor, node))


def conjugated(tensor: Tensor, node: cst.CSTNode) -> Tensor:
    """The lazy conjugate: only of a complex tensor."""
    if not any(map(is_complex, tensor.dtype)):
        return tensor
    reason = Reason(node, "lazily conjugated by `{code}`")
    return replace(
        tensor, layout=flip_conj(tensor.layout), layout_reason=reason, role="", owner=None
    )


def _resolve_conj(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    return value(replace(tensor, layout=tensor.layout & ~Layout.CONJ or Layout.STRIDED))


def _resolve_neg(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    return value(replace(tensor, layout=tensor.layout & ~Layout.NEG or Layout.STRIDED))


def _to_dense(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    return value(replace(tensor, layout=Layout.STRIDED, role="", owner=None))


def _same_sparse(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    return value(tensor)


def _part_of_sparse(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    return value(replace(tensor, layout=Layout.STRIDED))


def _indices(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    return value(
        replace(tensor, layout=Layout.STRIDED, dtype=frozenset({"int64"}), grad=Grad.NO, role="")
    )


def _dequantize(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    return value(replace(tensor, dtype=frozenset({"float32"})))


def _backward(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    tell_backward(run, tensor, node)
    return NONE


def _tolist(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    return value(Many(value(Plain("number"))), Plain("number"))


def _view(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    given = args.value(0, "dtype")
    kept = views(tensor.storages, dense=True)
    ndim = axes_of(args)
    result = replace(tensor, role="", owner=None, scalar=False, storages=kept, ndim=ndim)
    if given is not None and given.of(DtypeObject).alternatives:
        result = replace(result, dtype=dtype_of(given) or ANY_DTYPE)
    return value(result)


def _copy(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    """`x.copy_(y)`: x keeps its device and dtype, and joins y's graph."""
    source = args.value(0, "src", "other") or UNKNOWN
    if isinstance(at, cst.Attribute):
        targets.write_into(run, at.value, value(tensor), source)
        from flake8_tensorconv.analysis.conditions import peek

        return peek(run, at.value)
    return value(tensor)


def _unique(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    from flake8_tensorconv.analysis.torch_functions import unique

    return unique(run, value(tensor), args, node)


def _apply(run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode) -> Value:
    return value(tensor)


def _contiguous(
    run: Run, tensor: Tensor, args: Arguments, node: cst.CSTNode, at: cst.CSTNode
) -> Value:
    return value(replace(tensor, storages=maybe_views(tensor.storages)))


_SPECIAL: dict[str, _Special] = {
    "numpy": _numpy,
    "__array__": _numpy,
    "detach": _detach,
    "detach_": _detach,
    "requires_grad_": _requires_grad,
    "type": _type,
    "type_as": _type_as,
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
