"""Functions of torch: creation, modes, and everything in the operator table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from flake8_tensorconv.analysis import memory
from flake8_tensorconv.analysis.arguments import Argument, Arguments
from flake8_tensorconv.analysis.classify import is_tensor_class
from flake8_tensorconv.analysis.distributions import PREFIX as DISTRIBUTIONS
from flake8_tensorconv.analysis.distributions import make_distribution
from flake8_tensorconv.analysis.effects import OPTIMIZED
from flake8_tensorconv.analysis.elements import iterate
from flake8_tensorconv.analysis.facts import in_mode, limit_grad
from flake8_tensorconv.analysis.joins import join_all, join_tensors
from flake8_tensorconv.analysis.loaders import LOADER, collate, make_dataset, make_loader
from flake8_tensorconv.analysis.modules import make_module, make_parameters
from flake8_tensorconv.analysis.operators import number_dtype
from flake8_tensorconv.analysis.placement import device_of, device_reason, dtype_of
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.state import DEFAULT_DEVICE, GRAD_MODE, Object
from flake8_tensorconv.analysis.storages import cast_storages
from flake8_tensorconv.analysis.syntax import called_name
from flake8_tensorconv.analysis.tensor_methods import (
    apply_operator,
    call_tensor_method,
    conjugated,
    gather,
)
from flake8_tensorconv.analysis.truth import truth_of
from flake8_tensorconv.analysis.values import (
    ANY_DTYPE,
    BOOL,
    NONE,
    NUMBER,
    UNKNOWN,
    Array,
    Constant,
    Device,
    DeviceObject,
    Dtypes,
    Grad,
    Layout,
    Many,
    Origin,
    Plain,
    Reason,
    Ref,
    Storage,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.knowledge.dtypes import DtypeRule, promote
from flake8_tensorconv.knowledge.torch_operators import creation, function

_Handler = Callable[[Run, Arguments, cst.Call], Value]

_SHARING = {"torch.from_numpy", "torch.as_tensor", "torch.asarray", "torch.from_dlpack",
            "torch.frombuffer", "torch.utils.dlpack.from_dlpack"}  # fmt: skip
_FROM_DATA = {"torch.tensor", "torch.sparse_coo_tensor", "torch.sparse_csr_tensor",
              "torch.scalar_tensor", *_SHARING}  # fmt: skip
_MODULE_FACTORIES = ("torchvision.models.", "timm.create_model", "timm.models.", "torch.hub.load",
                     "segmentation_models_pytorch.")  # fmt: skip
_LEGACY = {"Tensor": "float32", "FloatTensor": "float32", "DoubleTensor": "float64",
           "HalfTensor": "float16", "BFloat16Tensor": "bfloat16", "LongTensor": "int64",
           "IntTensor": "int32", "ShortTensor": "int16", "CharTensor": "int8",
           "ByteTensor": "uint8", "BoolTensor": "bool"}  # fmt: skip


def call_torch(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Value:
    """What calling a function or class of torch gives back."""
    handler = _HANDLERS.get(dotted)
    if handler is not None:
        return handler(run, args, node)
    if dotted.startswith("torch.sparse_"):
        return value(_sparse(run, dotted, args, node))
    if creation(dotted) is not None or dotted in _FROM_DATA:
        return value(_created(run, dotted, args, node))
    if is_tensor_class(dotted) and not dotted.startswith("torch.nn."):
        return value(_legacy(run, dotted, args, node))
    if dotted.startswith(("torch.Tensor.", "torch.tensor.")) and args.positional:
        return _unbound(run, dotted.rsplit(".", 1)[-1], args, node)
    if dotted.startswith("torch.nn.init.") and args.positional:
        return args.positional[0].value
    if dotted.startswith("torch.nn.") and not dotted.startswith("torch.nn.functional."):
        return _from_nn(run, dotted, args, node)
    operator = function(dotted)
    if operator is not None:
        receiver = args.positional[0] if args.positional else None
        if receiver is not None and not receiver.value.tensors:
            return apply_operator(run, operator, None, args, node, node)
        first = receiver.value if receiver is not None else None
        rest = args.skip(1) if receiver is not None else args
        at: cst.CSTNode = node
        if dotted.endswith("_") and receiver is not None and receiver.node is not None:
            at = cst.Attribute(receiver.node, cst.Name("_"))
        form = operator.with_dim if receiver is None else None
        return apply_operator(run, form or operator, first, rest, node, at)
    if dotted.startswith("torch.optim."):
        parameters = args.value(0, "params") or NOTHING
        return run.allocate(node, Object("instance", dotted, {OPTIMIZED: parameters}))
    if dotted.startswith(DISTRIBUTIONS) and dotted.rsplit(".", 1)[-1][:1].isupper():
        return make_distribution(run, dotted, args, node)
    if dotted.startswith("torch.cuda.") and not dotted.startswith("torch.cuda.amp"):
        return BOOL if "is_" in dotted else NUMBER
    return opaque_call(run, args, node)


def _use_up(run: Run, args: Arguments) -> None:
    """Whoever gets an iterator may iterate it."""
    for argument in args.all():
        for each in argument.value.alternatives:
            if isinstance(each, Ref) and run.object(each).kind == "lazy":
                iterate(run, value(each))


def opaque_call(run: Run, args: Arguments, node: cst.CSTNode) -> Value:
    """What a call of something unknown gives: anything, but on the device of its tensors."""
    _use_up(run, args)
    grad = Grad.NO if run.state.grad_mode == Grad.NO else Grad.UNKNOWN
    tensors = [t for a in args.all() for t in a.value.tensors]
    sure = [t for t in tensors if t.sure]
    device = Device.UNKNOWN
    if sure and all(t.device == Device.CPU for t in sure):
        device = Device.CPU
    reason = Reason(node, "result of `{code}`, which this file does not show")
    named = called_name(node) if isinstance(node, cst.Call) else None
    if isinstance(named, cst.Name) and named.value == "cpu":
        device = Device.CPU  # whatever it is called on: what it gives is on the CPU
    elif isinstance(named, cst.Name) and named.value == "detach":
        grad = Grad.NO
    return value(
        Tensor(sure=False, grad=grad, device=device, grad_reason=reason, device_reason=reason)
    )


def _unbound(run: Run, name: str, args: Arguments, node: cst.Call) -> Value:
    """`torch.Tensor.numpy(x)`."""
    receiver = args.positional[0]
    at = node if receiver.node is None else cst.Attribute(receiver.node, cst.Name(name))
    return run.call(run.attribute(receiver.value, name, at), args.skip(1), node)


# Creation.


def _created(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Tensor:
    like = args.value(0, "input", "data", "obj", "ndarray") if args.positional else None
    source = next((t for t in (like.tensors if like else ()) if t.sure), None)
    copies_facts = dotted.endswith("_like") or dotted in _FROM_DATA
    device, reason = run.state.default_device, None
    if dotted in _SHARING and dotted not in ("torch.as_tensor", "torch.asarray"):
        device = Device.CPU
    if source is not None and copies_facts:
        device, reason = source.device, source.device_reason
    if like is not None and like.is_unknown and source is None and dotted.endswith("_like"):
        device = Device.UNKNOWN
    if like is not None and like.is_unknown and dotted in ("torch.as_tensor", "torch.asarray"):
        device = Device.CPU | Device.UNKNOWN
    if device & Device.ACCELERATOR and reason is None:
        reason = device_reason(device, node)
    given = args.value(None, "device")
    if given is not None:
        found, why = device_of(given, node)
        if found is not None:
            device, reason = found, why
    dtype = _created_dtype(run, dotted, args, like)
    grad = Grad.NO
    grad_reason: Reason | None = None
    if dotted in ("torch.as_tensor", "torch.asarray") and like is not None:
        for tensor in like.tensors:
            if tensor.sure:
                grad, grad_reason = tensor.grad, tensor.grad_reason
    wanted = args.value(None, "requires_grad")
    if wanted is not None and truth_of(wanted) is not False:
        grad = Grad.YES if truth_of(wanted) else Grad.UNKNOWN
        grad_reason = Reason(node, "made with requires_grad: `{code}`")
    storages = run.fresh(node)
    data = args.get(0, "input", "data", "obj", "ndarray")
    if dotted in _SHARING and data is not None:
        asked = args.value(1 if dotted == "torch.as_tensor" else None, "dtype")
        storages = _shared_storages(run, dotted, data, None if asked is None else dtype, node)
        if device & ~Device.CPU or args.value(None, "copy") is not None:
            storages = frozenset()
    elif dotted in _BLANK:
        memory.blank(run, storages)
    return Tensor(
        sure=True,
        grad=limit_grad(grad, dtype),
        device=device,
        dtype=dtype,
        scalar=dotted in ("torch.tensor", "torch.scalar_tensor", "torch.as_tensor")
        and _is_number(like),
        storages=storages,
        grad_reason=grad_reason,
        device_reason=reason,
        dtype_reason=Reason(node, "made by `{code}`"),
    )


#: What they make holds nothing worth keeping.
_BLANK = {"torch.empty", "torch.zeros", "torch.empty_like", "torch.zeros_like"}


def _shared_storages(
    run: Run, dotted: str, data: Argument, dtype: Dtypes | None, node: cst.Call
) -> frozenset[Storage]:
    """The memory of a tensor that is made over what it is given, if its dtype allows."""
    storages = cast_storages(data.value, dtype, run.fresh(node))
    if data.node is None or not data.value.of(Array) and not _reads_foreign(dotted, data.value):
        return storages
    return memory.linked(run, storages, node, called_name(node), data.node, dotted)


def _reads_foreign(dotted: str, given: Value) -> bool:
    """Is what it is given taken for an array, whatever else is known of it?"""
    return given.is_unknown and dotted == "torch.from_numpy"


def _is_number(data: Value | None) -> bool:
    return data is not None and all(
        isinstance(e, (Constant, Plain)) or (isinstance(e, Tensor) and not e.sure)
        for e in data.alternatives
    )


def _created_dtype(run: Run, dotted: str, args: Arguments, like: Value | None) -> Dtypes:
    given = args.value(None, "dtype")
    if given is not None:
        named = dtype_of(given)
        if named is not None:
            return named
    record = creation(dotted)
    rule = record.dtype if record is not None else DtypeRule.PROMOTE
    if isinstance(rule, str):
        return frozenset({rule})
    if rule is DtypeRule.SAME or dotted in _SHARING:
        for each in like.alternatives if like is not None else ():
            if isinstance(each, (Tensor, Array)):
                return each.dtype
        if rule is DtypeRule.SAME:
            return ANY_DTYPE
    if dotted in _FROM_DATA:
        return _data_dtype(run, like) if like is not None else ANY_DTYPE
    numbers = [number_dtype(e) for a in args.positional for e in a.value.alternatives]
    if dotted == "torch.full" and len(args.positional) > 1:
        numbers = [number_dtype(e) for e in args.positional[1].value.alternatives]
    if not numbers or None in numbers:
        return ANY_DTYPE
    if any(isinstance(e, Plain) for a in args.positional for e in a.value.alternatives):
        # A number whose value is not known may be a float as well.
        if dotted != "torch.arange" or any(n == {"python float"} for n in numbers if n):
            return ANY_DTYPE
    return frozenset({promote([next(iter(n)) for n in numbers if n], "torch")})


#: Lists in lists are followed as deep as this; a list may hold itself.
_MAX_NESTING = 3


def _data_dtype(run: Run, data: Value, depth: int = 0) -> Dtypes:
    """The dtype that torch infers from nested Python data."""
    result: set[str] = set()
    for each in data.alternatives:
        if isinstance(each, (Array, Tensor)):
            result |= each.dtype
        elif isinstance(each, Constant) and (number := number_dtype(each)) is not None:
            result.add(promote(list(number), "torch"))
        elif isinstance(each, (Tuple, Many, Ref)):
            inner = iterate(run, value(each))
            known = inner and depth < _MAX_NESTING
            result |= _data_dtype(run, inner, depth + 1) if known else ANY_DTYPE
        elif each == Plain("float"):
            result.add("float32")
        elif each == Plain("bool"):
            result.add("bool")
        else:
            result |= ANY_DTYPE
    if "float32" in result and result <= {"float32", "int64", "bool"}:
        return frozenset({"float32"})
    return frozenset(result) or ANY_DTYPE


def _legacy(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Tensor:
    """`torch.Tensor(...)`, `torch.cuda.FloatTensor(...)`."""
    bare = dotted.rsplit(".", 1)[-1]
    device = Device.ACCELERATOR if ".cuda." in dotted else run.state.default_device
    data = args.value(0, "data")
    storages = run.fresh(node)
    grad = Grad.NO
    dtype = frozenset({_LEGACY.get(bare, "?")})
    source = args.get(0, "data")
    if source is not None and source.value.of(Array, Tensor):
        storages = _shared_storages(run, dotted, source, dtype, node)
    if data is not None:
        for each in data.alternatives:
            if isinstance(each, Tensor) and each.sure:
                device, grad = each.device, Grad.NO
    return Tensor(
        sure=True,
        grad=grad,
        device=device,
        dtype=dtype,
        storages=storages,
        device_reason=device_reason(device, node),
    )


def _sparse(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Tensor:
    made = _created(run, "torch.sparse_coo_tensor", args, node)
    data = args.value(1 if "coo" in dotted else 2, "values")
    grad, dtype = made.grad, made.dtype
    if data is not None:
        for tensor in data.tensors:
            grad = in_mode(tensor.grad, run.state.grad_mode)
            dtype, made = tensor.dtype, replace(made, device=tensor.device)
    reason = Reason(node, "sparse: `{code}`")
    return replace(made, layout=Layout.SPARSE, layout_reason=reason, grad=grad, dtype=dtype)


# torch.nn.


def _from_nn(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Value:
    if dotted in ("torch.nn.Parameter", "torch.nn.parameter.Parameter", "torch.nn.Buffer"):
        return _parameter(run, dotted, args, node)
    if dotted.startswith("torch.nn.utils.rnn."):
        tensors = [t for a in args.all() for t in gather(run, a.value)]
        return value(_joined(tensors)) if tensors else UNKNOWN
    if dotted.startswith("torch.nn.utils.parameters_to_vector"):
        inner = iterate(run, args.value(0) or UNKNOWN)
        return value(_joined(list(inner.tensors))) if inner.tensors else UNKNOWN
    if dotted.startswith("torch.nn.utils.clip_grad"):
        return value(Tensor(grad=Grad.NO, scalar=True))
    if dotted.startswith("torch.nn.utils.") and args.positional:
        return args.positional[0].value
    bare = dotted.rsplit(".", 1)[-1]
    if bare.endswith("from_pretrained"):
        return _pretrained_embedding(run, dotted.rsplit(".", 1)[0], args, node)
    if not bare[:1].isupper():
        return opaque_call(run, args, node)
    return make_module(run, dotted, args, node)


def _pretrained_embedding(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Value:
    """`nn.Embedding.from_pretrained(vectors)`: the weights are frozen unless told otherwise."""
    source = next(iter((args.value(0, "embeddings") or UNKNOWN).tensors), Tensor())
    freeze = args.value(1, "freeze")
    frozen = True if freeze is None else truth_of(freeze)
    grad = Grad.UNKNOWN if frozen is None else Grad.NO if frozen else Grad.YES
    weight = replace(
        make_parameters(run, node, source.device, "float32"),
        grad=grad,
        dtype=source.dtype,
        device_reason=source.device_reason,
    )
    return run.allocate(node, Object("instance", dotted, {"<parameters>": value(weight)}))


def _joined(tensors: list[Tensor]) -> Tensor:
    result = tensors[0]
    for tensor in tensors[1:]:
        result = join_tensors(result, tensor)
    return replace(result, role="", owner=None, sure=True)


def _parameter(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Value:
    data = args.value(0, "data") or UNKNOWN
    source = next(iter(data.tensors), Tensor())
    wanted = args.value(1, "requires_grad")
    known = True if wanted is None else truth_of(wanted)
    grad = Grad.UNKNOWN if known is None else Grad.YES if known else Grad.NO
    made = make_parameters(run, node, source.device, "float32")
    if dotted.endswith("Buffer"):
        return value(replace(made, role="buffer", grad=Grad.NO, dtype=source.dtype))
    return value(
        replace(
            made,
            grad=limit_grad(grad, source.dtype),
            dtype=source.dtype,
            device_reason=source.device_reason,
            storages=source.storages or made.storages,
            grad_reason=Reason(node, "a parameter: `{code}`"),
        )
    )


# Single functions.


def _device(run: Run, args: Arguments, node: cst.Call) -> Value:
    found, reason = device_of(args.value(0, "device", "type") or UNKNOWN, node)
    return value(DeviceObject(found or Device.UNKNOWN, reason))


def _set_grad_enabled(run: Run, args: Arguments, node: cst.Call) -> Value:
    known = truth_of(args.value(0, "mode") or UNKNOWN)
    run.state.set(
        GRAD_MODE, Grad.YES | Grad.NO if known is None else Grad.YES if known else Grad.NO
    )
    return value(Plain("torch.set_grad_enabled"))


def _set_default_device(run: Run, args: Arguments, node: cst.Call) -> Value:
    found, _ = device_of(args.value(0, "device") or UNKNOWN, node)
    run.state.set(DEFAULT_DEVICE, found or Device.CPU)
    return NONE


def _set_default_tensor_type(run: Run, args: Arguments, node: cst.Call) -> Value:
    given = args.value(0, "t") or UNKNOWN
    names = [e.dotted for e in given.alternatives if isinstance(e, Symbol)]
    names += [str(c.value) for c in given.constants]
    if names and all(".cuda." in name for name in names):
        run.state.set(DEFAULT_DEVICE, Device.ACCELERATOR)
    return NONE


def _numpy_free(run: Run, args: Arguments, node: cst.Call) -> Value:
    return BOOL


def _conj(run: Run, args: Arguments, node: cst.Call) -> Value:
    given = args.value(0, "input") or UNKNOWN
    return Value(tuple(conjugated(t, node) for t in given.tensors)) or UNKNOWN


def _method_of_first(name: str) -> _Handler:
    def handler(run: Run, args: Arguments, node: cst.Call) -> Value:
        given = args.value(0, "input") or UNKNOWN
        rest = args.skip(1)
        return join_all(call_tensor_method(run, t, name, rest, node, node) for t in given.tensors)

    return handler


def unique(run: Run, given: Value, args: Arguments, node: cst.CSTNode) -> Value:
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


def _unique(run: Run, args: Arguments, node: cst.Call) -> Value:
    return unique(run, args.value(0, "input") or UNKNOWN, args, node)


def _grad(run: Run, args: Arguments, node: cst.Call) -> Value:
    """`torch.autograd.grad(...)`: no graph unless `create_graph`."""
    inputs = args.value(1, "inputs") or UNKNOWN
    keeps = args.value(None, "create_graph")
    grad = Grad.NO if keeps is None or truth_of(keeps) is False else Grad.YES
    found = gather(run, inputs)
    made = replace(_joined(found), grad=grad) if found else Tensor(grad=grad)
    return value(Many(value(made)))


def _load(run: Run, args: Arguments, node: cst.Call) -> Value:
    where = args.value(1, "map_location")
    device = Device.UNKNOWN
    if where is not None:
        device = device_of(where, node)[0] or Device.UNKNOWN
    return value(Tensor(sure=False, device=device))


def _same(run: Run, args: Arguments, node: cst.Call) -> Value:
    return args.value(0) or UNKNOWN


def _loader(run: Run, args: Arguments, node: cst.Call) -> Value:
    return make_loader(run, args, node)


def _dataset(run: Run, args: Arguments, node: cst.Call) -> Value:
    return make_dataset(run, args, node)


def _split(run: Run, args: Arguments, node: cst.Call) -> Value:
    return value(Many(args.value(0, "dataset") or UNKNOWN))


def _default_collate(run: Run, args: Arguments, node: cst.Call) -> Value:
    return collate(run, iterate(run, args.value(0, "batch") or UNKNOWN), node)


def _default_convert(run: Run, args: Arguments, node: cst.Call) -> Value:
    return collate(run, args.value(0, "data") or UNKNOWN, node)


def _where(run: Run, args: Arguments, node: cst.Call) -> Value:
    operator = function("torch.where")
    if len(args.positional) == 1 or operator is None:
        return value(Many(value(Tensor(grad=Grad.NO, dtype=frozenset({"int64"})))))
    chosen = Arguments(args.positional[1:], args.keywords)
    condition = args.positional[0].value
    result = apply_operator(run, operator, None, chosen, node, node)
    # The condition gives its device, never its graph.
    if not any(t for a in chosen.positional for t in a.value.tensors):
        for tensor in condition.tensors:
            return Value(
                tuple(
                    replace(t, device=tensor.device, grad=Grad.NO, sure=True)
                    if isinstance(t, Tensor)
                    else t
                    for t in result.alternatives
                )
            )
    return result


def _grad_mode(run: Run, args: Arguments, node: cst.Call) -> Value:
    mode = run.state.grad_mode
    if mode in (Grad.YES, Grad.NO):
        return value(Constant(mode == Grad.YES))
    return BOOL


def _quantized(run: Run, args: Arguments, node: cst.Call) -> Value:
    source = next(iter((args.value(0, "input") or UNKNOWN).tensors), Tensor())
    given = args.value(None, "dtype") or (args.positional[-1].value if args.positional else None)
    dtype = dtype_of(given) if given is not None else None
    return value(
        replace(source, sure=True, dtype=dtype or frozenset({"quint8"}), grad=Grad.NO, role="")
    )


_HANDLERS: dict[str, _Handler] = {
    "torch.device": _device,
    "torch.set_grad_enabled": _set_grad_enabled,
    "torch.set_default_device": _set_default_device,
    "torch.set_default_tensor_type": _set_default_tensor_type,
    "torch.is_tensor": _numpy_free,
    "torch.is_grad_enabled": _grad_mode,
    "torch.conj": _conj,
    "torch.resolve_conj": _method_of_first("resolve_conj"),
    "torch.resolve_neg": _method_of_first("resolve_neg"),
    "torch.adjoint": _method_of_first("adjoint"),
    "torch.detach": _method_of_first("detach"),
    "torch.unique": _unique,
    "torch.unique_consecutive": _unique,
    "torch.autograd.grad": _grad,
    "torch.autograd.Variable": _same,
    "torch.load": _load,
    "torch.compile": _same,
    "torch.jit.script": _same,
    "torch.jit.trace": _same,
    "torch.quantize_per_tensor": _quantized,
    "torch.quantize_per_channel": _quantized,
    LOADER: _loader,
    "torch.utils.data.TensorDataset": _dataset,
    "torch.utils.data.random_split": _split,
    "torch.utils.data.Subset": _same,
    "torch.utils.data.default_collate": _default_collate,
    "torch.utils.data._utils.collate.default_collate": _default_collate,
    "torch.utils.data.default_convert": _default_convert,
    "torch.where": _where,
}


def is_module_factory(dotted: str) -> bool:
    """Does the call give an `nn.Module` of another library?"""
    return dotted.startswith(_MODULE_FACTORIES)


def pretrained(run: Run, node: cst.Call) -> Value:
    """A module that another library makes: parameters, and a forward nobody shows."""
    parameters = make_parameters(run, node, Device.CPU, "float32")
    contents = Object("instance", "torch.nn.Module", {"<parameters>": value(parameters)})
    return run.allocate(node, contents)
