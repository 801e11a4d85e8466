"""What NumPy's functions and the methods of its arrays give back."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.refining import set_writable
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import axes_of, created_ndim
from flake8_tensorconv.index.syntax import called_name
from flake8_tensorconv.knowledge.dtypes import UNKNOWN as UNKNOWN_DTYPE
from flake8_tensorconv.knowledge.dtypes import DtypeRule, resolve
from flake8_tensorconv.knowledge.numpy_dtypes import dtype_named
from flake8_tensorconv.knowledge.numpy_functions import (
    ROUNDING,
    ArrayMethod,
    Memory,
    NumpyFunction,
    function,
    method,
)
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.array_layout import flipped, plain, read_only, rearranged, reshaped
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.scalars import gives_objects, is_single, numpy_scalar
from flake8_tensorconv.lattice.storages import (
    cast_storages,
    elements,
    maybe_views,
    others,
    storages_of,
    viewed,
)
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    BOOL,
    NONE,
    NUMBER,
    UNKNOWN,
    Array,
    Constant,
    Device,
    DtypeObject,
    Dtypes,
    Grad,
    Many,
    Plain,
    Tensor,
    Value,
    value,
)
from flake8_tensorconv.libraries.numpy.array_dtypes import (
    asked_dtype,
    combined_dtypes,
    data_dtypes,
    made_of_data,
)
from flake8_tensorconv.libraries.numpy.frozen_arrays import PASSING_ON, reads_frozen
from flake8_tensorconv.libraries.numpy.numpy_kinds import (
    OF_NUMPY,
    as_given,
    drawn,
    elementwise,
    is_asked,
    is_data,
    parts,
    reduced,
    shaped,
    unique,
)
from flake8_tensorconv.libraries.numpy.spelled_out import note_numbers
from flake8_tensorconv.locations.provenance import Reason, Storage
from flake8_tensorconv.memory import sharing as memory

#: Views that show the same elements in the same order.
_WITHOUT_GAPS = {"reshape", "ravel", "squeeze", "expand_dims", "atleast_1d", "atleast_2d",
                 "atleast_3d", "view"}  # fmt: skip
#: What they make holds nothing worth keeping.
_BLANK = {"numpy.empty", "numpy.zeros", "numpy.empty_like", "numpy.zeros_like"}
#: They make an array of data; of objects it has as many axes as its rows are of one length.
_OF_DATA = {"numpy.array", *PASSING_ON}


def call_function(run: Run, record: NumpyFunction, args: Arguments, node: ast.Call) -> Value:
    """What a function of NumPy gives back."""
    fresh = run.fresh(node)
    first = args.value(0) or UNKNOWN
    arrays = [e for e in first.alternatives if isinstance(e, Array)]
    tensors = [t for t in first.tensors if t.sure]
    results: list[Value] = []
    cutting = record.result == "list" and not record.converts  # `np.split` and its kin
    if tensors and record.result == "tensor":
        results.append(Value(tuple(_through_numpy(t, record, fresh) for t in tensors)))
    elif tensors and cutting:
        results.append(value(Many(Value(tuple(map(_piece, tensors))))))
    keeps = record.result == "tensor" or cutting
    if arrays or not tensors or not keeps or record.creates:
        dtype = _dtype_of_result(run, record, args, first)
        if record.name in _OF_DATA and not arrays:
            note_numbers(run, node, first)
        ragged = "object" in dtype and not arrays and record.name in _OF_DATA
        array = Array(
            dtype,
            ndim=None if ragged else created_ndim(run, record.name, args),
            dtype_reason=_dtype_reason(record, arrays, args, node),
        )
        array = _laid_out(record, array, first, args, node)
        storages = _storages_of_result(run, record, args, node, array.dtype)
        array = replace(array, storages=storages)
        if is_asked(record.dtype_with, args):
            array = replace(array, dtype=ANY_DTYPE)
        results.append(_made(run, record, array, first, args, of_tensor=bool(tensors)))
    return join_all(results)


def _made(
    run: Run, record: NumpyFunction, array: Array, first: Value, args: Arguments, *, of_tensor: bool
) -> Value:
    """The result, whose single arrays are like `array`, as an array, scalar, tuple ..."""
    kind = record.result if of_tensor else record.result_of_array
    name = record.name
    drawing = name.startswith("numpy.random.")
    if name == "numpy.unique":
        return unique(array, args)
    if is_asked(record.kind_with, args):
        return OF_NUMPY
    if name == "numpy.where" and len(args.positional) == 1 and args.more is None:
        return value(Many(value(Array(frozenset({"int64"}), ndim=1))))
    if name == "numpy.random.choice" and args.get(record.size_at, "size") is None:
        return reduced(array, first, Arguments(), sure=is_data(run, first))
    if drawing and (record.creates or record.size_at is not None):
        return drawn(name, record.size_at, array, args)
    if kind == "scalar":
        sure = is_data(run, first)
        return reduced(array, first, args.skip(1), sure=sure, axis_at=record.axis_at)
    if record.elementwise:
        return elementwise(array, args)
    if record.parts:
        other = is_asked(record.dtype_with, args)
        return parts(record, array, data_dtypes(run, first), other_dtypes=other)
    return as_given(run, array, args) if kind == "as given" else shaped(kind, array)


def call_unlisted(run: Run, dotted: str, args: Arguments) -> Value:
    """What anything else of NumPy gives back: a scalar type, a class, something not known."""
    bare = dotted.rsplit(".", 1)[-1]
    dtype = dtype_named(bare)
    if dtype != UNKNOWN_DTYPE and dotted == f"numpy.{bare}":
        given = (args.value(0) or NUMBER).alternatives
        array = Array(frozenset({dtype}))
        return (
            numpy_scalar(array.dtype)
            if all(map(is_single, given))
            else value(array, Plain("number"))
        )
    if bare in _GIVING_DTYPES:
        return value(DtypeObject(ANY_DTYPE, "numpy"))
    if bare[:1].isupper() or dotted in ("numpy.finfo", "numpy.iinfo"):
        return value(Plain(dotted))
    return OF_NUMPY


_GIVING_DTYPES = {"promote_types", "result_type", "common_type", "min_scalar_type"}


def call_generator(name: str, args: Arguments) -> Value:
    """What a method of `numpy.random.default_rng()` gives back."""
    record = function(f"numpy.random.{name}")
    if name in ("shuffle", "seed"):
        return value(Constant(None))
    if name == "permuted":
        return value(Array())
    if record is None and name != "integers":
        return OF_NUMPY
    dtype: Dtypes = ANY_DTYPE
    if record is None:
        dtype = frozenset({"int64"})
    elif isinstance(record.dtype, str):
        dtype = frozenset({record.dtype})
    asked = asked_dtype(None, args)
    size_at = 2 if record is None else record.size_at
    return drawn(f"numpy.random.{name}", size_at, Array(asked or dtype), args)


def call_array_method(run: Run, array: Array, name: str, args: Arguments, node: ast.AST) -> Value:
    """What `array.name(...)` gives back."""
    record: ArrayMethod | None = method(name)
    fresh = run.fresh(node)
    if name == "setflags" and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        writable = truth_of(args.value(0, "write") or UNKNOWN)
        set_writable(run, node.func.value, value(array), writable, node)
    if record is None:
        return UNKNOWN if name not in ("all", "any") else BOOL
    if name == "take" and gives_objects(array, 1):
        return UNKNOWN
    dtype = frozenset(resolve(record.dtype, [d], "numpy") for d in array.dtype)
    asked = asked_dtype(0 if name in ("astype", "view") else None, args)
    dtype = asked or dtype
    storages, result = fresh, plain(array)
    if record.memory is Memory.VIEW:
        storages = viewed(array.storages, name, fresh, dense=name in _WITHOUT_GAPS)
        result = array if name in ("view", "real") else rearranged(array)
        if record.read_only:
            result = read_only(result, node, gaps=True)
    elif record.memory is Memory.MAYBE:
        storages = maybe_views(array.storages, fresh)
        result = reshaped(array, dense=all(s.dense for s in array.storages))
        if isinstance(node, ast.Call) and _is_temporary(node) and storages:
            storages = array.storages  # no other name counts the rows in another way
    elif name == "astype" and (copy := args.value(4, "copy")) and truth_of(copy) is False:
        storages = cast_storages(value(array), dtype, fresh)
        result = array if array.dtype == dtype else plain(array)
    ndim = array.ndim if name in ("copy", "astype") else None
    if name == "reshape":
        ndim = axes_of(args)
    elif name in ("ravel", "flatten"):
        ndim = 1
    elif name in ("transpose", "swapaxes"):
        ndim = array.ndim
    if name == "tolist":
        return value(Many(NUMBER))
    reason = array.dtype_reason if asked is None else Reason(node, "cast by `{code}`")
    made = replace(result, dtype=dtype, storages=storages, ndim=ndim, dtype_reason=reason)
    if record.result == "scalar":
        return reduced(made, value(array), args, sure=True)
    return shaped(record.result, made)


#: Methods of a scalar that give an array.
_GROWING = {"reshape", "ravel", "flatten", "repeat", "nonzero"}


def call_scalar_method(run: Run, dtype: Dtypes, name: str, args: Arguments, node: ast.AST) -> Value:
    """What a method of a NumPy scalar gives back: mostly another one."""
    given = call_array_method(run, Array(dtype, ndim=0), name, args, node)
    if name in _GROWING:
        return given
    return join_all(
        numpy_scalar(each.dtype) if isinstance(each, Array) else value(each)
        for each in given.alternatives
    )


def _is_temporary(node: ast.Call) -> bool:
    """Is the method called on something that has no name, as in `np.arange(6).reshape(2, 3)`?"""
    return isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)


def _piece(tensor: Tensor) -> Tensor:
    """One of the slices that `np.split` takes of a tensor."""
    return replace(tensor, role="", owner=None, storages=elements(tensor.storages))


def _through_numpy(tensor: Tensor, record: NumpyFunction, fresh: frozenset[Storage]) -> Tensor:
    """What a NumPy function that gives a tensor makes of one.

    A ufunc goes through `__array_wrap__` and gives a CPU tensor without a graph; a function that
    calls the tensor's own method (`np.squeeze`, `np.swapaxes`) keeps everything.
    """
    if not record.raises_on_grad:
        return tensor
    return Tensor(True, Grad.NO, Device.CPU, tensor.dtype, storages=fresh)


# Dtypes.


def _dtype_reason(
    record: NumpyFunction, arrays: list[Array], args: Arguments, node: ast.Call
) -> Reason | None:
    """Why the result has its dtype: it was asked for, or an array has it, or it is the default."""
    if not arrays or "dtype" in args.keywords or (cause := arrays[0].dtype_reason) is None:
        return Reason(node, "made by `{code}`")
    if record.name.rpartition(".")[2] in ROUNDING:
        return Reason(node, "rounded by `{code}`", cause, cause.depth + 1)
    return cause


def _dtype_of_result(run: Run, record: NumpyFunction, args: Arguments, first: Value) -> Dtypes:
    asked = asked_dtype(record.dtype_at, args)
    if asked is not None:
        return asked
    if isinstance(record.dtype, str):
        return frozenset({record.dtype})
    if record.name in ("numpy.arange", "numpy.full", *_OF_DATA):
        return made_of_data(run, record.name, args)
    if record.creates or (record.sequence and any(gives_objects(a, 1) for a in first.arrays)):
        return ANY_DTYPE
    if record.dtype in _OF_ALL_OPERANDS:
        numbers = len(args.positional) if record.elementwise else 2
        return combined_dtypes(run, record.dtype, args, numbers=numbers)
    known = data_dtypes(run, first)
    return frozenset(resolve(record.dtype, [name], "numpy") for name in known)


#: Rules by which more than the first argument has a say.
_OF_ALL_OPERANDS = (DtypeRule.PROMOTE, DtypeRule.FLOAT, DtypeRule.FLOAT_REAL, DtypeRule.SECOND)


# Memory.


def _storages_of_result(
    run: Run, record: NumpyFunction, args: Arguments, node: ast.Call, dtype: Dtypes
) -> frozenset[Storage]:
    fresh = run.fresh(node)
    given = args.positional[0] if args.positional else None
    shared = storages_of(given.value) if given is not None else frozenset()
    copies = args.value(None, "copy")
    passing = record.name in PASSING_ON or (
        record.name == "numpy.array" and copies is not None and truth_of(copies) is not True
    )
    if record.memory is Memory.FRESH and not passing:
        if record.name in _BLANK:
            memory.blank(run, fresh)
        return fresh
    if given is None or not shared:
        return frozenset()
    bare = record.name.rsplit(".", 1)[-1]
    if record.memory is Memory.VIEW:
        shared = viewed(shared, bare, fresh, dense=bare in _WITHOUT_GAPS)
    elif passing:
        asked = args.value(1, "dtype")
        same = cast_storages(given.value, None if asked is None else dtype, fresh)
        never = copies is None or truth_of(copies) is False or copies == NONE
        shared = same if never else frozenset()
    else:
        shared = maybe_views(shared, fresh)
    if any(tensor.sure for tensor in given.value.tensors) and given.node is not None:
        crossing = others(shared, given.value.of(Array))  # what is an array stays itself
        at = called_name(node)
        made = memory.linked(run, crossing, node, at, given.node, record.name)
        shared = made | (shared - crossing)
    return shared


# Layout.


def _laid_out(
    record: NumpyFunction, made: Array, first: Value, args: Arguments, node: ast.Call
) -> Array:
    """The result as it lies in memory, which may be that of the first argument."""
    if reads_frozen(record.name, first, args):
        return read_only(made, node)
    arrays = [each for each in first.alternatives if isinstance(each, Array)]
    if record.read_only:
        return read_only(made, node, gaps=True)
    if len(arrays) != 1 or len(first.alternatives) != 1 or record.memory is Memory.FRESH:
        return made
    source = arrays[0]
    kept = replace(source, dtype=made.dtype, ndim=made.ndim)
    if record.reverses:
        turned = replace(kept, ndim=source.ndim)
        return replace(flipped(turned, _turned_axes(record, args), node), ndim=source.ndim)
    if record.memory is Memory.VIEW:
        return rearranged(kept)
    if record.name in PASSING_ON:
        same = asked_dtype(1, args) in (None, source.dtype)
        return kept if same and args.value(None, "copy") is None else made
    return reshaped(kept, dense=all(s.dense for s in source.storages))


def _turned_axes(record: NumpyFunction, args: Arguments) -> frozenset[int | None]:
    """The axes that a flip turns round: all that the table names, or those that are asked for."""
    if len(args.positional) < 2 and not args.keywords:
        only = len(record.reverses) == 1 and record.name != "numpy.rot90"
        return frozenset(record.reverses) if only else frozenset({None})
    axis = args.value(1, "axis")
    if record.name == "numpy.rot90":
        turns = [c.value for c in (args.value(1, "k") or NUMBER).constants]
        unturned = turns and all(isinstance(k, int) and k % 4 == 0 for k in turns)
        return frozenset() if unturned else frozenset({None})
    constants = () if axis is None else axis.constants
    if len(constants) == 1 and isinstance(constants[0].value, int):
        return frozenset({constants[0].value})
    return frozenset({None})
