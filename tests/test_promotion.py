"""Tensors without axes count as little as numbers when torch chooses a dtype."""

from __future__ import annotations

import itertools

import pytest
import torch
from said import said

from flake8_tensorconv.knowledge.dtypes import DtypeRule
from flake8_tensorconv.lattice.promotion import Typed, combine_dtypes

CLASHES = {
    "a vector of float64": "torch.from_numpy(np.ones(3)) * torch.eye(3)",
    "a column sum": "torch.from_numpy(np.ones((3, 3))).exp() + torch.eye(3)",
    "two without axes": "(torch.tensor(np.float64(2)) * torch.tensor(2.0)) * np.eye(3)",
    "a float64 matrix with a sum": "torch.from_numpy(np.eye(3)) * torch.ones(3).sum()",
    "a double of integers": "torch.from_numpy(np.ones(3)).sum() * torch.eye(3).long()",
}

CORRECT = {
    "a NumPy scalar": "torch.tensor(np.float64(0.1)) * torch.eye(3)",
    "computed from one": "torch.exp(torch.tensor(np.log(0.1)) * 2) * torch.eye(3)",
    "a full reduction": "torch.from_numpy(np.ones(5)).sum() * torch.eye(3)",
    "as a function": "torch.eye(3) / torch.mean(torch.from_numpy(np.ones(5)))",
    "the largest": "torch.eye(3) - torch.from_numpy(np.ones((5, 2))).max()",
    "one element": "torch.from_numpy(np.ones(5))[0] * torch.eye(3)",
    "perhaps one element": "torch.from_numpy(np.load('x').astype(np.float64))[0] * torch.eye(3)",
    "with the first one float32": "torch.add(torch.eye(3), torch.tensor(np.float64(2)))",
}


@pytest.mark.parametrize("operand", CLASHES.values(), ids=CLASHES)
def test_float64_with_axes_clashes(operand: str) -> None:
    assert said(f"print(torch.matmul(torch.randn(3, 3), {operand}))\n") == ["206"]


@pytest.mark.parametrize("operand", CORRECT.values(), ids=CORRECT)
def test_float64_without_axes_does_not(operand: str) -> None:
    assert said(f"print(torch.matmul(torch.randn(3, 3), {operand}))\n") == []


NAMES = ("float32", "float64", "int32", "int64", "complex64", "bool")


@pytest.mark.parametrize("axes", list(itertools.product((0, 1), repeat=2)))
def test_promotion_is_that_of_torch(axes: tuple[int, int]) -> None:
    for one, other in itertools.product(NAMES, repeat=2):
        shapes = [(1,) * ndim for ndim in axes]
        dtypes = [getattr(torch, name) for name in (one, other)]
        a, b = (torch.ones(shape, dtype=dtype) for shape, dtype in zip(shapes, dtypes))
        real = str((a + b).dtype).removeprefix("torch.")
        parts = [Typed(frozenset({name}), ndim) for name, ndim in zip((one, other), axes)]
        assert combine_dtypes(DtypeRule.PROMOTE, parts) == {real}, (one, other)
        unknown = [part._replace(ndim=None) for part in parts]
        assert combine_dtypes(DtypeRule.PROMOTE, unknown) & {real, "?"}, (one, other)
