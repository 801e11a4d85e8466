"""Array, scalar, tuple or number: which kind of result a function of NumPy gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import ndim_of
from flake8_tensorconv.knowledge.dtypes import resolve
from flake8_tensorconv.knowledge.numpy_functions import NumpyFunction
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.scalars import is_single, numpy_scalar
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    NUMBER,
    OBJECT,
    UNKNOWN,
    Alternative,
    Array,
    Constant,
    Device,
    Dtypes,
    Grad,
    Many,
    Plain,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)

#: Whatever it is: NumPy puts no graph and no accelerator into it.
OF_NUMPY = value(Tensor(sure=False, grad=Grad.NO, device=Device.CPU))
#: They take sizes one by one, and give a Python float without any.
_OF_SIZES = {"rand", "randn"}
#: They give an array in any case.
_ALWAYS_ARRAYS = {"permutation", "permuted", "dirichlet", "multinomial", "multivariate_normal",
                  "multivariate_hypergeometric"}  # fmt: skip


def is_asked(options: Mapping[str, int], args: Arguments) -> bool:
    """Is one of some options given, by name or at its position?"""
    if args.more is not None or args.more_keywords is not None:
        return bool(options)
    return any(
        name in args.keywords or 0 <= place < len(args.positional)
        for name, place in options.items()
    )


def unique(array: Array, args: Arguments) -> Value:
    """What `np.unique` gives: the values, and indices for each thing that is asked for."""
    asked = [
        name
        for name in ("return_index", "return_inverse", "return_counts")
        if name in args.keywords and truth_of(args.keywords[name].value) is not False
    ]
    whole = array if "axis" in args.keywords else replace(array, ndim=1)
    if len(args.positional) > 1 or args.more_keywords is not None:
        return OF_NUMPY
    if not asked:
        return value(whole)
    indices = value(Array(frozenset({"int64"})))
    return value(Tuple((value(whole), *([indices] * len(asked)))))


def elementwise(array: Array, args: Arguments) -> Value:
    """What a ufunc gives: an array for arrays, a scalar for numbers."""
    operands = [argument.value for argument in args.positional[:2]]
    if any(each.alternatives and not each.without(Array) for each in operands):
        axes = [ndim_of(each) for each in operands if each.of(Array)]
        known = [ndim for ndim in axes if ndim is not None]
        whole = len(operands) == len(axes) == len(known)
        return value(replace(array, ndim=max(known) if whole else None))
    if all(is_single(each) for operand in operands for each in operand.alternatives):
        return numpy_scalar(array.dtype)
    return either(array)


def either(array: Array) -> Value:
    """An array or a scalar, which nobody can tell."""
    return value(replace(array, ndim=None), Plain("number"))


def as_given(run: Run, array: Array, args: Arguments) -> Value:
    """An array of arrays; if a number is among the arguments perhaps a scalar."""
    given = [each for a in args.positional for each in a.value.alternatives]
    sequences = bool(given) and all(_is_sequence(run, each) for each in given)
    return value(array) if sequences else either(array)


def _is_sequence(run: Run, each: Alternative) -> bool:
    return isinstance(each, (Array, Tuple)) or (
        isinstance(each, Ref) and run.object(each).kind is Kind.LIST
    )


def is_data(run: Run, given: Value) -> bool:
    """Is it surely an array, a number, or a list of them? A table of pandas reduces otherwise."""
    return all(
        isinstance(each, (Array, Tuple, Constant))
        or (isinstance(each, Plain) and each.is_number)
        or (isinstance(each, Ref) and run.object(each).kind is Kind.LIST)
        for each in given.alternatives
    )


def shaped(kind: str, array: Array) -> Value:
    """A result of the kind that a table names."""
    if kind in ("ndarray", "tensor"):
        return value(array)
    if kind == "either":
        return either(array)
    if kind in ("list", "tuple"):
        return value(Many(value(array)))
    if kind == "python":
        return NUMBER
    return OF_NUMPY if kind == "varies" else OBJECT


def parts(record: NumpyFunction, array: Array, dtypes: Dtypes, *, other_dtypes: bool) -> Value:
    """What a function gives whose results are not all alike.

    Args:
        record: the function.
        array: what its table says of all results together.
        dtypes: those of the argument.
        other_dtypes: an option is given that changes the dtypes.
    """
    items: list[Value] = []
    for kind, dtype in record.parts:
        found = frozenset(
            dtype if isinstance(dtype, str) else resolve(dtype, [name], "numpy") for name in dtypes
        )
        known = frozenset({"?"}) if other_dtypes else found
        each = replace(array, dtype=known, ndim=None)
        if kind == "scalar":
            items.append(numpy_scalar(known))
        elif kind in ("ndarray", "either"):
            items.append(shaped(kind, each))
        else:  # a list, a text ...
            items.append(OF_NUMPY)
    return value(Tuple(tuple(items)))


def reduced(array: Array, given: Value, rest: Arguments, *, sure: bool, axis_at: int = 1) -> Value:
    """What a reduction gives: a scalar, or an array if an axis is named and there are more.

    Args:
        array: the array that it gives, if it gives one.
        given: what is reduced.
        rest: the other arguments.
        sure: is that surely data of NumPy?
        axis_at: the position of the axis, that of `given` included.
    """
    if any("object" in each.dtype for each in given.arrays):
        return UNKNOWN  # what the objects make of each other
    scalar = numpy_scalar(array.dtype)
    if not sure or (array.storages == frozenset() and rest.get(None, "out") is not None):
        return value(array, Plain("number"))
    whole = not rest.positional and not rest.keywords and rest.more is None
    if whole:
        return scalar
    axis = rest.value(axis_at - 1, "axis")
    ndim = ndim_of(given)
    keeps = rest.value(None, "keepdims")
    one = axis is not None and all(isinstance(c.value, int) for c in axis.constants)
    if axis is None or not one or not axis.constants or ndim is None or keeps is not None:
        return value(array, Plain("number"))
    return scalar if ndim == 1 else value(replace(array, ndim=ndim - 1))


def drawn(name: str, size_at: int | None, array: Array, args: Arguments) -> Value:
    """Random numbers: an array of a size or for arrays, a number for numbers.

    Args:
        name: the function of `numpy.random`, or the generator's method of the same name.
        size_at: the position of its parameter `size`.
        array: the array that it gives, if it gives one.
        args: what it is given.
    """
    bare = name.rsplit(".", 1)[-1]
    size = args.get(size_at, "size")
    if size is not None and Constant(None) not in size.value.alternatives:
        shape = size.value.alternatives
        sure = bool(shape) and not size.value.is_unknown
        return value(array) if sure else either(array)
    if args.more is not None or args.more_keywords is not None:
        return either(array)  # `rand(*shape)`
    if bare in _OF_SIZES:
        return value(array) if args.positional else value(Plain("float"))
    if bare in _ALWAYS_ARRAYS:
        return value(array)
    if not args.positional and not args.keywords:
        return value(Plain("float")) if array.dtype == {"float64"} else NUMBER
    if any(a.value.is_array for a in args.positional) and bare != "choice":
        return value(replace(array, ndim=None))
    return either(array)
