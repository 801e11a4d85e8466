"""Functions of torch that make tensors: of shapes, of data, over the memory of arrays."""

from __future__ import annotations

import ast
import math
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate, known_elements
from flake8_tensorconv.engine.placement import device_of, device_reason, dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import created_ndim, legacy_ndim
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.hazards.cuts import NO_CUTS, made_of
from flake8_tensorconv.index.syntax import called_name, subscripts
from flake8_tensorconv.knowledge.dtypes import (
    LEGACY_CONSTRUCTORS,
    DtypeRule,
    can_require_grad,
    promote,
)
from flake8_tensorconv.knowledge.torch_operators import creation
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.array_layout import is_dots
from flake8_tensorconv.lattice.facts import in_mode, limit_grad
from flake8_tensorconv.lattice.magnitudes import Magnitude, magnitude
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.scalars import number_dtype
from flake8_tensorconv.lattice.storages import cast_storages, others
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    NOTHING,
    Alternative,
    Array,
    Constant,
    Device,
    Dtypes,
    Grad,
    Layout,
    Many,
    Plain,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.numpy.spelled_out import numbers_in
from flake8_tensorconv.locations.provenance import Cut, Reason, Storage
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.memory.indices import bindings_of, module_bindings
from flake8_tensorconv.narrowing.known_tests import grad_given
from flake8_tensorconv.narrowing.rebound import is_rebound_to_tensor

_SHARING = {"torch.from_numpy", "torch.as_tensor", "torch.asarray", "torch.from_dlpack",
            "torch.frombuffer", "torch.utils.dlpack.from_dlpack"}  # fmt: skip
FROM_DATA = {"torch.tensor", "torch.sparse_coo_tensor", "torch.sparse_csr_tensor",
              "torch.scalar_tensor", *_SHARING}  # fmt: skip
_TOLD = {"torch.tensor", *_SHARING}


def _tell(run: Run, dotted: str, args: Arguments, node: ast.Call) -> None:
    """Tell the rules that a tensor is made of data."""
    data = args.get(0, *_DATA)
    if data is None or data.node is None or data.spread or not run.program.events.kept:
        return
    if len(args.positional) > 1 and dotted not in _WITH_DTYPE and "device" not in args.keywords:
        return  # sizes, one by one
    sequences = Value(tuple(each for each in data.value.alternatives if _is_sequence(run, each)))
    inside = iterate(run, sequences)
    dtype = args.value(1 if dotted in _WITH_DTYPE else None, "dtype")
    device = args.value(2 if dotted in _WITH_DTYPE else None, "device")
    copy = args.value(None, "copy")
    run.program.tell(
        ToTensor(
            call=node,
            at=called_name(node),
            operand=data.node,
            via=dotted,
            given=data.value.expected,
            elsewhere=data.value,
            filled=known_elements(run, data.value) is not None,
            inside=inside.expected,
            sequence=_is_surely_sequence(run, data.value.expected),
            rows=_rows(run, inside.expected),
            dtype=None if dtype is None else dtype_of(dtype),
            device=None if device is None else device_of(device, node)[0],
            copies=copy is not None and truth_of(copy) is not False,
            followed=run.file.index.followed.get(node, ""),
            stored=_is_stored(run, node),
            caught=run.caught,
            rebound=dotted == "torch.tensor"
            and is_rebound_to_tensor(run, data.node, data.value.expected, node),
            size=_size(run, dotted, data.node, data.value),
            default_changes=dotted == "torch.Tensor" and _changes_default_dtype(run),
            torch_name=run.file.torch_name,
            numpy_name=run.file.numpy_name,
        )
    )


def _is_stored(run: Run, node: ast.Call) -> bool:
    """Does the result go into a part of a tensor, which then casts it?

    With numbers and slices as indices: tensors and lists as indices take no other dtype.
    """
    part = run.file.index.stored.get(node)
    if part is None:
        return False
    owner = run.peek(part.value)
    if not owner or len(owner.tensors) < len(owner.alternatives):
        return False
    return all(
        isinstance(each, ast.Slice) or is_dots(each) or _is_number(run.peek(each))
        for each in subscripts(part)
    )


def _size(run: Run, dotted: str, operand: ast.expr, given: Value) -> Magnitude | None:
    """How large the numbers are that a constructor is given which may not hold all of them."""
    if dotted.rpartition(".")[2] not in LEGACY_CONSTRUCTORS:
        return None
    told = magnitude(operand, module_bindings(run) | bindings_of(run))
    spelled_out = numbers_in(run, given) if told is None or told.largest == math.inf else None
    return spelled_out or told


#: The names of the parameter that takes the data.
_DATA = ("data", "input", "obj", "ndarray", "buffer")
#: They take a dtype and a device by position.
_WITH_DTYPE = {"torch.as_tensor"}


def _rows(run: Run, inside: Value) -> Value:
    """The elements of what is inside, if that surely are lists or tuples."""
    return iterate(run, inside).expected if _is_surely_sequence(run, inside) else NOTHING


def _is_surely_sequence(run: Run, given: Value) -> bool:
    known = bool(given) and not given.of(Many)
    return known and all(_is_sequence(run, each) for each in given.alternatives)


def _is_sequence(run: Run, each: Alternative) -> bool:
    if isinstance(each, Ref):
        return run.object(each).kind is Kind.LIST
    return isinstance(each, (Tuple, Many))


def created(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Tensor:
    """What a function makes of a shape, of Python data, of an array or of another tensor."""
    if dotted in _TOLD:
        _tell(run, dotted, args, node)
    args = args.expected
    like = args.value(0, "input", "data", "obj", "ndarray") if args.positional else None
    source = next((t for t in (like.tensors if like else ()) if t.sure), None)
    copies_facts = dotted.endswith("_like") or dotted in FROM_DATA
    device, reason = run.state.default_device, None
    if dotted in _SHARING and dotted not in ("torch.as_tensor", "torch.asarray"):
        device = Device.CPU
    if source is not None and copies_facts:
        device, reason = source.device, source.device_reason
    if like is not None and like.is_unknown and source is None and dotted.endswith("_like"):
        device = Device.UNKNOWN
    if like is not None and like.is_unknown and dotted in ("torch.as_tensor", "torch.asarray"):
        settled = all(tensor.device == Device.CPU for tensor in like.tensors)
        device = Device.CPU if settled else Device.CPU | Device.UNKNOWN
    if dotted.endswith(".from_dlpack") and source is None and like is not None:
        if any(tensor.device != Device.CPU for tensor in like.tensors):
            device, reason = Device.UNKNOWN, Reason(node, "wherever what `{code}` reads lies")
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
    wanted = grad_given(run, args.get(None, "requires_grad"), False)
    if wanted != Grad.NO:
        grad = wanted
        grad_reason = Reason(node, "made with requires_grad by `{code}`")
    storages = run.fresh(node)
    data = args.get(0, "input", "data", "obj", "ndarray")
    if dotted in _SHARING and data is not None:
        asked = args.value(1 if dotted == "torch.as_tensor" else None, "dtype")
        storages = _shared_storages(run, dotted, data, None if asked is None else dtype, node)
        if device & ~Device.CPU or args.value(None, "copy") is not None:
            storages = frozenset()
    elif dotted in _BLANK:
        memory.blank(run, storages)
    counting = not any(can_require_grad(name) is not False for name in dtype)
    cuts = NO_CUTS if data is None or counting else _cuts(run, data.value, dotted, node)
    layout = Layout.STRIDED
    if source is not None and dotted.endswith("_like") and source.layout & Layout.SPARSE:
        layout = source.layout
    return Tensor(
        sure=True,
        grad=limit_grad(grad, dtype),
        device=device,
        dtype=dtype,
        layout=layout,
        layout_reason=None if source is None else source.layout_reason,
        scalar=dotted in ("torch.tensor", "torch.scalar_tensor", "torch.as_tensor")
        and _is_number(like),
        storages=storages,
        ndim=created_ndim(run, dotted, args),
        grad_reason=grad_reason,
        device_reason=reason,
        dtype_reason=Reason(node, "made by `{code}`"),
        role="leaf" if cuts and wanted is not None else "",
        cuts=cuts,
    )


def _cuts(run: Run, data: Value, dotted: str, node: ast.Call) -> frozenset[Cut]:
    """The cuts behind what is made of data; the elements of lists are read one by one."""
    lists = Value(tuple(each for each in data.alternatives if _is_sequence(run, each)))
    return made_of(run, data, iterate(run, lists), dotted, node)


#: What they make holds nothing worth keeping.
_BLANK = {"torch.empty", "torch.zeros", "torch.empty_like", "torch.zeros_like"}


def _shared_storages(
    run: Run, dotted: str, data: Argument, dtype: Dtypes | None, node: ast.Call
) -> frozenset[Storage]:
    """The memory of a tensor that is made over what it is given, if its dtype allows."""
    storages = cast_storages(data.value, dtype, run.fresh(node))
    if data.node is None or (not data.value.of(Array) and not _reads_foreign(dotted, data.value)):
        return storages
    tensors = Value(tuple(tensor for tensor in data.value.tensors if tensor.sure))
    crossing = others(storages, tensors)  # what is a tensor already stays itself
    made = memory.linked(run, crossing, node, called_name(node), data.node, dotted)
    return made | (storages - crossing)


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
    if dotted in FROM_DATA:
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
        elif isinstance(each, Plain) and each.dtype:
            result |= each.dtype
        elif isinstance(each, Plain) and each.what == "float" and not each.dtype:
            result.add("float32")
        elif each == Plain("bool"):
            result.add("bool")
        else:
            result |= ANY_DTYPE
    if "float32" in result and result <= {"float32", "int64", "bool"}:
        return frozenset({"float32"})
    return frozenset(result) or ANY_DTYPE


def legacy_constructed(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Tensor:
    """`torch.Tensor(...)`, `torch.cuda.FloatTensor(...)`."""
    _tell(run, dotted, args, node)
    args = args.expected
    bare = dotted.rsplit(".", 1)[-1]
    device = Device.ACCELERATOR if ".cuda." in dotted else run.state.default_device
    data = args.value(0, "data")
    storages = run.fresh(node)
    grad = Grad.NO
    dtype = frozenset({LEGACY_CONSTRUCTORS.get(bare, "?")})
    source = args.get(0, "data")
    if source is not None and source.value.of(Array, Tensor):
        storages = _shared_storages(run, dotted, source, dtype, node)
    if data is not None:
        for each in data.alternatives:
            if isinstance(each, Tensor) and each.sure:
                device, grad = each.device, Grad.NO
    asked = args.value(None, "device")
    if asked is not None and (device_of(asked, node)[0] or Device.CPU) & ~Device.CPU:
        device = Device.UNKNOWN  # it raises where that is not the CPU, which is told: TNC205
    return Tensor(
        sure=True,
        grad=grad,
        device=device,
        dtype=dtype,
        storages=storages,
        ndim=legacy_ndim(run, args),
        device_reason=device_reason(device, node),
        dtype_reason=Reason(node, "made by `{code}`"),
        cuts=NO_CUTS if source is None else _cuts(run, source.value, dotted, node),
    )


def sparse(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Tensor:
    """`torch.sparse_coo_tensor(...)` and its like."""
    made = created(run, "torch.sparse_coo_tensor", args, node)
    data = args.value(1 if "coo" in dotted else 2, "values")
    grad, dtype = made.grad, made.dtype
    if data is not None:
        for tensor in data.tensors:
            grad = in_mode(tensor.grad, run.state.grad_mode)
            dtype, made = tensor.dtype, replace(made, device=tensor.device)
    reason = Reason(node, "made sparse by `{code}`")
    return replace(made, layout=Layout.SPARSE, layout_reason=reason, grad=grad, dtype=dtype)


def _changes_default_dtype(run: Run) -> bool:
    """Does the file say what torch makes new floating tensors of, wherever it does?"""
    return run.file.index.mentions("set_default_dtype", "set_default_tensor_type")
