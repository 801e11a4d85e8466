"""What is left where there is nothing to go through: loops without turns, sums of nothing.

Whatever is looped over is taken to hold something: that a model has no parameters, or a loader no
batches, is nobody's case, and the facts of what a loop has made say nothing of it. But the program
runs then as well, and a fix must not break it. So what a value is then is kept, as `Otherwise`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flake8_tensorconv.knowledge.dtypes import NUMPY_DTYPES
from flake8_tensorconv.knowledge.dtypes import UNKNOWN as UNKNOWN_DTYPE
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.must import Paths
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Constant,
    Grad,
    Otherwise,
    Plain,
    Ref,
    Tensor,
    Value,
    value,
)


def left_over(before: Any, after: Any) -> Any:
    """An entry of the state behind a loop, and what it was before if that was no such thing.

    Args:
        before: the entry where the loop begins; None if there is none.
        after: the entry where its turns end.
    """
    match before, after:
        case Value(), Value():
            return or_else(after, before)
        case Object(), Object() if before is not after:
            return _with_old_items(before, after)
        case Paths() | None, Paths() if before is not after:
            return _with_old_paths(Paths() if before is None else before, after)
        case _:
            return after


def blurred(before: Any, after: Any) -> Any:
    """An object behind a loop that has switched the gradients of some parameters on or off.

    Of which of those that it went through, is not known: of none that it was done, or was not.

    Args:
        before: the entry where the loop begins.
        after: the entry behind the loop.
    """
    if not isinstance(before, Object) or not isinstance(after, Object) or before is after:
        return after

    def blur(each: Tensor) -> Tensor:
        mixed = each.role == "parameter" and each.grad & Grad.YES and each.grad & Grad.NO
        return replace(each, grad=Grad.UNKNOWN) if mixed else each

    held = {
        key: item if before.items.get(key) is item else item.with_tensors(blur)
        for key, item in after.items.items()
    }
    return replace(after, items=held)


def _with_old_items(before: Object, after: Object) -> Object:
    """What an object holds behind a loop, or held before, if it held anything there."""
    # Where nothing was stored there may be an attribute of the class, or an entry from elsewhere.
    others = value(Otherwise()) if after.kind is Kind.INSTANCE else before.rest
    held = {key: or_else(item, before.items.get(key, others)) for key, item in after.items.items()}
    fewer = after.fewer or (after.kind is Kind.DICT and bool(held.keys() - before.items.keys()))
    if fewer == after.fewer and all(held[key] is item for key, item in after.items.items()):
        return after
    return replace(after, items=held, fewer=fewer)


def _with_old_paths(before: Paths, after: Paths) -> Paths:
    """What access paths hold behind a loop, or held before."""
    unknown = value(Otherwise())
    held = {path: or_else(new, before.held.get(path, unknown)) for path, new in after.held.items()}
    return after if all(held[path] is new for path, new in after.held.items()) else Paths(held)


def or_else(made: Value, default: Value) -> Value:
    """A value, and what it is where there is nothing to make it of.

    A default of the same kind as the value goes without saying: fixes that suit one suit both. A
    tensor of a dtype that NumPy does not have is of another kind: what casts it would cast both.
    """
    if made is default or not made.alternatives:
        return made
    others = (_otherwise(each) for each in default.alternatives if not _is_like(each, made))
    return join(made, Value(tuple(others)))


#: Dtypes that no fix has to cast.
_CAST_BY_NONE = NUMPY_DTYPES | {UNKNOWN_DTYPE}


def _is_like(each: Alternative, made: Value) -> bool:
    if isinstance(each, Tensor):
        return any(
            tensor.sure <= each.sure
            and (tensor.dtype <= _CAST_BY_NONE or each.dtype <= tensor.dtype)
            for tensor in made.tensors
        )
    if isinstance(each, Array):
        return any(array.sure <= each.sure for array in made.arrays)
    return each in made.alternatives


def _otherwise(each: Alternative) -> Otherwise:
    match each:
        case Otherwise():
            return each
        case Constant() | Plain() | Ref():
            return Otherwise(each)
        case Array(sure=True):
            return Otherwise(Array())
        case _:
            return Otherwise()


def narrowed(
    each: Alternative, keep: Callable[[Alternative], tuple[Alternative, ...]]
) -> tuple[Alternative, ...]:
    """What a test leaves of an alternative; `keep` says that for those that are no `Otherwise`."""
    if not isinstance(each, Otherwise):
        return keep(each)
    if each.what is None:
        return (each,)
    return tuple(_otherwise(kept) for kept in keep(each.what))
