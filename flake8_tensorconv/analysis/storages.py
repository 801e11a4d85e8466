"""Storages of results from those of operands."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from flake8_tensorconv.analysis.values import Array, Dtypes, Storage, Tensor, Value

def storages_of(given: Value) -> frozenset[Storage]:
    """The storages that a tensor or array may lie in."""
    return frozenset(
        storage
        for each in given.alternatives
        if isinstance(each, (Tensor, Array))
        for storage in each.storages
    )


def views(storages: frozenset[Storage], *, dense: bool) -> frozenset[Storage]:
    """The storages as a view reaches them; `dense` tells whether it leaves no gaps."""
    if dense:
        return storages
    return frozenset(replace(s, dense=False) if s.dense else s for s in storages)


def maybe_views(storages: frozenset[Storage]) -> frozenset[Storage]:
    """The storages of a result that is a view if its source lies densely; of others none is known."""
    return storages if all(s.dense for s in storages) else frozenset()


def in_place(old: Value, new: Value) -> Value:
    """The result of `old += ...`: a tensor or array stays where it was."""
    kept = {type(each): each.storages for each in old.alternatives if isinstance(each, _HOLDERS)}
    return Value(
        tuple(
            replace(each, storages=kept[type(each)])
            if isinstance(each, _HOLDERS) and type(each) in kept
            else each
            for each in new.alternatives
        )
    )


_HOLDERS = (Tensor, Array)


def sliced_storages(storages: frozenset[Storage], node: cst.CSTNode) -> frozenset[Storage]:
    """The storages of `x[...]`: a part of the first axis leaves no gaps."""
    dense = isinstance(node, cst.Subscript) and len(node.slice) == 1
    if dense and isinstance(node, cst.Subscript):
        index = node.slice[0].slice
        dense = isinstance(index, cst.Index) or (
            isinstance(index, cst.Slice) and index.step is None
        )
    return views(storages, dense=dense)


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
