"""Tests of the number of axes, in every spelling: each program is run, and then judged.

What happens to matrices alone has not happened to what is no matrix, and a scalar of NumPy, which
`torch.from_numpy` refuses, has no axes. The first program of each kind runs and must be silent; the
second is told the opposite by the same test: it raises and must be reported.
"""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

HEAD = """\
import numpy as np
import torch

"""
#: True for a matrix, false for a row.
A_MATRIX = (
    "x.ndim == 2",
    "2 == x.ndim",
    "x.ndim in (2, 4)",
    "not x.ndim != 2",
    "len(x.shape) == 2",
    "np.ndim(x) == 2",
    "len(np.shape(x)) == 2",
    "(x.ndim == 2) is True",
    "(matrix := x.ndim == 2) and matrix",
)
#: True for what has axes, false for a scalar.
HAS_AXES = (
    "x.ndim",
    "x.ndim > 0",
    "0 < x.ndim",
    "x.ndim >= 1",
    "x.ndim != 0",
    "not x.ndim == 0",
    "x.ndim not in (0,)",
    "x.shape",
    "x.shape != ()",
    "not x.shape == ()",
    "len(x.shape)",
    "np.ndim(x) > 0",
    "bool(x.ndim)",
    "x.size > 1",
    "not x.size == 1",
)
REVERSED = """
def load(x):
    if {test}:
        x = x[:, ::-1]
    if {again}:
        x = x.copy()
    return torch.from_numpy(x)


print(load(np.ones((2, 3), "float32")), load(np.ones(3, "float32")))
"""
SCALARS = """
def load(x):
    if {test}:
        return torch.from_numpy(x)
    return torch.tensor(float(x)) if {again} else torch.from_numpy(x)


a = np.arange(6, dtype="float32")
print(load(a), load(a.sum()), load(a[1]))
"""
LEARNT = """
for x in (torch.tensor(1.0, requires_grad=True), torch.ones(3)):
    if {test}:
        print(x.numpy())
"""
CASES = {
    **{
        f"reversed rows, {test}, {again}": REVERSED.format(test=test, again=again)
        for test in A_MATRIX
        for again in ("x.ndim == 2", test)
    },
    **{f"scalars, {test}": SCALARS.format(test=test, again=f"not ({test})") for test in HAS_AXES},
    **{
        f"a leaf without axes, {test}": LEARNT.format(test=test)
        for test in ("x.dim()", "x.dim() == 1", "x.ndimension() > 0", "len(x.size()) > 0",
                     "x.numel() > 1", "x.size() != ()", "x.nelement() == 3")
    },
}  # fmt: skip
OPPOSITE = {
    **{
        f"reversed rows, {test}": REVERSED.format(test=test, again=f"not ({test})")
        for test in A_MATRIX
    },
    **{
        f"scalars, {test}": SCALARS.format(test=f"not ({test})", again="True")
        for test in HAS_AXES
    },
    **{
        f"a leaf without axes, {test}": LEARNT.format(test=test)
        for test in ("not x.dim()", "x.dim() != 1", "x.ndim < 1", "x.numel() == 1")
    },
}  # fmt: skip
#: What raises.
RAISING = ("TNC1", "TNC2")


def _said(text: str) -> list[str]:
    return [each.code for each in check_source(text) if each.code.startswith(RAISING)]


@pytest.mark.parametrize("name", CASES)
def test_what_has_other_axes_is_left_alone(name: str) -> None:
    text = HEAD + CASES[name]
    exec(text, {})
    assert _said(text) == [], text


@pytest.mark.parametrize("name", OPPOSITE)
def test_the_opposite_is_reported(name: str) -> None:
    text = HEAD + OPPOSITE[name]
    with pytest.raises((ValueError, TypeError, RuntimeError)):
        exec(text, {})
    assert len(_said(text)) == 1, text
