"""Tests of guards that ask a variable: `kind = type(x)`, `dtype = x.dtype`.

Each program is run, and must be silent; without its guard it raises, and must be reported.
"""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

NUMBERS = "[1.0, torch.ones(2, requires_grad=True)]"
HELD = {
    "is": ("kind = type(x)", "kind is torch.Tensor", NUMBERS),
    "equals": ("kind = x.__class__", "torch.Tensor == kind", NUMBERS),
    "negated": ("kind = type(x)", "not kind is float", NUMBERS),
    "among": ("kind = type(x)", "kind not in (int, float)", NUMBERS),
    "subclass": ("kind = type(x)", "issubclass(kind, torch.Tensor)", NUMBERS),
    "number": ("kind = type(x)", "not issubclass(kind, numbers.Number)", NUMBERS),
    "name": ("name = type(x).__name__", "name == 'Tensor'", NUMBERS),
    "name of a variable": ("kind = type(x)", "kind.__name__ == 'Tensor'", NUMBERS),
    "names": ("name = x.__class__.__name__", "name in ('Tensor', 'Parameter')", NUMBERS),
}
PROGRAM = """\
import numbers
import numpy as np
import torch


def convert(x):
    {held}
    if {guard}:
        x = x.detach()
    return np.asarray(x)


for x in {given}:
    convert(x)
"""


def codes(text: str) -> list[str]:
    """The codes of conversions that fail."""
    return [each.code for each in check_source(text) if each.code.startswith("TNC1")]


@pytest.mark.parametrize(("held", "guard", "given"), HELD.values(), ids=HELD)
def test_a_variable_answers_for_what_it_was_asked_of(held: str, guard: str, given: str) -> None:
    text = PROGRAM.format(held=held, guard=guard, given=given)
    exec(text, {})
    assert codes(text) == []
    wrong = text.replace("x.detach()", "x * 1")
    with pytest.raises(RuntimeError, match="requires grad"):
        exec(wrong, {})
    assert codes(wrong) == ["TNC101"]


def test_elements_are_what_the_first_is() -> None:
    text = """\
import numpy as np
import torch


def gather(column):
    kind = type(column[0])
    if issubclass(kind, float):
        return np.array(column)
    return np.stack([x.detach().numpy() for x in column])


for column in ([1.0, 2.0], [torch.ones(2, requires_grad=True)]):
    gather(column)
"""
    exec(text, {})
    assert codes(text) == []
    wrong = text.replace("detach().", "")
    with pytest.raises(RuntimeError, match="requires grad"):
        exec(wrong, {})
    assert codes(wrong) == ["TNC101"]


def test_a_dtype_in_a_variable() -> None:
    text = """\
import torch


def convert(x):
    dtype = x.dtype
    if dtype == torch.bfloat16:
        x = x.float()
    return x.numpy()


convert(torch.ones(2, dtype=torch.bfloat16))
convert(torch.ones(2))
"""
    exec(text, {})
    assert codes(text) == []
    wrong = text.replace("bfloat16:", "float16:")
    with pytest.raises(TypeError, match="BFloat16"):
        exec(wrong, {})
    assert codes(wrong) == ["TNC103"]
