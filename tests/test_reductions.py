"""Tests of `functools.reduce`, of `operator.add`, and of modules made of what nobody knows."""

from __future__ import annotations

import pytest
from said import said

REDUCED = (
    "functools.reduce(operator.add, losses)",
    "functools.reduce(operator.add, losses, 0.0)",
    "functools.reduce(operator.mul, losses, 1)",
    "functools.reduce(torch.add, losses)",
    "functools.reduce(lambda a, b: a + b, losses, 0)",
    "functools.reduce(lambda a, b: a if a > b else b, losses)",
    "operator.sub(losses[0], losses[1])",
    "operator.truediv(losses[0], 2)",
)
PROGRAM = """\
import functools, operator
losses = [model(torch.ones(3)).sum() for _ in range(2)]
np.asarray({reduced})
"""


@pytest.mark.parametrize("reduced", REDUCED)
def test_what_losses_come_to_requires_grad(reduced: str) -> None:
    text = PROGRAM.format(reduced=reduced)
    assert said(text) == ["101"]
    assert said(text.replace("losses =", "with torch.no_grad():\n losses =")) == []


@pytest.mark.parametrize("numbers", ["[2, 3]", "(np.float32(1), 2)", "[np.ones(2), np.ones(2)]"])
def test_what_numbers_and_arrays_come_to_does_not(numbers: str) -> None:
    text = "import functools, operator\nnp.asarray(functools.reduce(operator.add, {}, 1))\n"
    assert said(text.format(numbers)) == []


MADE = (
    "nn.Embedding.from_pretrained(found['e'], freeze=False).weight",
    "nn.Parameter(found['e'])",
    "nn.Parameter(found['e'], requires_grad=False)",
    "nn.Buffer(found['e'])",
)


@pytest.mark.parametrize("made", MADE)
def test_where_modules_of_the_unknown_are_is_not_guessed(made: str) -> None:
    text = f"found = np.load('x.npy', allow_pickle=True).item()\nt = {made}\nt.detach().numpy()\n"
    assert said(text) == []
