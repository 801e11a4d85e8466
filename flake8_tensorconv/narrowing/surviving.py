"""What has gone through an operation is something that allows it: the rest has raised.

After `x.shape` x is no list, after `x[..., 0]` neither, after `len(x)` no number, after `x + 1` not
None. Only where Python raises for certain an alternative is dropped, and never the last one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.contents.turns import narrowed
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import is_constant, subscripts
from flake8_tensorconv.lattice.array_layout import is_dots
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.scalars import is_text
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

#: Does the operation raise for an alternative, for certain?
Raises = Callable[[Alternative], bool]


def survivors(run: Run, node: ast.expr, given: Value, raises: Raises) -> Value:
    """Go on where an operation on `node` has not raised.

    Args:
        run: the run.
        node: the expression that it works on; if it is a variable, what is dropped stays dropped.
        given: what that may be.
        raises: of which alternatives it raises.

    Returns:
        What it still may be.
    """
    if len(given.alternatives) < 2:
        return given

    def keep(each: Alternative) -> tuple[Alternative, ...]:
        return () if raises(each) else (each,)

    kept = tuple(k for each in given.alternatives for k in narrowed(each, keep))
    if not kept or len(kept) == len(given.alternatives):
        return given
    left = Value(kept)
    if isinstance(node, ast.Name) and run.is_local(node.id):
        refine(run, node, left)
    return left


def has_no_items(run: Run, each: Alternative, node: ast.Subscript) -> bool:
    """Does `each[...]`, as written, raise for certain?"""
    if _is_none(each) or _is_number(each) or _kind(run, each) is Kind.SET:
        return True
    indices = subscripts(node)
    slices = any(isinstance(index, ast.Slice) for index in indices)
    if _kind(run, each) is Kind.DICT:
        return slices
    text = len(indices) == 1 and _is_string(indices[0])
    if isinstance(each, Tensor):
        return each.sure and text
    sequence = _is_sequence(run, each) or is_text(each)
    return sequence and (len(indices) > 1 or text or _is_new_axis(indices[0]))


def has_no_elements(run: Run, each: Alternative) -> bool:
    """Do `len(each)` and `for x in each` raise for certain?"""
    return _is_none(each) or _is_number(each)


#: What lists and tuples do only with their like: `*` repeats them, `+=` adds to them.
_SUMS = (ast.Add, ast.Sub, ast.Div, ast.FloorDiv, ast.Pow)


def does_not_count(run: Run, each: Alternative, operator: ast.operator, other: Value) -> bool:
    """Does `each <operator> other`, either way round, raise for certain?"""
    sequence = isinstance(each, Tuple) or _kind(run, each) is Kind.LIST
    if sequence and not isinstance(operator, _SUMS):
        return False
    if not (sequence or _is_none(each) or _kind(run, each) is Kind.DICT):
        return False
    return bool(other) and all(
        _is_number(b)
        or (isinstance(b, Tensor) and b.sure)
        or (isinstance(b, Array) and not sequence)
        for b in other.alternatives
    )


def _is_none(each: Alternative) -> bool:
    return isinstance(each, Constant) and each.value is None


def _is_number(each: Alternative) -> bool:
    """Is it surely a number of Python?"""
    if isinstance(each, Constant):
        return isinstance(each.value, (int, float, complex))
    return isinstance(each, Plain) and each.what in ("int", "float", "bool") and not each.dtype


def _kind(run: Run, each: Alternative) -> Kind | None:
    return run.object(each).kind if isinstance(each, Ref) else None


def _is_sequence(run: Run, each: Alternative) -> bool:
    """Is it surely a list or tuple?"""
    if isinstance(each, Many):
        return each.plain
    return isinstance(each, Tuple) or _kind(run, each) is Kind.LIST


def _is_string(index: ast.expr) -> bool:
    text = isinstance(index, ast.Constant) and isinstance(index.value, (str, bytes))
    return text or isinstance(index, ast.JoinedStr)


def _is_new_axis(index: ast.expr) -> bool:
    return is_constant(index, None) or is_dots(index)
