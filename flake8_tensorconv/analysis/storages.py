"""Storages of results from those of operands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from flake8_tensorconv.analysis.array_layout import is_dots
from flake8_tensorconv.analysis.provenance import Storage
from flake8_tensorconv.analysis.rows import Index, Rows
from flake8_tensorconv.analysis.values import Alternative, Array, Dtypes, Tensor, Value


def storages_of(given: Value) -> frozenset[Storage]:
    """The storages that a tensor or array may lie in."""
    return frozenset(
        storage
        for each in given.alternatives
        if isinstance(each, (Tensor, Array))
        for storage in each.storages
    )


def in_storages(given: Value, change: Callable[[frozenset[Storage]], frozenset[Storage]]) -> Value:
    """The value with the storages of its tensors and arrays changed."""
    return Value(
        tuple(
            replace(each, storages=change(each.storages)) if isinstance(each, _HOLDERS) else each
            for each in given.alternatives
        )
    )


def _frozen(storage: Storage, *, dense: bool, whole: bool) -> Storage:
    exact = storage.rows.exact and whole
    rows = replace(storage.rows, aligned=False, exact=exact).after(None)
    return replace(storage, dense=storage.dense and dense, rows=rows)


def views(storages: frozenset[Storage], *, dense: bool) -> frozenset[Storage]:
    """The storages as a view reaches them; `dense` tells whether it leaves no gaps."""
    return frozenset(_frozen(storage, dense=dense, whole=dense) for storage in storages)


def turned(storages: frozenset[Storage]) -> frozenset[Storage]:
    """The storages as a transposed view reaches them: all of it, in another order."""
    return frozenset(_frozen(storage, dense=False, whole=True) for storage in storages)


def maybe_views(storages: frozenset[Storage]) -> frozenset[Storage]:
    """The storages of a result that is a view of a dense source; of others none is known."""
    return views(storages, dense=True) if all(s.dense for s in storages) else frozenset()


def in_place(old: Value, new: Value) -> Value:
    """The result of `old += ...`: a tensor or array stays where it was, with the axes it has."""
    kept: dict[type, Alternative] = {
        type(each): each for each in old.alternatives if isinstance(each, _HOLDERS)
    }
    return Value(tuple(_stay(each, kept.get(type(each))) for each in new.alternatives))


def _stay(new: Alternative, old: Alternative | None) -> Alternative:
    if isinstance(new, Array) and isinstance(old, Array):
        return old
    if isinstance(new, Tensor) and isinstance(old, Tensor):
        return replace(new, storages=old.storages, ndim=old.ndim)
    return new


_HOLDERS = (Tensor, Array)


def sliced_storages(storages: frozenset[Storage], node: cst.CSTNode) -> frozenset[Storage]:
    """The storages of `x[...]` with basic indices: a part of the first axis leaves no gaps."""
    if not isinstance(node, cst.Subscript):
        return views(storages, dense=False)
    index = _literal_index(node.slice[0].slice)
    if len(node.slice) == 1 and (index == slice(None) or is_dots(node.slice[0].slice)):
        return storages  # all of it, as it is
    dense = len(node.slice) == 1 and not (isinstance(index, slice) and index.step is not None)
    return frozenset(
        replace(s, dense=s.dense and dense, rows=_within(s.rows.taken(index), node))
        for s in storages
    )


def _within(rows: Rows, node: cst.Subscript) -> Rows:
    """The rows, as far as all of the indices reach them."""
    if len(node.slice) > 1:
        rows = replace(rows, exact=False)
    return rows.after(_spelled_out(node))


def _spelled_out(node: cst.Subscript) -> Index | None:
    """The indices, if all of them are literal."""
    result: list[int | tuple[int | None, int | None, int | None]] = []
    for element in node.slice:
        index = _literal_index(element.slice)
        if index is None:
            return None
        if isinstance(index, slice):
            result.append((index.start, index.stop, index.step))
        else:
            result.append(index)
    return tuple(result)


def _literal_index(index: cst.BaseSlice) -> slice | int | None:
    """A literal index without counting from the end; None for any other."""
    if isinstance(index, cst.Index):
        if isinstance(index.value, cst.Ellipsis):
            return None
        return _literal(index.value)
    assert isinstance(index, cst.Slice)
    start, stop = _literal(index.lower), _literal(index.upper)
    if (start is None and index.lower is not None) or (stop is None and index.upper is not None):
        return None
    backwards = index.step is not None and _literal(index.step) is None
    return None if backwards else slice(start, stop, _literal(index.step))


def _literal(node: cst.BaseExpression | None) -> int | None:
    return int(node.value, 0) if isinstance(node, cst.Integer) else None


def cast_storages(
    given: Value, dtype: Dtypes | None, fresh: frozenset[Storage]
) -> frozenset[Storage]:
    """The memory of a cast that copies only where it has to.

    Args:
        given: what is cast.
        dtype: the dtypes that may be asked for; None: none is.
        fresh: the memory of a copy.
    """
    if dtype is None:
        return storages_of(given)
    before = {
        name
        for each in given.alternatives
        if isinstance(each, (Array, Tensor))
        for name in each.dtype
    }
    if before == dtype and len(dtype) == 1 and "?" not in dtype:
        return storages_of(given)
    return fresh if not before & {"?", *dtype} and "?" not in dtype else frozenset()


def others(storages: frozenset[Storage], given: Value) -> frozenset[Storage]:
    """Those of the storages that do not reach the memory of a value."""
    known = {storage.memory for storage in storages_of(given)}
    return frozenset(storage for storage in storages if storage.memory not in known)
