"""Item access is a conversion: `array[...] = tensor`, `array[tensor]`, `tensor[...] = array`.

Measured: an array reads a tensor that is stored in it through `Tensor.__array__`, unless it is
stored in a single element, which asks the tensor for a Python number and works for every one. An
index is read in the same way, unless it is a single integer. An array of objects reads nothing. A
tensor takes no array and few NumPy scalars.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from flake8_tensorconv.engine.asking import is_caught, is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import STORED_IN_TENSOR, Refused
from flake8_tensorconv.hazards.reading import tell_read
from flake8_tensorconv.index.syntax import subscripts
from flake8_tensorconv.knowledge.dtypes import is_complex, is_floating
from flake8_tensorconv.knowledge.item_access import scalars_not_stored
from flake8_tensorconv.knowledge.numpy_functions import INDEX, STORED
from flake8_tensorconv.lattice.array_layout import adds_axis, is_dots
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Constant,
    Many,
    Plain,
    Ref,
    Tensor,
    Tuple,
    Value,
)


def tell_index(
    run: Run, node: ast.Subscript, holder: Value, operand: ast.expr, given: Value
) -> None:
    """`array[tensor]`: one of the indices, which the array reads as an array itself."""
    if not given.tensors or not run.program.events.kept or not _is_numbers(holder.expected):
        return
    read = Value(tuple(each for each in given.alternatives if _is_read_as_index(each)))
    if read.tensors:
        tell_read(run, node, operand, operand, read, INDEX, elements=False)


def _is_read_as_index(each: Alternative) -> bool:
    """Is it no tensor, or one that is no single integer, and that can be an index at all?"""
    if not isinstance(each, Tensor):
        return True
    if not each.sure or any(is_floating(dtype) or is_complex(dtype) for dtype in each.dtype):
        return False
    return each.dtype == {"bool"} or bool(each.ndim)


def tell_stored(
    run: Run,
    target: ast.Subscript,
    holder: Value,
    index: Sequence[Value],
    operand: ast.expr,
    new: Value,
) -> None:
    """`holder[...] = new`, where one of the two is an array and the other one a tensor.

    Args:
        run: the run.
        target: the item that is assigned to.
        holder: what it is an item of.
        index: its indices, without slices.
        operand: the expression that is assigned.
        new: what that may be.
    """
    if not run.program.events.kept:
        return
    if _is_numbers(holder.expected):
        if all(_stays_array(run, each, target, index) for each in holder.arrays):
            tell_read(run, target, operand, operand, new, STORED)
    elif holder.expected.is_tensor and is_told(run) and not is_caught(run, "TypeError"):
        given = new.expected
        if given and all(map(_is_not_stored, given.alternatives)):
            if all(tensor.declared for tensor in holder.tensors):
                given = Value(tuple(map(_as_declared, given.alternatives)))
            name = run.file.torch_name
            run.program.tell(
                Refused(
                    call=target,
                    at=operand,
                    operand=operand,
                    via=STORED_IN_TENSOR,
                    error="TypeError",
                    given=given,
                    torch_name=name,
                    elsewhere=new,
                )
            )


def _as_declared(each: Alternative) -> Alternative:
    return replace(each, declared=True) if isinstance(each, Array) else each


def _is_not_stored(each: Alternative) -> bool:
    """Is it surely an array, or a NumPy scalar that is no Python number to torch?"""
    if isinstance(each, Array):
        return each.sure and "object" not in each.dtype
    return isinstance(each, Plain) and bool(each.dtype) and each.dtype <= scalars_not_stored()


def _is_numbers(holder: Value) -> bool:
    """Is it surely an array, and one of numbers?"""
    return holder.is_array and not any("object" in each.dtype for each in holder.arrays)


def _stays_array(run: Run, array: Array, target: ast.Subscript, index: Sequence[Value]) -> bool:
    """Is what the indices take from the array surely an array, and no single element?"""
    pieces = subscripts(target)
    if any(isinstance(piece, ast.Slice) or is_dots(piece) or adds_axis(piece) for piece in pieces):
        return True
    if any(_is_fancy(run, each) for each in index):
        return True
    taken = [_axes_taken(each) for each in index]
    return array.ndim is not None and None not in taken and sum(filter(None, taken)) < array.ndim


def _is_fancy(run: Run, index: Value) -> bool:
    """Is it surely a list, an array, a tensor with axes, or a slice that a variable holds?"""

    def fancy(each: Alternative) -> bool:
        match each:
            case Array(sure=sure, ndim=ndim):
                return sure and ndim != 0
            case Tensor():
                return _is_read_as_index(each)
            case Many():
                return True
            case Ref():
                return run.object(each).kind is Kind.LIST
            case _:
                return each in (Plain("slice"), Plain("bool"))  # a mask, or what adds an axis

    return bool(index.alternatives) and all(map(fancy, index.alternatives))


def _axes_taken(index: Value) -> int | None:
    """How many axes an index takes at most; None if that is not known."""
    taken: int | None = 0
    for each in index.alternatives:
        match each:
            case Constant(value=int()) | Array(sure=True) | Tensor(sure=True):
                count = 1
            case Plain(what="number" | "int"):
                count = 1
            case Tuple(items=items):
                count = len(items)
            case _:
                return None
        taken = max(taken or 0, count)
    return taken
