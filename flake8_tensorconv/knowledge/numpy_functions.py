"""What NumPy's functions and the methods of `numpy.ndarray` do with tensors and arrays."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flake8_tensorconv.knowledge.data_files import Memory, table
from flake8_tensorconv.knowledge.dtypes import Dtype, parse

__all__ = [
    "MAKING_ARRAYS",
    "ROUNDING",
    "ArrayMethod",
    "Memory",
    "NumpyFunction",
    "array_attributes",
    "function",
    "method",
    "not_about_arrays",
]

#: Functions that do nothing but make one array of what they are given.
MAKING_ARRAYS = frozenset(
    f"numpy.{name}"
    for name in (
        "array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "stack",
        "concatenate", "hstack", "vstack", "dstack", "column_stack",
    )
)  # fmt: skip
#: What reads a tensor in `array[tensor]` and in `array[...] = tensor`.
INDEX, STORED = "numpy.ndarray.__getitem__", "numpy.ndarray.__setitem__"
#: Functions that give whole numbers of whatever dtype they are given.
ROUNDING = frozenset({"floor", "ceil", "round", "rint", "trunc", "around", "fix"})


@dataclass(frozen=True)
class NumpyFunction:
    """A function of NumPy.

    Attributes:
        name: its dotted name, "numpy.sort".
        converts: the positions of the arguments that are read through `Tensor.__array__`;
            "*" means every positional argument from the position before it on.
        keywords: the names by which those arguments can be given instead.
        sequence: the first argument is a sequence of arrays, whose elements are read.
        raises_on_grad: a tensor that requires grad raises RuntimeError (while grad mode is on)
            where a plain tensor works.
        raises_always: the exception type that every tensor raises, or None.
        result: what a plain tensor as argument gives: "ndarray", "tensor", "scalar" (a NumPy
            scalar), "list", "tuple", "python" (a number, bool or None) or "other".
        result_of_array: the same for an array; what is a "scalar" without an axis argument is a
            smaller array with one. "either" is an array for arrays of some shapes and a scalar
            for others, "as given" a scalar only if a number is among the arguments, and "varies"
            any other mixture.
        parts: kind and dtype of each result of a tuple, where they are not all alike.
        memory: whose memory the result lies in, for an array.
        dtype: of the result, for an array; of a creator without a dtype argument.
        creates: makes an array from something that is none (a shape, a file, a range).
        reverses: the axes that the result steps through backwards, for a matrix and nothing else
            as arguments.
        read_only: nobody may write to the result, whatever array it is made of.
        elementwise: makes a scalar of a number, and of an array one of the same shape.
        dtype_at, size_at: positions of the parameters `dtype` and `size`.
        axis_at: position of the parameter `axis`.
        kind_with: options, with their positions, that make the result something of another kind.
        dtype_with: options, with their positions, that give it another dtype.
    """

    name: str
    converts: tuple[int | str, ...] = ()
    keywords: tuple[str, ...] = ()
    sequence: bool = False
    raises_on_grad: bool = False
    raises_always: str | None = None
    result: str = "other"
    result_of_array: str = "other"
    memory: Memory = Memory.MAYBE
    dtype: Dtype = "?"
    creates: bool = False
    reverses: tuple[int, ...] = ()
    read_only: bool = False
    elementwise: bool = False
    parts: tuple[tuple[str, Dtype], ...] = ()
    dtype_at: int | None = None
    size_at: int | None = None
    axis_at: int = 1
    kind_with: Mapping[str, int] = field(default_factory=dict)
    dtype_with: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ArrayMethod:
    """A method of `numpy.ndarray`.

    Attributes:
        name: its name.
        result: what it gives: "ndarray", "scalar" (a NumPy scalar, or an array where an axis is
            given), "list", "tuple", "python" (a number, string or None), "other".
        memory: whose memory the result lies in.
        dtype: of the result.
        read_only: nobody may write to the result.
    """

    name: str
    result: str
    memory: Memory
    dtype: Dtype
    read_only: bool = False


def _position(text: str) -> int | str:
    return int(text) if text.isdigit() else text


@functools.cache
def function(dotted: str) -> NumpyFunction | None:
    """The record of a dotted name such as "numpy.linalg.inv", or None if there is none."""
    record: Mapping[str, Any] | None = table("numpy_functions")["functions"].get(dotted)
    if record is None:
        return None
    return NumpyFunction(
        dotted,
        tuple(map(_position, record.get("converts", "").split())),
        tuple(record.get("keywords", ())),
        record.get("sequence", False),
        record.get("raises_on_grad", False),
        record.get("raises_always"),
        record.get("result", "other"),
        record.get("result_of_array", "other"),
        Memory(record.get("memory", "maybe")),
        parse(record.get("dtype", "unknown")),
        record.get("creates", False),
        tuple(map(int, record.get("reverses", "").split())),
        record.get("read_only", False),
        record.get("elementwise", False),
        tuple(map(_part, record.get("parts", ()))),
        record.get("dtype_at"),
        record.get("size_at"),
        record.get("axis_at", 1),
        record.get("kind_with", {}),
        record.get("dtype_with", {}),
    )


def _part(text: str) -> tuple[str, Dtype]:
    kind, dtype = text.split()
    return kind, parse(dtype)


@functools.cache
def method(name: str) -> ArrayMethod | None:
    """The record of a method of `numpy.ndarray`, or None if there is none."""
    record: Mapping[str, Any] | None = table("numpy_functions")["methods"].get(name)
    if record is None:
        return None
    return ArrayMethod(
        name,
        record["result"],
        Memory(record["memory"]),
        parse(record["dtype"]),
        record.get("read_only", False),
    )


@functools.cache
def array_attributes() -> frozenset[str]:
    """The names of all public attributes of `numpy.ndarray`."""
    return frozenset(table("numpy_functions")["array_attributes"])


@functools.cache
def not_about_arrays() -> frozenset[str]:
    """Dotted names of NumPy's public callables that neither read nor make arrays."""
    return frozenset(table("numpy_functions")["not_about_arrays"])


@functools.cache
def viewing_functions() -> frozenset[str]:
    """Names of the functions and methods whose result may lie in the memory of an argument."""
    known = table("numpy_functions")
    return frozenset(
        name
        for records in (known["functions"], known["methods"])
        for name, record in records.items()
        if record.get("memory") in ("view", "maybe")
    )
