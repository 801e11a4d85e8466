"""The laws of what is taken away: tests and handlers lose possibilities, and add none."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lattice_values import LAWS, alternatives, covers, raw_values, tensors, within

from flake8_tensorconv.engine.program import Program
from flake8_tensorconv.engine.run import new_run
from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.state import initial_state
from flake8_tensorconv.lattice.truth import that_are
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Device,
    Grad,
    Layout,
    Symbol,
    Tensor,
    Value,
    value,
)
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.narrowing import tensor_conditions
from flake8_tensorconv.narrowing.classify import instance_of
from flake8_tensorconv.rules.weighing import uncaught

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
    run = new_run(
        Program(interpreter=NotImplemented, file=file, project=NotImplemented),
        file,
        initial_state(),
    )
    classes = value(*map(Symbol, names))
    true, false = (Value(instance_of(run, asked, classes, truth)) for truth in (True, False))
    assert true or false
    if not value(asked).is_unknown and not getattr(asked, "declared", False):
        assert within(true, value(asked)) and within(false, value(asked))
        assert within(value(asked), join(true, false))
    elif getattr(asked, "sure", False):
        assert within(undeclared(false), undeclared(value(asked)))
