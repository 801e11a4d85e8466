"""The laws of the lattice: joining only adds, widening ends, tests and handlers only take away.

`within` says what it means that one value is covered by another, field by field, and without any
help of `join`.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_tensorconv import check_source
from flake8_tensorconv.engine.program import Program
from flake8_tensorconv.engine.run import new_run
from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.lattice.addresses import Address, Owner
from flake8_tensorconv.lattice.joins import (
    MAX_CONSTANTS,
    MAX_STORAGES,
    UNKNOWN_STORAGE,
    constant_kind,
    join,
    join_all,
)
from flake8_tensorconv.lattice.must import Paths, Shown, Twins
from flake8_tensorconv.lattice.must import Test as Remembered
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.state import Contents, State, initial_state, join_entries
from flake8_tensorconv.lattice.truth import that_are
from flake8_tensorconv.lattice.values import (
    NOTHING,
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
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.locations.provenance import Cut, Link, Origin, Reason, Storage
from flake8_tensorconv.narrowing import tensor_conditions
from flake8_tensorconv.narrowing.classify import instance_of
from flake8_tensorconv.rules.weighing import uncaught

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


# Joining.


@LAWS
@given(values, values)
def test_join_is_an_upper_bound_whichever_comes_first(a: Value, b: Value) -> None:
    joined = join(a, b)
    assert within(a, joined) and within(b, joined)
    assert same(joined, join(b, a))


@LAWS
@given(values, values, values)
def test_join_is_associative(a: Value, b: Value, c: Value) -> None:
    assert same(join(join(a, b), c), join(a, join(b, c)))


@LAWS
@given(values, values)
def test_what_adds_nothing_leaves_the_very_same(a: Value, b: Value) -> None:
    assert join(a, Value(tuple(a.alternatives))) is a
    joined = join(a, b)
    assert join(joined, a) is joined and join(joined, b) is joined
    assert join(a, NOTHING) is a and join(NOTHING, a) is a


@LAWS
@given(values, values, values)
def test_join_is_monotone(a: Value, b: Value, c: Value) -> None:
    assert within(join(a, c), join(join(a, b), c))


@LAWS
@given(raw_values, raw_values)
def test_nothing_is_lost_that_is_not_merged_yet(a: Value, b: Value) -> None:
    joined = join(a, b)
    assert within(b, joined) or not a
    assert within(a, joined)


@LAWS
@given(st.lists(values, max_size=6))
def test_widening_ends(given_values: list[Value]) -> None:
    """Whatever is joined again and again in turn: from the second time on nothing grows."""
    joined = join_all(given_values)
    for each in given_values * 2:
        assert join(joined, each) is joined


# States.

objects = st.builds(
    Object,
    kind=st.just(Kind.LIST),
    items=st.lists(values, max_size=2).map(lambda some: dict(enumerate(some))),
    rest=values,
    single=st.booleans(),
) | st.builds(
    Object,
    kind=st.just(Kind.DICT),
    items=st.dictionaries(st.sampled_from(["a", "b"]), values.filter(bool)),
    rest=values,
    single=st.booleans(),
)
paths = st.builds(Paths, st.dictionaries(st.sampled_from(["a", "b"]), values))
entries = {
    "value": values,
    "list": objects.filter(lambda each: each.kind is Kind.LIST),
    "dict": objects.filter(lambda each: each.kind is Kind.DICT),
    "paths": st.none() | paths,
    "test": st.none() | st.builds(Remembered, st.none() | st.sampled_from(NODES)),
    "shown": st.none() | st.builds(Shown, st.frozensets(st.sampled_from(NODES))),
    "twins": st.none() | st.builds(Twins, st.frozensets(st.sampled_from(["a", "b"]))),
    "contents": st.builds(Contents, st.booleans(), st.frozensets(st.sampled_from(LINKS))),
    "mode": flags(Grad),
    "marks": st.frozensets(st.sampled_from(ADDRESSES)),
    "conditional": st.booleans(),
}


def alike(a: Any, b: Any) -> bool:
    """Do two entries say the same?"""
    if isinstance(a, Value):
        return same(a, b)
    if isinstance(a, Object):
        return (
            (a.kind, a.single, a.items.keys()) == (b.kind, b.single, b.items.keys())
            and all(same(item, b.items[key]) for key, item in a.items.items())
            and same(a.rest, b.rest)
        )
    if isinstance(a, Paths):
        return a.held.keys() == b.held.keys() and all(same(a.held[p], b.held[p]) for p in a.held)
    return bool(a == b)


@pytest.mark.parametrize("kind", entries)
@LAWS
@given(data=st.data())
def test_entries_of_states_are_joined_by_the_same_laws(kind: str, data: st.DataObject) -> None:
    a, b, c = (data.draw(entries[kind]) for _ in range(3))
    joined = join_entries(a, b)
    assert alike(joined, join_entries(b, a))
    assert alike(join_entries(joined, c), join_entries(a, join_entries(b, c)))
    assert join_entries(joined, a) is joined and join_entries(joined, b) is joined


MUST = [
    Paths({".x": NOTHING}), Remembered(NODES[0]), Shown(frozenset(NODES)), Twins(frozenset("a")),
]  # fmt: skip


@pytest.mark.parametrize("known", MUST)
def test_what_must_hold_is_lost_where_one_way_does_not_know_it(known: Any) -> None:
    left = join_entries(known, None)
    assert left != known
    assert join_entries(None, known) == left and join_entries(left, known) is left


state_changes = st.fixed_dictionaries({}, optional={key: entries[key] for key in entries}).map(
    lambda some: {key: entry for key, entry in some.items() if entry is not None}
)


@LAWS
@given(state_changes, st.lists(state_changes, min_size=1, max_size=3))
def test_a_loop_that_brings_nothing_new_has_ended(
    start: dict[Any, Any], rounds: list[dict[Any, Any]]
) -> None:
    state = State()
    for key, entry in start.items():
        state.set(key, entry)
    for each in rounds * 2:
        state.widen(each)
    assert not any(state.widen(each) for each in rounds)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_what_is_handed_on_round_by_round_arrives(count: int) -> None:
    """The graph gets from the last variable to the first one in as many rounds as there are."""
    names = [f"x{number}" for number in range(count + 1)]
    lines = ["import torch", *(f"{name} = torch.ones(3)" for name in names)]
    lines += [f"{names[-1]}.requires_grad_()", "for _ in range(9):"]
    lines += [f"    {name} = {later}" for name, later in itertools.pairwise(names)]
    text = "\n".join([*lines, "print(x0.numpy())", ""])
    assert [each.code for each in check_source(text)] == ["TNC101"]


# Taking away.

#: By the asked for: what it makes of the tensors for which the answer is yes or no.
QUESTIONS: dict[str, Callable[[bool], tensor_conditions.Keep]] = {
    **{name: ask for name, ask in tensor_conditions.FLAGS.items() if name != "is_sparse"},
    "dtype": lambda truth: tensor_conditions.with_dtype(frozenset({"float32", "int64"}), truth),
    "another dtype": lambda truth: tensor_conditions.with_dtype(frozenset({"bfloat16"}), truth),
}
#: A layout is "strided" also where nothing is known of it.
LAYOUTS = {
    "is_sparse": (tensor_conditions.FLAGS["is_sparse"], Layout.SPARSE),
    "is_conj": (tensor_conditions.PREDICATES["is_conj"], Layout.CONJ),
    "is_neg": (tensor_conditions.PREDICATES["is_neg"], Layout.NEG),
}
_ALL_DTYPES = frozenset({"float32", "bfloat16", "int64", "?"})


def meant(tensor: Tensor) -> Tensor:
    """The tensor with everything that UNKNOWN stands for."""
    return replace(
        tensor,
        grad=Grad(7) if Grad.UNKNOWN in tensor.grad else tensor.grad,
        device=Device(15) if Device.UNKNOWN in tensor.device else tensor.device,
        dtype=_ALL_DTYPES if "?" in tensor.dtype else tensor.dtype,
    )


@pytest.mark.parametrize("question", QUESTIONS)
@LAWS
@given(tensors)
def test_narrowing_only_loses_possibilities(question: str, tensor: Tensor) -> None:
    ways = [QUESTIONS[question](truth)(tensor) for truth in (True, False)]
    assert any(ways), "one of the answers it has to be"
    for left in ways:
        assert left is None or covers(meant(tensor), left)


@pytest.mark.parametrize("question", QUESTIONS)
@LAWS
@given(tensors)
def test_what_is_known_is_left_on_one_side(question: str, tensor: Tensor) -> None:
    """Each fact that is known of a tensor before a test is known behind one of its outcomes."""
    left = [each for truth in (True, False) if (each := QUESTIONS[question](truth)(tensor))]
    for known in Grad.YES, Grad.NO:
        assert known not in tensor.grad or any(known in each.grad for each in left)
    for where in Device.CPU, Device.ACCELERATOR, Device.META:
        assert where not in tensor.device or any(where in each.device for each in left)
    for name in tensor.dtype - {"?"}:
        assert any(name in each.dtype or "?" in each.dtype for each in left)


@pytest.mark.parametrize("question", LAYOUTS)
@LAWS
@given(tensors)
def test_of_layouts_the_asked_one_is_on_one_side(question: str, tensor: Tensor) -> None:
    ask, layout = LAYOUTS[question]
    yes, no = ask(True)(tensor), ask(False)(tensor)
    assert yes is not None and yes.layout == layout
    assert no is None or (layout not in no.layout and covers(tensor, no))
    assert no is not None or tensor.layout == layout


@LAWS
@given(tensors, st.sets(st.sampled_from(["RuntimeError", "TypeError", "Exception", "OSError"])))
def test_what_is_caught_is_taken_away(tensor: Tensor, caught: set[str]) -> None:
    left = uncaught(tensor, frozenset(caught))
    if left is not None:
        assert covers(meant(tensor), left)
    if not caught - {"OSError"}:
        assert left == tensor
    if caught & {"RuntimeError", "Exception"}:
        assert left is None or left.grad == Grad.NO
    if caught & {"TypeError", "Exception"}:
        assert left is None or (left.device == Device.CPU and "bfloat16" not in left.dtype)


@LAWS
@given(raw_values, st.sampled_from(list(QUESTIONS)), st.booleans())
def test_with_tensors_changes_tensors_and_nothing_else(
    whole: Value, question: str, truth: bool
) -> None:
    keep = QUESTIONS[question](truth)
    changed = whole.with_tensors(lambda tensor: keep(tensor) or tensor)
    assert changed.without(Tensor) == whole.without(Tensor)
    assert within(changed, whole.with_tensors(meant))
    assert whole.with_tensors(lambda tensor: tensor) == whole


@LAWS
@given(raw_values)
def test_truth_parts_the_alternatives(tested: Value) -> None:
    true, false = that_are(tested, True), that_are(tested, False)
    assert set(true.alternatives) | set(false.alternatives) == set(tested.alternatives)


CLASSES = [
    "torch.Tensor", "torch.nn.Parameter", "numpy.ndarray", "builtins.int", "builtins.str",
    "builtins.list", "builtins.tuple", "builtins.dict", "collections.abc.Sequence", "some.Class",
]  # fmt: skip


def undeclared(given_value: Value) -> Value:
    """The same, had it not been an annotation that says so."""
    return Value(
        tuple(
            replace(each, declared=False) if isinstance(each, (Tensor, Array)) else each
            for each in given_value.alternatives
        )
    )


@LAWS
@given(alternatives, st.lists(st.sampled_from(CLASSES), min_size=1, max_size=3))
def test_isinstance_parts_what_is_known(asked: Alternative, names: list[str]) -> None:
    file = File(index_of(ast.Module([], [])))
    run = new_run(Program(NotImplemented, file, NotImplemented), file, initial_state())
    classes = value(*map(Symbol, names))
    true, false = (Value(instance_of(run, asked, classes, truth)) for truth in (True, False))
    assert true or false
    if not value(asked).is_unknown and not getattr(asked, "declared", False):
        assert within(true, value(asked)) and within(false, value(asked))
        assert within(value(asked), join(true, false))
    elif getattr(asked, "sure", False):
        assert within(undeclared(false), undeclared(value(asked)))
