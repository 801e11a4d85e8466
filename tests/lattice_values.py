"""Values of all kinds, and what it means that one is covered by another.

`within` says it field by field, and without any help of `join`.
"""

from __future__ import annotations

import ast
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from flake8_tensorconv.lattice.addresses import Address, Owner
from flake8_tensorconv.lattice.joins import (
    MAX_CONSTANTS,
    MAX_STORAGES,
    UNKNOWN_STORAGE,
    constant_kind,
    join_all,
)
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    ArrayLayout,
    Constant,
    Device,
    DeviceObject,
    DtypeObject,
    Grad,
    Layout,
    Many,
    Method,
    Otherwise,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.locations.provenance import Cut, Link, Origin, Reason, Storage

LAWS = settings(max_examples=60, deadline=None, derandomize=True)

NODES = [ast.Name(f"n{number}") for number in range(3)]
CALLS = [ast.Call(node, [], []) for node in NODES]
ADDRESSES = [Address("a"), Address("b"), Address("a", (NODES[0],)), Address("a", (), (1,))]
SLOTS = [(ADDRESSES[0], "weight"), (ADDRESSES[0], "bias"), (ADDRESSES[1], "weight")]
OWNERS = [
    Owner(module, frozenset(slots))
    for module in (None, *ADDRESSES[:2])
    for slots in ((), SLOTS[:1], SLOTS[:2], SLOTS)
    if module or slots
]
STORAGES = [Storage(Origin.FRESH, NODES[0], rounds=(number,)) for number in range(MAX_STORAGES)]
STORAGES += [Storage(Origin.PARAMETER, NODES[1], perhaps=True), UNKNOWN_STORAGE]
LINKS = [Link(call, NODES[0], call, "torch.from_numpy") for call in CALLS]


# Values of all kinds.


def flags(kind: Any) -> st.SearchStrategy[Any]:
    """Not empty: something it is."""
    return st.sets(st.sampled_from(list(kind)), min_size=1).map(lambda some: kind(sum(some)))


reasons = st.none() | st.builds(Reason, st.sampled_from(NODES), st.sampled_from(["a", "b"]))
dtypes = st.frozensets(st.sampled_from(["float32", "bfloat16", "int64", "?"]), min_size=1)
storages = st.frozensets(st.sampled_from(STORAGES), max_size=3) | st.just(frozenset(STORAGES[:8]))
ndims = st.none() | st.integers(0, 2)
cuts = st.frozensets(st.sampled_from([Cut(call, (), True) for call in CALLS]), max_size=2)
tensors = st.builds(
    Tensor,
    sure=st.booleans(),
    grad=flags(Grad),
    device=flags(Device),
    dtype=dtypes,
    layout=flags(Layout),
    storages=storages,
    scalar=st.booleans(),
    ndim=ndims,
    role=st.sampled_from(["", "parameter", "buffer", "leaf"]),
    owner=st.none() | st.sampled_from(OWNERS),
    cuts=cuts,
    declared=st.booleans(),
    grad_reason=reasons,
    device_reason=reasons,
    dtype_reason=reasons,
    layout_reason=reasons,
)
arrays = st.builds(
    Array,
    dtype=dtypes,
    storages=storages,
    ndim=ndims,
    layout=flags(ArrayLayout),
    reversed_axes=st.frozensets(st.sampled_from([0, -1, None])),
    sure=st.booleans(),
    cuts=cuts,
    declared=st.booleans(),
)
constants = st.builds(
    Constant,
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=3) | st.just(1.0),
)
plains = st.builds(
    Plain,
    st.sampled_from(["number", "int", "str", "object"]),
    st.just(frozenset()) | dtypes,
    st.booleans(),
)
leaves = st.one_of(
    tensors,
    arrays,
    constants,
    plains,
    st.builds(Symbol, st.sampled_from(["torch.Tensor", "numpy.ndarray"])),
    st.builds(DtypeObject, dtypes, st.sampled_from(["", "torch", "numpy"])),
    st.builds(DeviceObject, flags(Device), reasons),
    st.builds(Ref, st.sampled_from(ADDRESSES)),
)


def around(inner: st.SearchStrategy[Alternative]) -> st.SearchStrategy[Alternative]:
    """Containers and the like of what there is."""
    held = st.lists(inner, max_size=2).map(lambda some: Value(tuple(some)))
    items = st.lists(held, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Tuple, items),
        items.map(lambda some: Tuple(some, ("x", "y")[: len(some)])),
        st.builds(Many, held, st.booleans()),
        st.builds(Otherwise, st.none() | inner),
        st.builds(Method, inner, st.sampled_from(["numpy", "cpu"]), st.sampled_from(NODES)),
    )


alternatives = st.recursive(leaves, around, max_leaves=4)
#: As the analysis may put them together: several alternatives of one kind, unmerged.
raw_values = st.lists(alternatives, max_size=4).map(lambda some: Value(tuple(some)))
many_constants = st.lists(constants, min_size=MAX_CONSTANTS, max_size=MAX_CONSTANTS + 3)
values = st.one_of(
    st.lists(alternatives, max_size=4), many_constants, st.lists(tensors, max_size=3)
).map(lambda some: join_all(map(value, some)))


# What is covered by what.


def within(small: Value, big: Value) -> bool:
    """Is everything that `small` may be among what `big` may be?"""
    return all(any(covers(b, a) for b in big.alternatives) for a in small.alternatives)


def _holds(big: Owner | None, small: Owner | None) -> bool:
    """Does what is known of one owner leave open what is known of the other?"""
    if big is None or small is None:
        return big is None
    slots = not big.slots or (bool(small.slots) and small.slots <= big.slots)
    return slots and big.module in (None, small.module)


def covers(big: Alternative, small: Alternative) -> bool:
    """Does one alternative cover the other?"""
    if big == small:
        return True
    match big, small:
        case Tensor(), Tensor():
            return _covers_facts(big, small) and (
                big.sure == small.sure
                and small.grad in big.grad
                and small.device in big.device
                and small.layout in big.layout
                and big.scalar >= small.scalar
                and big.role in ("", small.role)
                and _holds(big.owner, small.owner)
            )
        case Array(), Array():
            return _covers_facts(big, small) and (
                big.sure <= small.sure
                and small.layout in big.layout
                and small.reversed_axes <= big.reversed_axes
            )
        case Plain(widened=True), Constant():
            return big.what == constant_kind(small)
        case DtypeObject(), DtypeObject():
            return small.dtype <= big.dtype and big.library in ("", small.library)
        case DeviceObject(), DeviceObject():
            return small.device in big.device
        case Many(), Many():
            return big.plain <= small.plain and within(small.element, big.element)
        case Tuple(), Tuple():
            return (
                len(big.items) == len(small.items)
                and big.names in ((), small.names)
                and all(map(within, small.items, big.items))
            )
    return False


def _covers_facts(big: Tensor | Array, small: Tensor | Array) -> bool:
    return (
        small.dtype <= big.dtype
        and (small.storages <= big.storages or UNKNOWN_STORAGE in big.storages)
        and big.ndim in (None, small.ndim)
        and big.cuts <= small.cuts
        and big.declared <= small.declared
    )


def same(one: Value, other: Value) -> bool:
    """Are they one value, in whatever order?"""
    return within(one, other) and within(other, one)
