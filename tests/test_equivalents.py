"""What the tables of equivalents claim, asked of the installed torch and NumPy."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch

from flake8_tensorconv.knowledge.equivalents import (
    FOR_ARRAYS,
    FOR_TENSORS,
    NUMPY_ONLY_VALUES,
    SHARED_DTYPES,
    TORCH_ONLY_VALUES,
    Equivalent,
    Form,
)
from flake8_tensorconv.knowledge.torch_operators import (
    array_only_attributes,
    tensor_only_attributes,
)

ARRAY = np.array([[0.25, -0.5], [1.0, 0.75]])
#: What methods are called with that need arguments.
ARGUMENTS: dict[str, tuple[Any, ...]] = {"permute": (1, 0), "unsqueeze": (0,), "fill": (0.5,)}
DTYPES: dict[str, tuple[Any, Any]] = {
    name: (getattr(torch, mine), getattr(np, other))
    for name, (mine, other) in SHARED_DTYPES.items()
}


def plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def asked(library: Any, receiver: Any, known: Equivalent, name: str, dtype: Any) -> Any:
    """What the equivalent gives."""
    match known.form:
        case Form.NOTHING:
            return receiver
        case Form.METHOD:
            return getattr(receiver, known.name)(*ARGUMENTS.get(name, ()))
        case Form.ATTRIBUTE:
            return getattr(receiver, known.name)
        case Form.FUNCTION:
            return getattr(library, known.name)(receiver, *ARGUMENTS.get(name, ()))
        case Form.CAST:
            return receiver.astype(getattr(np, SHARED_DTYPES[known.name][1]))
        case Form.CAST_TO:
            return receiver.to(dtype) if library is torch else receiver.astype(dtype)


@pytest.mark.parametrize("name", FOR_ARRAYS)
def test_what_does_the_same_on_arrays(name: str) -> None:
    assert name in tensor_only_attributes()
    known = FOR_ARRAYS[name]
    arguments = ARGUMENTS.get(name, (torch.float32,) if known.form is Form.CAST_TO else ())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = getattr(torch.from_numpy(ARRAY.copy()), name)(*arguments)
        found = asked(np, ARRAY.copy(), known, name, np.float32)
        np.testing.assert_allclose(plain(found), plain(expected), equal_nan=True)
        if isinstance(expected, torch.Tensor):
            assert torch.from_numpy(np.asarray(found)).dtype == expected.dtype


@pytest.mark.parametrize("name", FOR_TENSORS)
def test_what_does_the_same_on_tensors(name: str) -> None:
    assert name in array_only_attributes()
    known, array, tensor = FOR_TENSORS[name], ARRAY.copy(), torch.from_numpy(ARRAY.copy())
    arguments = ARGUMENTS.get(name, (np.float32,) if known.form is Form.CAST_TO else ())
    expected = getattr(array, name)(*arguments)
    found = asked(torch, tensor, known, name, torch.float32)
    if expected is None:  # in place
        expected, found = array, tensor
    assert plain(found) == plain(expected)
    assert torch.from_numpy(np.asarray(expected)).dtype == found.dtype


@pytest.mark.parametrize("name", ["copy", "clone"])
def test_copies_are_copies(name: str) -> None:
    tensor = torch.ones(3)
    array = tensor.numpy()
    made = tensor.clone() if name == "copy" else torch.from_numpy(array.copy())
    tensor.zero_()
    assert made.tolist() == [1.0] * 3


@pytest.mark.parametrize("name", DTYPES)
def test_dtypes_of_the_same_name_are_the_same(name: str) -> None:
    mine, other = DTYPES[name]
    assert torch.from_numpy(np.zeros(1, dtype=other)).dtype == mine


def test_the_attributes_that_are_no_methods() -> None:
    def values(owner: Any, names: frozenset[str]) -> set[str]:
        found = set()
        for name in names:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = getattr(owner, name, None)
            if hasattr(type(owner), name) and not callable(value):
                found.add(name)
        return found

    common = {"H", "mH", "name", "volatile"}  # other objects have them as well, or nobody asks
    tensor = torch.ones(2, 2)
    assert tensor_only_attributes() >= TORCH_ONLY_VALUES
    there = {name for name in TORCH_ONLY_VALUES if hasattr(torch.Tensor, name)}  # in this version
    assert values(tensor, tensor_only_attributes()) - common == there
    assert values(tensor.numpy(), array_only_attributes()) == set(NUMPY_ONLY_VALUES)
