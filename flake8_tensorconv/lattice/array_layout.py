"""How NumPy's views lie in memory: which axes they step through backwards, what is read-only."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from flake8_tensorconv.index.syntax import is_constant, last_name, subscripts
from flake8_tensorconv.lattice.values import Array, ArrayLayout
from flake8_tensorconv.locations.provenance import Reason

Axes = frozenset[int | None]


def plain(array: Array) -> Array:
    """The array, copied: in order, and writable."""
    return replace(array, layout=ArrayLayout.PLAIN, reversed_axes=frozenset(), layout_reason=None)


def read_only(array: Array, node: ast.AST, *, gaps: bool = False) -> Array:
    """The array, held read-only from now on; `gaps`: its elements do not lie side by side."""
    layout = array.layout & ArrayLayout.REVERSED | ArrayLayout.READ_ONLY
    layout |= ArrayLayout.GAPS if gaps else ArrayLayout(0)
    return replace(array, layout=layout, layout_reason=Reason(node, "read-only: `{code}`"))


def reshaped(array: Array, *, dense: bool) -> Array:
    """What a function gives that makes a view where it can: a copy has no claims to it."""
    return forwards(array) if dense and not array.layout & ArrayLayout.GAPS else plain(array)


def writable_again(array: Array) -> Array:
    """The array, which may be written to from now on."""
    frozen = ArrayLayout.READ_ONLY | ArrayLayout.GAPS
    return replace(array, layout=array.layout & ~frozen or ArrayLayout.PLAIN)


def rearranged(array: Array) -> Array:
    """A view with axes added, taken away or swapped: which one runs backwards is lost."""
    axes: Axes = frozenset({None}) if array.reversed_axes else frozenset()
    return replace(array, reversed_axes=axes)


def forwards(array: Array) -> Array:
    """The array without the claim that it has negative strides."""
    layout = array.layout & ~ArrayLayout.REVERSED or ArrayLayout.PLAIN
    return replace(array, layout=layout, reversed_axes=frozenset())


def _doubtful(array: Array) -> Array:
    """The array without a claim about its strides, and without one about what flips do to them."""
    return replace(forwards(array), reversed_axes=frozenset({None}))


def flipped(array: Array, axes: Axes, node: ast.AST) -> Array:
    """The array with some axes turned round.

    Args:
        array: what is flipped.
        axes: the axes, counted as in `Array.reversed_axes`.
        node: the flipping expression.

    Returns:
        The view. Nothing is claimed of what may have been turned round twice on one axis.
    """
    if not axes:
        return array
    axes = _canonical(axes, array.ndim)
    before = _canonical(array.reversed_axes, array.ndim)
    both = before | axes
    signs = {None if axis is None else axis < 0 for axis in both}
    if before and (len(signs) > 1 or None in signs):
        return _doubtful(array)
    after = both - (before & axes)
    if not after:
        return forwards(array)
    kept = array.layout & (ArrayLayout.READ_ONLY | ArrayLayout.GAPS)
    maybe = array.layout & ArrayLayout.PLAIN if before & axes else ArrayLayout(0)
    cause = array.layout_reason
    depth = 0 if cause is None else cause.depth + 1
    reason = Reason(node, "stepped through backwards: `{code}`", cause, depth)
    return replace(
        array,
        layout=ArrayLayout.REVERSED | kept | maybe,
        reversed_axes=after,
        layout_reason=reason,
    )


def indexed(array: Array, node: ast.Subscript) -> Array:
    """The array as indices that copy nothing leave it; `ndim` is not looked after."""
    indices = subscripts(node)
    dots = next((i for i, index in enumerate(indices) if is_dots(index)), None)
    back: list[ast.expr] = []
    if dots is not None:
        if array.ndim is None:
            indices, back = indices[:dots], indices[:dots:-1]
        else:
            named = sum(not adds_axis(index) for index in indices) - 1
            rest = [_WHOLE] * max(array.ndim - named, 0)
            indices = [*indices[:dots], *rest, *indices[dots + 1 :]]
    before = _numbered(indices)
    behind = _numbered(back)
    places = {**before.places, **{~old: ~new for old, new in behind.places.items()}}
    gone = before.gone | {~axis for axis in behind.gone}
    axes: set[int | None] = set()
    doubt = False
    for axis in _canonical(array.reversed_axes, array.ndim):
        if axis is None:
            axes |= set() if gone else {None}
        elif axis in places:
            axes.add(places[axis])
        elif before.gone if axis < 0 else behind.gone:
            doubt = True  # counted from the other side, an axis that is taken away may be this one
        elif axis not in gone:
            axes.add(axis + before.shift if axis >= 0 else axis - behind.shift)
    kept = replace(array, reversed_axes=frozenset(axes), ndim=None)
    if not axes:
        kept = _doubtful(kept) if doubt else forwards(kept)
    turned: Axes = before.turned | {~axis for axis in behind.turned}
    result = flipped(kept, turned, node)
    return replace(result, ndim=array.ndim)


class _Numbered(NamedTuple):
    """What a row of indices does to axes, counted from its side.

    Attributes:
        places: the new numbers of the axes that stay.
        gone: the axes that are taken away.
        turned: the new numbers of those that are stepped through backwards.
        shift: by how much the numbers of all further axes change.
    """

    places: dict[int, int]
    gone: frozenset[int]
    turned: frozenset[int]
    shift: int


def _numbered(indices: Sequence[ast.expr]) -> _Numbered:
    places: dict[int, int] = {}
    gone: set[int] = set()
    turned: set[int] = set()
    old = new = 0
    for index in indices:
        if adds_axis(index):
            new += 1
            continue
        if isinstance(index, ast.Slice):
            places[old] = new
            if steps_backwards(index):
                turned.add(new)
            new += 1
        else:
            gone.add(old)
        old += 1
    return _Numbered(places, frozenset(gone), frozenset(turned), new - old)


_WHOLE = ast.Slice()


def is_dots(index: ast.expr) -> bool:
    """Is it `...`?"""
    return type(index) is ast.Constant and index.value is ...


def adds_axis(index: ast.expr) -> bool:
    """Is it `None` or `np.newaxis`?"""
    return is_constant(index, None) or last_name(index) == "newaxis"


def steps_backwards(index: ast.Slice) -> bool:
    """Has it a negative step, by its text?"""
    step = index.step
    return (
        isinstance(step, ast.UnaryOp)
        and isinstance(step.op, ast.USub)
        and isinstance(step.operand, ast.Constant)
        and type(step.operand.value) is int
    )


def _canonical(axes: Axes, ndim: int | None) -> Axes:
    """The axes counted from the front where it is known how many there are."""
    if ndim is None:
        return axes
    return frozenset(axis + ndim if axis is not None and axis < 0 else axis for axis in axes)


def row(array: Array) -> Array:
    """What a loop over the array gets; `ndim` is not looked after."""
    return indexed(array, _FIRST)


_FIRST = ast.Subscript(ast.Name("_"), ast.Constant(0))
