"""Tests of guards that look at how a type is written, at several classes, or for a method.

Each program is run, and must be silent; without its `.detach()` it raises, and must be reported.
"""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

GUARDS = (
    '"Tensor" in type(x).__name__',
    '"Tensor" in x.__class__.__qualname__',
    '"float" not in type(x).__name__',
    '"torch" in str(type(x))',
    '"torch.Tensor" in repr(x.__class__)',
    'not "float" in str(type(x))',
    'type(x).__module__.startswith("torch")',
    'type(x).__name__.endswith("ensor")',
    'not type(x).__module__.startswith("built")',
    "not any(isinstance(x, kind) for kind in (int, float))",
    "any(isinstance(x, kind) for kind in [torch.Tensor, np.ndarray])",
    'getattr(x, "detach", None)',
    'callable(getattr(x, "detach", None))',
    'getattr(x, "cpu", None) is not None',
)
PROGRAM = """\
import numpy as np
import torch


def convert(x):
    if {guard}:
        x = x.detach()
    return np.asarray(x)


convert(1.5)
convert(torch.ones(2, requires_grad=True))
"""


def _said(text: str) -> list[str]:
    return [each.code for each in check_source(text) if each.code.startswith("TNC1")]


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_keeps_tensors_away(guard: str) -> None:
    text = PROGRAM.format(guard=guard)
    exec(text, {})
    assert _said(text) == []


@pytest.mark.parametrize("guard", GUARDS)
def test_the_opposite_lets_them_through(guard: str) -> None:
    text = PROGRAM.format(guard=f"not ({guard})").replace("x.detach()", "None")
    with pytest.raises(RuntimeError, match="requires grad"):
        exec(text, {})
    assert _said(text) == ["TNC101"]
