"""TNC503: what is made of a list of tensors is stacked only where that gives the same shape."""

from __future__ import annotations

import pytest
import torch
from said import HEAD

from flake8_tensorconv import Finding, check_source

WITHOUT_AXES = {
    "reductions": "[torch.ones(2).sum(), torch.max(torch.ones(2))]",
    "elements": "[row[0], row[1]]",
    "rows of a vector": "[x for x in torch.arange(3)]",
    "losses": "[nn.functional.mse_loss(row, row)]",
    "numbers": "[torch.tensor(1.0), torch.tensor(2.0) * 3]",
}
WITH_AXES_OR_UNKNOWN = {
    "of one element": "[torch.randint(0, 5, (1,)), torch.randint(0, 5, (1,))]",
    "of a list": "[torch.tensor([0]), torch.tensor([1])]",
    "numbers among them": "[torch.tensor([0]), torch.tensor(1)]",
    "losses of elements": "[nn.functional.mse_loss(row[:1], row[:1], reduction='none')]",
    "of a layer": "[model(row)[:1]]",
}


def _found(elements: str) -> Finding:
    source = f"{HEAD}row = torch.ones(3)\nprint(torch.tensor({elements}).shape)\n"
    (finding,) = (each for each in check_source(source) if each.code == "TNC503")
    return finding


@pytest.mark.parametrize("elements", WITHOUT_AXES.values(), ids=WITHOUT_AXES)
def test_tensors_without_axes_are_stacked(elements: str) -> None:
    finding = _found(elements)
    assert finding.fix is not None
    assert "torch.cat" not in finding.message


@pytest.mark.parametrize("elements", WITH_AXES_OR_UNKNOWN.values(), ids=WITH_AXES_OR_UNKNOWN)
def test_others_are_left_to_the_user(elements: str) -> None:
    finding = _found(elements)
    assert finding.fix is None
    assert "torch.cat" in finding.message


def test_the_advice_keeps_the_shape() -> None:
    for shape, join in (((), torch.stack), ((1,), torch.cat)):
        elements = [torch.ones(shape), torch.zeros(shape)]
        assert join(elements).shape == torch.tensor(elements).shape


@pytest.mark.parametrize(
    ("elements", "cuts"),
    [
        ("[model(row).mean()]", True),
        ("[model(row).mean().detach()]", False),
        ("[(model(row) > 0).float().mean()]", False),
        ("[model(row).argmax()]", False),
        ("[row.sum() * 2, model(row).sum()]", True),
    ],
)
def test_gradients_are_cut_only_where_there_are_some(elements: str, cuts: bool) -> None:
    assert ("cuts their gradients" in _found(elements).message) is cuts


@pytest.mark.parametrize("given", ["x", "x * 2", "torch.relu(x)"])
def test_gradients_that_there_may_be(given: str) -> None:
    source = f"{HEAD}def f(x):\n    return torch.tensor([torch.mean({given}), torch.std(x)])\n"
    (finding,) = (each for each in check_source(source) if each.code == "TNC503")
    assert "would cut gradients" in finding.message
