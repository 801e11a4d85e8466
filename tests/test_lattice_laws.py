"""The laws of the lattice: joining only adds, widening ends."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lattice_values import ADDRESSES, LAWS, LINKS, NODES, flags, raw_values, same, values, within

from flake8_tensorconv import check_source
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.must import Paths, Shown, Twins
from flake8_tensorconv.lattice.must import Test as Remembered
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.state import Contents, State, join_entries
from flake8_tensorconv.lattice.values import NOTHING, NUMBER, Grad, Value

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

lists = st.builds(
    Object,
    kind=st.just(Kind.LIST),
    items=st.lists(values, max_size=2).map(lambda some: dict(enumerate(some))),
    rest=values,
    single=st.booleans(),
)
dicts = st.builds(
    Object,
    kind=st.just(Kind.DICT),
    items=st.dictionaries(st.sampled_from(["a", "b"]), values.map(lambda held: held or NUMBER)),
    rest=values,
    single=st.booleans(),
)
paths = st.builds(Paths, st.dictionaries(st.sampled_from(["a", "b"]), values))
entries = {
    "value": values,
    "list": lists,
    "dict": dicts,
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
