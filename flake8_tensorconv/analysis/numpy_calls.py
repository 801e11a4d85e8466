"""Calls into NumPy and the libraries that read their arguments as arrays."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from flake8_tensorconv.analysis import memory
from flake8_tensorconv.analysis.arguments import Argument, Arguments
from flake8_tensorconv.analysis.elements import iterate
from flake8_tensorconv.analysis.events import Route
from flake8_tensorconv.analysis.placement import dtype_of
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.shapes import axes_of, created_ndim
from flake8_tensorconv.analysis.storages import (
    cast_storages,
    maybe_views,
    storages_of,
    views,
)
from flake8_tensorconv.analysis.syntax import called_name
from flake8_tensorconv.analysis.truth import truth_of
from flake8_tensorconv.analysis.values import (
    ANY_DTYPE,
    BOOL,
    NUMBER,
    UNKNOWN,
    Array,
    Device,
    DtypeObject,
    Dtypes,
    Grad,
    Many,
    Plain,
    Ref,
    Storage,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.knowledge.consumers import consumed
from flake8_tensorconv.knowledge.dtypes import resolve
from flake8_tensorconv.knowledge.numpy_functions import (
    ArrayMethod,
    Memory,
    NumpyFunction,
    function,
    method,
)


def call_numpy(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Value:
    """What calling something of NumPy gives back; conversions on the way are told."""
    bare = dotted.rsplit(".", 1)[-1]
    if dotted == "numpy.from_dlpack":
        given = args.get(0, "x")
        _tell(run, given, node, Route.DLPACK, dotted, elements=False)
        return _from_dlpack(run, given, node)
    if dotted == "numpy.dtype":
        return value(DtypeObject(dtype_of(args.value(0) or UNKNOWN) or ANY_DTYPE))
    if dotted in ("numpy.random.default_rng", "numpy.random.RandomState", "numpy.random.Generator"):
        return value(Plain("numpy.random.Generator"))
    if dotted.startswith("numpy.testing.") and bare.startswith("assert_"):
        for position in (0, 1):
            _tell(run, args.get(position), node, Route.ARRAY, dotted, elements=True)
        return value(Plain("object"))
    record = function(dotted)
    if record is None:
        return _unlisted(run, dotted, args, node)
    for argument in _converted(record, args):
        _tell(run, argument, node, Route.ARRAY, dotted, elements=True, record=record)
    return _result(run, record, args, node)


def call_consumer(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Value:
    """A call into another library that reads (some of) its arguments as arrays."""
    read = consumed(dotted)
    if read is not None:
        for position, argument in enumerate(args.positional):
            if read.positional is None or position in read.positional:
                _tell(run, argument, node, Route.ARRAY, dotted, elements=read.elements)
        for name, argument in args.keywords.items():
            if name in read.keywords:
                _tell(run, argument, node, Route.ARRAY, dotted, elements=read.elements)
    return UNKNOWN if not dotted.startswith("matplotlib") else value(Plain("object"))


def _converted(record: NumpyFunction, args: Arguments) -> Iterator[Argument]:
    """The arguments that the function reads as arrays."""
    taken: set[int] = set()
    previous = -1
    for position in record.converts:
        positions = range(previous + 1, len(args.positional)) if position == "*" else [position]
        for each in positions:
            assert isinstance(each, int)
            previous = each
            if each < len(args.positional) and each not in taken:
                taken.add(each)
                yield args.positional[each]
    if record.raises_always is not None and args.positional and 0 not in taken:
        yield args.positional[0]  # no tensor, but a list of tensors is read like any other
    for name in record.keywords:
        if name in args.keywords:
            yield args.keywords[name]
    if "*" in record.converts and args.more is not None:
        yield Argument(args.more, args.more_node, spread=True)
    if "**" in record.keywords or record.name in ("numpy.savez", "numpy.savez_compressed"):
        yield from args.keywords.values()
        if args.more_keywords is not None:
            yield Argument(args.more_keywords, args.more_node, spread=True)


def _tell(
    run: Run,
    argument: Argument | None,
    node: cst.Call,
    route: Route,
    via: str,
    *,
    elements: bool,
    record: NumpyFunction | None = None,
) -> None:
    """Tell the rules that this argument is read as an array."""
    if argument is None or argument.node is None:
        return
    if record is not None and not record.raises_on_grad and record.raises_always is None:
        return
    at = called_name(node)
    tensors = tuple(t for t in argument.value.tensors if t.sure or t.grad & Grad.YES)
    if tensors and (record is None or record.raises_always is None):
        mixed = any(not isinstance(each, Tensor) for each in argument.value.alternatives)
        run.emit_to_numpy(
            node, at, argument.node, route, via, tensors, element=argument.spread, mixed=mixed
        )
    if not elements:
        return
    inside, mixed = _elements(run, argument.value)
    if inside:
        run.emit_to_numpy(node, at, argument.node, route, via, inside, element=True, mixed=mixed)


def _elements(run: Run, given: Value, depth: int = 0) -> tuple[tuple[Tensor, ...], bool]:
    """The sure tensors inside a list or tuple (or a list of those), and: is anything else there?"""
    holders = []
    mixed = False
    for each in given.alternatives:
        if isinstance(each, (Tuple, Many)) or (
            isinstance(each, Ref) and run.object(each).kind == "list"
        ):
            holders.append(each)
        else:
            mixed = True
    found: list[Tensor] = []
    for each in holders:
        inner = iterate(run, value(each))
        found += [t for t in inner.tensors if t.sure]
        rest = inner.without(Tensor)
        nested, deeper = (
            _elements(run, rest, depth + 1) if depth < _MAX_NESTING else ((), bool(rest))
        )
        found += nested
        mixed = mixed or deeper or not all(t.sure for t in inner.tensors)
    return tuple(found), mixed


def _unlisted(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Value:
    bare = dotted.rsplit(".", 1)[-1]
    if dotted.startswith("numpy.random."):
        return value(Array()) if args.positional or args.keywords else NUMBER
    if bare[:1].isupper():
        return value(Plain(dotted))
    return value(Array())


#: Lists in lists are followed as deep as this; a list may hold itself.
_MAX_NESTING = 3


def _operand_dtypes(run: Run, given: Value, depth: int = 0) -> Dtypes:
    result: set[str] = set()
    for each in given.alternatives:
        if isinstance(each, (Array, Tensor)):
            result |= each.dtype
        elif isinstance(each, (Tuple, Many, Ref)):
            inner = iterate(run, value(each))
            known = inner and depth < _MAX_NESTING
            result |= _operand_dtypes(run, inner, depth + 1) if known else ANY_DTYPE
        else:
            result |= ANY_DTYPE
    return frozenset(result) or ANY_DTYPE


def _result(run: Run, record: NumpyFunction, args: Arguments, node: cst.Call) -> Value:
    fresh = run.fresh(node)
    first = args.positional[0].value if args.positional else UNKNOWN
    arrays = [e for e in first.alternatives if isinstance(e, Array)]
    tensors = [t for t in first.tensors if t.sure]
    results: list[Value] = []
    if tensors and record.result == "tensor":
        results.append(Value(tuple(_through_numpy(t, record, fresh) for t in tensors)))
    if arrays or not tensors or record.result != "tensor" or record.creates:
        dtype = _result_dtype(run, record, args, first)
        storages = _result_storages(run, record, args, node, dtype)
        kind = record.result_of_array if not tensors else record.result
        ndim = created_ndim(run, record.name, args)
        results.append(_shaped(kind, Array(dtype, storages, ndim)))
    from flake8_tensorconv.analysis.joins import join_all

    return join_all(results)


#: Views that show the same elements in the same order.
_WITHOUT_GAPS = {"reshape", "ravel", "squeeze", "expand_dims", "atleast_1d", "atleast_2d",
                 "atleast_3d", "view"}  # fmt: skip
#: What they make holds nothing worth keeping.
_BLANK = {"numpy.empty", "numpy.zeros", "numpy.empty_like", "numpy.zeros_like"}


def _result_storages(
    run: Run, record: NumpyFunction, args: Arguments, node: cst.Call, dtype: Dtypes
) -> frozenset[Storage]:
    """The memory of a function's result."""
    fresh = run.fresh(node)
    given = args.positional[0] if args.positional else None
    shared = storages_of(given.value) if given is not None else frozenset()
    if record.memory is Memory.FRESH:
        if record.name in _BLANK:
            memory.blank(run, fresh)
        return fresh
    if given is None or not shared:
        return frozenset()
    bare = record.name.rsplit(".", 1)[-1]
    if record.memory is Memory.VIEW:
        shared = views(shared, dense=bare in _WITHOUT_GAPS)
    elif bare in ("asarray", "asanyarray"):
        asked = args.value(1, "dtype")
        same = cast_storages(given.value, None if asked is None else dtype, fresh)
        copy = args.value(None, "copy")
        shared = same if copy is None or truth_of(copy) is False else frozenset()
    else:
        shared = maybe_views(shared)
    if given.value.of(Tensor) and given.node is not None:
        shared = memory.linked(run, shared, node, called_name(node), given.node, record.name)
    return shared


def _from_dlpack(run: Run, given: Argument | None, node: cst.Call) -> Value:
    if given is None or given.node is None:
        return value(Array())
    shared = storages_of(given.value)
    shared = memory.linked(run, shared, node, called_name(node), given.node, "numpy.from_dlpack")
    return value(Array(frozenset(d for t in given.value.tensors for d in t.dtype), shared))


def _through_numpy(
    tensor: Tensor, record: NumpyFunction, fresh: frozenset[Storage]
) -> Tensor:
    """What a NumPy function that gives a tensor makes of one.

    A ufunc goes through `__array_wrap__` and gives a CPU tensor without a graph; a function that
    calls the tensor's own method (`np.squeeze`, `np.swapaxes`) keeps everything.
    """
    if not record.raises_on_grad:
        return tensor
    return Tensor(True, Grad.NO, Device.CPU, tensor.dtype, storages=fresh)


def _result_dtype(run: Run, record: NumpyFunction, args: Arguments, first: Value) -> Dtypes:
    asked = args.value(None, "dtype")
    if asked is None and record.name in (
        "numpy.array",
        "numpy.asarray",
        "numpy.zeros",
        "numpy.ones",
        "numpy.empty",
    ):
        asked = args.value(1)
    if asked is not None and (named := dtype_of(asked)) is not None:
        return named
    if isinstance(record.dtype, str):
        return frozenset({record.dtype})
    if record.creates:
        return ANY_DTYPE
    known = _operand_dtypes(run, first)
    return frozenset(resolve(record.dtype, [name], "numpy") for name in known)


def _shaped(kind: str, array: Array) -> Value:
    """A result of the kind that a table names."""
    if kind == "ndarray":
        return value(array)
    if kind == "scalar":
        # A reduction gives a scalar, or an array if an axis is named.
        return value(array, Plain("number"))
    if kind in ("list", "tuple"):
        return value(Many(value(array)))
    if kind == "python":
        return value(Plain("number"))
    if kind == "tensor":
        return value(array)
    return value(Plain("object"))


def _is_temporary(node: cst.Call) -> bool:
    """Is the method called on something that has no name, as in `np.arange(6).reshape(2, 3)`?"""
    return isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Call)


def call_array_method(
    run: Run, array: Array, name: str, args: Arguments, node: cst.CSTNode
) -> Value:
    """What `array.name(...)` gives back."""
    record: ArrayMethod | None = method(name)
    fresh = run.fresh(node)
    if record is None:
        return UNKNOWN if name not in ("all", "any") else BOOL
    dtype = frozenset(resolve(record.dtype, [d], "numpy") for d in array.dtype)
    asked = args.value(0 if name == "astype" else None, "dtype")
    if asked is not None and (named := dtype_of(asked)) is not None:
        dtype = named
    storages = fresh
    if record.memory is Memory.VIEW:
        storages = views(array.storages, dense=name in _WITHOUT_GAPS)
    elif record.memory is Memory.MAYBE:
        storages = maybe_views(array.storages)
        if isinstance(node, cst.Call) and _is_temporary(node) and storages:
            storages = array.storages  # no other name counts the rows in another way
    elif name == "astype" and (copy := args.value(4, "copy")) and truth_of(copy) is False:
        storages = cast_storages(value(array), dtype, fresh)
    ndim = array.ndim if name in ("copy", "astype") else None
    if name == "reshape":
        ndim = axes_of(args)
    return _shaped(record.result, Array(dtype, storages, ndim))
