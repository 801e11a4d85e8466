"""What is one value for NumPy, and what the old constructors of torch make of one."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from said import said

#: What another library's class makes may hold many values.
MANY = {
    "a picture": "np.float32(Image.open(path))",
    "its copy": 'np.float32(Image.open(path).convert("RGB")).transpose(2, 0, 1)',
    "arithmetic on one": "np.float64(Image.open(path)) / 255",
    "a ufunc": "np.sqrt(Image.open(path))",
    "two of them": "np.multiply(Image.open(path), np.float32(2))",
    "some class": "np.int64(Image.Table(path))",
    "an annotation": "np.float32(table)",
}
SINGLE = {
    "a text": 'np.float32("3")',
    "what was a text": "np.float32(str(path))",
    "a number": "np.float64(3)",
    "a ufunc": "np.sqrt(3.0)",
    "a length": "np.int64(len(path))",
}
_FUNCTION = """
from PIL import Image

def f(path, table: Image.Table):
    return torch.from_numpy({})
"""


@pytest.mark.parametrize("made", MANY.values(), ids=MANY)
def test_what_may_hold_many_values(made: str) -> None:
    assert said(_FUNCTION.format(made)) == []


@pytest.mark.parametrize("made", SINGLE.values(), ids=SINGLE)
def test_a_single_value(made: str) -> None:
    assert said(_FUNCTION.format(made)) == ["202"]


#: What is given to `torch.Tensor`, and whether that refuses it.
REFUSED = {
    "np.linspace(0, 1, 3)[1]": True,
    "np.ones(3).mean()": True,
    "(np.arange(3) > 1)[0]": True,
    "np.float64(3)": True,
    "np.ones(3).sum()": True,
    "np.arange(3)[2]": False,
    "np.arange(3).max()": False,
    "np.int64(3)": False,
    "np.uint8(3)": False,
}
#: Sizes that have been computed.
SIZES = (
    "np.prod((3, 4))",
    "np.sum([each.numel() for each in model.parameters()])",
    "np.arange(3).sum()",
    "np.array([3, 4]).prod()",
    "int(np.arange(3).max())",
)


@pytest.mark.parametrize("scalar", REFUSED)
def test_a_scalar_may_be_a_size(scalar: str) -> None:
    if REFUSED[scalar]:
        with pytest.raises(TypeError):
            torch.Tensor(eval(scalar, {"np": np}))
    else:
        assert torch.Tensor(eval(scalar, {"np": np})).dim() == 1
    expected = "401" if REFUSED[scalar] else "401?"
    assert said(f"print(torch.Tensor({scalar}))\n") == [expected]


@pytest.mark.parametrize("size", SIZES)
def test_a_computed_size_is_meant(size: str) -> None:
    names = {"np": np, "model": torch.nn.Linear(3, 3)}
    assert torch.Tensor(eval(size, names)).dim() == 1
    assert said(f"print(torch.Tensor({size}))\n") == []


#: Dtypes by names that NumPy has dropped were Python's own types.
DROPPED = (
    "torch.tensor([1.0], dtype=np.float)",
    "torch.zeros(3, dtype=np.int)",
    "torch.ones(3).to(np.float)",
    "torch.ones(3).type(np.complex)",
    "torch.as_tensor(np.ones(3), dtype=np.int)",
)


@pytest.mark.parametrize("made", DROPPED)
def test_names_that_were_types_of_python(made: str) -> None:
    assert said(f"print({made})\n") == []


@pytest.mark.parametrize("dtype", ["np.float64", "np.float32", "np.int_", "np.bool_", "np.bool"])
def test_types_of_numpy(dtype: str) -> None:
    with pytest.raises(TypeError):
        torch.zeros(3, dtype=eval(dtype, {"np": np}))
    assert said(f"print(torch.zeros(3, dtype={dtype}))\n") == ["107"]
