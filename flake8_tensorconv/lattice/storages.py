"""Storages of results from those of operands."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable
from dataclasses import replace

from flake8_tensorconv.index.syntax import call_args, subscripts
from flake8_tensorconv.lattice.array_layout import is_dots
from flake8_tensorconv.lattice.values import Alternative, Array, Dtypes, Tensor, Tuple, Value
from flake8_tensorconv.locations.provenance import Storage
from flake8_tensorconv.locations.regions import ELEMENT, Index, Part, Step, Turn
from flake8_tensorconv.locations.rows import Rows


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


def _frozen(storage: Storage, *, dense: bool, whole: bool, picked: Step | None = None) -> Storage:
    exact = storage.rows.exact and whole
    rows = replace(storage.rows, aligned=False, exact=exact).after(picked)
    return replace(storage, dense=storage.dense and dense, rows=rows)


def views(storages: frozenset[Storage], *, dense: bool) -> frozenset[Storage]:
    """The storages as a view reaches them; `dense` tells whether it leaves no gaps."""
    return frozenset(_frozen(storage, dense=dense, whole=dense) for storage in storages)


#: Views that show a part of what is there; all others show all of it.
_NARROWING = frozenset(
    {"select", "narrow", "diagonal", "diag", "chunk", "unsafe_chunk", "split", "unsafe_split",
     "split_with_sizes", "unsafe_split_with_sizes", "tensor_split", "array_split", "hsplit",
     "vsplit", "dsplit", "unbind", "unstack", "unfold", "real", "imag"}
)  # fmt: skip


def viewed(
    storages: frozenset[Storage], name: str, fresh: frozenset[Storage], *, dense: bool
) -> frozenset[Storage]:
    """The storages as a view of the library reaches them.

    Args:
        storages: those of what it is a view of.
        name: what makes the view, without the names of modules.
        fresh: the memory that would be made at the same place: tells one view from another.
        dense: does it leave no gaps?
    """
    if name not in _NARROWING or (name == "real" and dense):
        return views(storages, dense=dense)
    made: Hashable = fresh or name
    for place in fresh:
        if isinstance(place.node, ast.Call):
            given = [(arg.keyword, _spelled_out(arg.value)) for arg in call_args(place.node)]
            if all(constant is not None for _, constant in given):
                made = (name, *given)
    return picked(storages, made)


def _spelled_out(node: ast.expr) -> int | str | bytes | None:
    match node:
        case ast.Constant(value=int() | str() | bytes() as constant) if type(constant) is not bool:
            return constant
    return None


def picked(storages: frozenset[Storage], made: Hashable) -> frozenset[Storage]:
    """The storages as a view reaches them that shows a part of what is there.

    Args:
        storages: those of what the part is of.
        made: what tells this part from others.
    """
    part = Part(made)
    return frozenset(_frozen(s, dense=False, whole=False, picked=part) for s in storages)


def elements(storages: frozenset[Storage]) -> frozenset[Storage]:
    """The storages as one element reaches them of what is iterated."""
    return frozenset(_frozen(s, dense=True, whole=False, picked=ELEMENT) for s in storages)


def member(given: Value, step: Step) -> Value:
    """One of the things that a value stands for, in a container or in the turns of a loop."""
    if not any(isinstance(each, (Tensor, Array, Tuple)) for each in given.alternatives):
        return given
    return Value(tuple(_member(each, step) for each in given.alternatives))


def _member(each: Alternative, step: Step) -> Alternative:
    if isinstance(each, Tuple):
        return replace(each, items=tuple(member(item, step) for item in each.items))
    if isinstance(each, (Tensor, Array)) and each.storages:
        found = frozenset(replace(s, rows=s.rows.after(step)) for s in each.storages)
        return replace(each, storages=found)
    return each


def field_of(storages: frozenset[Storage], key: str) -> frozenset[Storage]:
    """The memory of one field of records, or of one parameter; the others have their own."""
    return frozenset(replace(each, entry=(*each.entry, key)) for each in storages)


def entered(given: Value, key: str) -> Value:
    """What lies in a container under a key: memory of its own."""
    return in_storages(
        given, lambda found: frozenset(replace(s, entry=(key, *s.entry)) for s in found)
    )


def in_turn(given: Value, turn: Turn) -> Value:
    """What a loop gets in one of its turns: in another turn it is another thing."""
    return member(given, turn)


def turned(storages: frozenset[Storage]) -> frozenset[Storage]:
    """The storages as a transposed view reaches them: all of it, in another order."""
    return frozenset(_frozen(storage, dense=False, whole=True) for storage in storages)


def maybe_views(storages: frozenset[Storage], fresh: frozenset[Storage]) -> frozenset[Storage]:
    """The storages of a result that is a view of a dense source.

    Of others it mostly is a copy; where it is not, it is shared all the same with what is made of
    it from now on.
    """
    return views(storages, dense=True) if all(s.dense for s in storages) else fresh


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


def sliced_storages(
    storages: frozenset[Storage], node: ast.AST, index: Index | None
) -> frozenset[Storage]:
    """The storages of `x[...]` with basic indices: a part of the first axis leaves no gaps.

    Args:
        storages: those of `x`.
        node: the subscript, or a call that comes to one.
        index: its indices, as far as they are known.
    """
    if not isinstance(node, ast.Subscript) or index is None:
        return picked(storages, node)
    indices = subscripts(node)
    first = _literal_index(indices[0])
    if len(indices) == 1 and (first == slice(None) or is_dots(indices[0])):
        return storages  # all of it, as it is
    dense = len(indices) == 1 and not (isinstance(first, slice) and first.step is not None)
    return frozenset(
        replace(s, dense=s.dense and dense, rows=_within(s.rows.taken(first), node).after(index))
        for s in storages
    )


def _within(rows: Rows, node: ast.Subscript) -> Rows:
    """The rows, as far as all of the indices reach them."""
    return replace(rows, exact=False) if len(subscripts(node)) > 1 else rows


def _literal_index(index: ast.expr) -> slice | int | None:
    """A literal index without counting from the end; None for any other."""
    if not isinstance(index, ast.Slice):
        return _literal(index)
    start, stop = _literal(index.lower), _literal(index.upper)
    if (start is None and index.lower is not None) or (stop is None and index.upper is not None):
        return None
    backwards = index.step is not None and _literal(index.step) is None
    return None if backwards else slice(start, stop, _literal(index.step))


def _literal(node: ast.expr | None) -> int | None:
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None


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
