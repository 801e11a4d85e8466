"""Tests of what a value is, in every spelling: each program is run, and then judged.

What a test keeps away from a conversion cannot fail there; what it lets through does. So every
guard is tried twice, as it is and negated: the first program runs and must be silent, the second
raises and must be reported.
"""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

#: True for the list, false for the tensor.
NO_TENSOR = (
    "torch.is_tensor(x) != True",
    "torch.is_tensor(x) == False",
    "torch.is_tensor(x) is not True",
    "torch.is_tensor(x) is False",
    "False == torch.is_tensor(x)",
    "not bool(torch.is_tensor(x))",
    "(not torch.is_tensor(x)) == True",
    "isinstance(x, torch.Tensor) is False",
    "isinstance(x, (torch.Tensor, np.ndarray)) != True",
    "not isinstance(x, torch.Tensor | np.ndarray)",
    "isinstance(x, list | tuple | dict)",
    "isinstance(x, collections.abc.Sequence)",
    "isinstance(x, collections.abc.MutableSequence)",
    "isinstance(x, typing.Sequence)",
    "not isinstance(x, collections.abc.Reversible) or type(x) is list",
    "type(x) is not torch.Tensor",
    "type(x) != torch.Tensor",
    "torch.Tensor is not type(x)",
    "not type(x) is torch.Tensor",
    "type(x) in (list, tuple)",
    "type(x) not in [torch.Tensor, np.ndarray]",
    "x.__class__ is list",
    "x.__class__ != torch.Tensor",
    "type(x).__name__ != 'Tensor'",
    "type(x).__name__ in ('list', 'tuple')",
    "x.__class__.__name__ == 'list'",
    "issubclass(type(x), list)",
    "not issubclass(x.__class__, torch.Tensor)",
    "not hasattr(x, 'detach')",
    "hasattr(x, 'append')",
    "hasattr(x, 'requires_grad') is False",
    "callable(getattr(x, 'append', None))",
    "is_list(x)",
    "is_tensor(x) is not True",
    "(lambda v: isinstance(v, list))(x)",
    "np.ndim(x) == 1 and isinstance(x, list)",
    "(plain := isinstance(x, list)) and plain",
)
#: True for the number, false for the tensor.
A_NUMBER = (
    "np.isscalar(x)",
    "np.isscalar(x) == True",
    "not np.isscalar(x) is False",
    "np.isscalar(x) or isinstance(x, np.ndarray)",
    "isinstance(x, numbers.Number)",
    "isinstance(x, numbers.Real)",
    "isinstance(x, numbers.Complex)",
    "isinstance(x, (numbers.Integral, float))",
    "isinstance(x, (int, float, np.floating, np.integer))",
    "isinstance(x, int | float)",
    "type(x) in (int, float)",
    "type(x) in {int, float}",
    "type(x) is float",
    "float == type(x)",
    "not isinstance(x, collections.abc.Sized)",
    "not isinstance(x, collections.abc.Iterable)",
    "not hasattr(x, '__len__') or hasattr(x, 'is_integer')",
    "hasattr(x, 'is_integer')",
)
HEAD = """\
import collections.abc
import numbers
import typing

import numpy as np
import torch


def is_list(v):
    return isinstance(v, list)


def is_tensor(v):
    if torch.is_tensor(v):
        return True
    return False


"""
#: The places a guard can stand in.
SHAPES = {
    "a branch": """
def to_array(x):
    if {guard}:
        return np.asarray(x)
    return x.detach().numpy()


print([to_array(x) for x in given])
""",
    "an expression": """
def to_array(x):
    return np.asarray(x if {guard} else x.detach())


print([to_array(x) for x in given])
""",
    "a loop": """
rows = []
for x in given:
    if not ({guard}):
        x = x.detach()
    rows.append(np.asarray(x))
""",
    "a comprehension": """
rows = [np.asarray(x) for x in given if {guard}]
""",
    "an assertion": """
def to_array(x):
    if not ({guard}):
        return None
    assert {guard}
    return np.asarray(x)


print([to_array(x) for x in given])
""",
}
TENSOR = "torch.ones(2, requires_grad=True) * 2"
CASES = [(guard, f"([1.0, 2.0], {TENSOR})") for guard in NO_TENSOR] + [
    (guard, f"(1.0, {TENSOR})") for guard in A_NUMBER
]


def _said(text: str) -> list[str]:
    return [each.code for each in check_source(text) if each.code.startswith("TNC1")]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("guard", "given"), CASES)
def test_a_guard_keeps_tensors_away(guard: str, given: str, shape: str) -> None:
    text = f"{HEAD}given = {given}\n{SHAPES[shape].format(guard=guard)}"
    exec(text, {})
    assert _said(text) == [], text


@pytest.mark.parametrize(("guard", "given"), CASES)
def test_the_opposite_lets_them_through(guard: str, given: str) -> None:
    body = SHAPES["a branch"].format(guard=f"not ({guard})").replace("x.detach().numpy()", "None")
    text = f"{HEAD}given = {given}\n{body}"
    with pytest.raises(RuntimeError, match="requires grad"):
        exec(text, {})
    assert _said(text) == ["TNC101"], text
