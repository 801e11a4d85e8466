"""Joining values: what may be either of two things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flake8_tensorconv.lattice.sizes import MAX_SIZE
from flake8_tensorconv.lattice.values import (
    NOTHING,
    Alternative,
    Array,
    ArrayLayout,
    Class,
    Constant,
    Device,
    DeviceObject,
    DtypeObject,
    Function,
    Grad,
    Layout,
    Many,
    Method,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
)
from flake8_tensorconv.locations.provenance import Origin, Reason, Storage

#: More different constants than this are one "some number" or "some string".
MAX_CONSTANTS = 6
MAX_STORAGES = 8
#: With this many axes and more, numbers of axes are not told apart.
MAX_AXES = 5
#: More different objects than this are "something".
MAX_OBJECTS = 60
_SOMETHING = Plain("object", widened=True)
UNKNOWN_STORAGE = Storage(Origin.UNKNOWN)
_ANY_STORAGE = frozenset({UNKNOWN_STORAGE})


def _merge_storages(a: frozenset[Storage], b: frozenset[Storage]) -> frozenset[Storage]:
    both = a | b
    return both if len(both) <= MAX_STORAGES and UNKNOWN_STORAGE not in both else _ANY_STORAGE


def _worse(
    a: Reason | None, b: Reason | None, flags_a: int, flags_b: int, order: tuple[int, ...]
) -> Reason | None:
    """The reason of the side that has the more telling flag."""
    if a is b or flags_a == flags_b:
        return a
    for flag in order:
        if flags_a & flag:
            return a
        if flags_b & flag:
            return b
    return a


def join_tensors(a: Tensor, b: Tensor) -> Tensor:
    """The tensor that may be either."""
    if a == b:
        return a
    special = (Layout.SPARSE, Layout.CONJ, Layout.NEG, Layout.STRIDED)
    return Tensor(
        sure=a.sure and b.sure,
        grad=a.grad | b.grad,
        device=a.device | b.device,
        dtype=a.dtype | b.dtype,
        layout=a.layout | b.layout,
        scalar=a.scalar or b.scalar,
        ndim=a.ndim if a.ndim == b.ndim else None,
        storages=_merge_storages(a.storages, b.storages),
        role=a.role if a.role == b.role else "",
        owner=None if a.owner is None else a.owner.join(b.owner),
        cuts=a.cuts & b.cuts,
        refusals=a.refusals | b.refusals,
        declared=a.declared and b.declared,
        blind=all_blind((a, b)),
        grad_reason=_worse(
            a.grad_reason, b.grad_reason, a.grad, b.grad, (Grad.YES, Grad.UNKNOWN, Grad.NO)
        ),
        device_reason=_worse(
            a.device_reason,
            b.device_reason,
            a.device,
            b.device,
            (Device.ACCELERATOR, Device.META, Device.UNKNOWN, Device.CPU),
        ),
        dtype_reason=a.dtype_reason or b.dtype_reason,
        layout_reason=_worse(a.layout_reason, b.layout_reason, a.layout, b.layout, special),
    )


def all_blind(tensors: Iterable[Tensor]) -> bool:
    """Are all blind of these of which something is not known?"""
    unknown = [t.blind for t in tensors if Grad.UNKNOWN in t.grad or Device.UNKNOWN in t.device]
    return bool(unknown) and all(unknown)


def _join_arrays(a: Array, b: Array) -> Array:
    special = (ArrayLayout.REVERSED, ArrayLayout.READ_ONLY, ArrayLayout.PLAIN)
    return Array(
        dtype=a.dtype | b.dtype,
        storages=_merge_storages(a.storages, b.storages),
        ndim=a.ndim if a.ndim == b.ndim else None,
        layout=a.layout | b.layout,
        reversed_axes=a.reversed_axes | b.reversed_axes,
        sure=a.sure and b.sure,
        cuts=a.cuts & b.cuts,
        declared=a.declared and b.declared,
        dtype_reason=a.dtype_reason or b.dtype_reason,
        layout_reason=_worse(a.layout_reason, b.layout_reason, a.layout, b.layout, special),
    )


def _key(alternative: Alternative) -> object:
    """Alternatives with equal keys are merged into one."""
    kind = type(alternative)
    if kind in _MERGED:
        return kind
    if isinstance(alternative, Array):
        return kind, _told_apart(alternative.ndim)
    if isinstance(alternative, Tensor):
        return (_SURE, _told_apart(alternative.ndim)) if alternative.sure else _UNSURE
    if isinstance(alternative, Tuple):
        return Tuple, len(alternative.items)
    if isinstance(alternative, Plain) and alternative.cuts:
        return replace(alternative, cuts=frozenset())
    return alternative


def _told_apart(ndim: int | None) -> int | None:
    """What has different numbers of axes is told apart, as tests of them do; if they are few."""
    return ndim if ndim is not None and ndim < MAX_AXES else None


_MERGED = frozenset({DtypeObject, DeviceObject, Many})
_SURE, _UNSURE = "a tensor", "perhaps a tensor"


def _join_alternatives(a: Alternative, b: Alternative) -> Alternative:
    match a, b:
        case Tensor(), Tensor():
            return join_tensors(a, b)
        case Plain(), Plain():
            return a if a.cuts <= b.cuts else replace(a, cuts=a.cuts & b.cuts)
        case Array(), Array():
            if a == b:
                return a
            return _join_arrays(a, b)
        case DtypeObject(), DtypeObject():
            return DtypeObject(a.dtype | b.dtype, a.library if a.library == b.library else "")
        case DeviceObject(), DeviceObject():
            reason = b.reason if b.device & Device.ACCELERATOR else a.reason
            return DeviceObject(a.device | b.device, reason or a.reason)
        case Many(), Many():
            element = join(a.element, b.element)
            plain = a.plain and b.plain
            items = a.items if a.items == b.items else ()
            same = element is a.element and plain == a.plain and items == a.items
            return a if same else Many(element, plain, items)
        case Tuple(), Tuple():
            items = tuple(join(x, y) for x, y in zip(a.items, b.items))
            names = a.names if a.names == b.names else ()
            same = names == a.names and all(x is y for x, y in zip(items, a.items))
            return a if same else Tuple(items, names)
        case _:
            return a


def constant_kind(constant: Constant) -> str:
    """What `Plain` calls things of the kind of a constant; "" for None, of which there is one."""
    if constant.value is None:
        return ""
    return "str" if isinstance(constant.value, (str, bytes)) else "number"


def _widen_constants(alternatives: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """Too many constants of a kind become one of which no more is known, for good."""
    if len(alternatives) < 2:
        return alternatives
    kinds = [constant_kind(a) if isinstance(a, Constant) else "" for a in alternatives]
    for kind in ("str", "number"):
        some = Plain(kind, widened=True)
        count = kinds.count(kind)
        if count > MAX_CONSTANTS or (count and some in alternatives):
            kept = tuple(a for a, own in zip(alternatives, kinds) if own != kind)
            return _widen_constants(kept if some in kept else (*kept, some))
    return alternatives


def _widen_objects(alternatives: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """Too many objects, functions and the like become something of which nothing is said."""
    if len(alternatives) <= MAX_OBJECTS and _SOMETHING not in alternatives:
        return alternatives
    kept = tuple(a for a in alternatives if not isinstance(a, _OBJECTS) and a != _SOMETHING)
    if len(alternatives) - len(kept) <= MAX_OBJECTS and _SOMETHING not in alternatives:
        return alternatives
    return (*kept, _SOMETHING)


_OBJECTS = (Ref, Function, Class, Method, Symbol, Tuple)


def join(a: Value, b: Value) -> Value:
    """What may be either; `a` itself if `b` adds nothing to it."""
    if a is b or not b.alternatives:
        return a
    if not a.alternatives:
        return b
    if len(a.alternatives) == len(b.alternatives) == 1 and a.alternatives[0] is b.alternatives[0]:
        return a
    merged: dict[object, Alternative] = {}
    _add(merged, a.alternatives)
    # Where `a` itself holds several of a kind, they have become one.
    changed = len(merged) < len(a.alternatives)
    return _joined(a, merged) if _add(merged, b.alternatives) or changed else a


def join_all(values: Iterable[Value]) -> Value:
    """What may be any of them; NOTHING if there are none, the first if the others add nothing."""
    first, merged, changed = NOTHING, dict[object, Alternative](), False
    for each in values:
        if not first.alternatives:
            first = each
        elif each is not first and each.alternatives:
            if not merged:
                _add(merged, first.alternatives)
                changed = len(merged) < len(first.alternatives)
            changed = _add(merged, each.alternatives) or changed
    return _joined(first, merged) if changed else first


def sequence(items: Sequence[Value]) -> Tuple | Many:
    """A tuple of these items; if there are many, they are not told apart."""
    return Tuple(tuple(items)) if len(items) <= MAX_SIZE else Many(join_all(items), plain=True)


def _add(merged: dict[object, Alternative], alternatives: tuple[Alternative, ...]) -> bool:
    """Take alternatives in, by their keys; tells whether that has added anything."""
    changed = False
    for y in alternatives:
        key = _key(y)
        x = merged.get(key)
        if x is y:
            continue
        z = y if x is None else _join_alternatives(x, y)
        if z is not x and z != x:
            merged[key] = z
            changed = True
    return changed


def _joined(first: Value, merged: dict[object, Alternative]) -> Value:
    """What may be any of the alternatives; `first` itself if these are its own."""
    joined = _widen_objects(_widen_constants(tuple(merged.values())))
    return first if joined == first.alternatives else Value(joined)
