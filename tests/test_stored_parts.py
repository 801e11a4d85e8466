"""What goes right into a part of a tensor takes the dtype of that: no float64 leaks (TNC404)."""

from __future__ import annotations

import textwrap

import pytest

from flake8_tensorconv import Options
from flake8_tensorconv.rewriting.check import check_text

pytest.importorskip("torch")

SETUP = """
import numpy as np
import torch
x = torch.zeros(3, 3)
a = np.ones((3, 3))
"""
CAST = {
    "a number": "x[0] = torch.from_numpy(a[0])",
    "a slice": "x[:] = torch.from_numpy(a)",
    "an ellipsis": "x[..., 0] = torch.from_numpy(a[:, 0])",
    "rows in a loop": """
        for i, row in enumerate(a):
            x[i] = torch.as_tensor(row)
    """,
    "a number and a slice": """
        for i in range(3):
            x[i, :] = torch.tensor(a[i])
    """,
    "added to a row": "x[1] += torch.from_numpy(a[1])",
    "a variable": """
        n = len(a) - 1
        x[n] = torch.from_numpy(a[n])
    """,
    "the last row": "x[-1] = torch.from_numpy(a[-1])",
    "a new axis": "x[None] = torch.from_numpy(a)",
    "a slice from a variable": """
        n = 2
        x[n:] = torch.from_numpy(a[n:])
    """,
    "an attribute": """
        class A:
            def __init__(self):
                self.x = torch.zeros(3, 3)
            def put(self, i, r):
                self.x[i] = torch.from_numpy(r)
        A().put(0, a[0])
    """,
}
#: Programs that raise, as float64 is left of it.
LEAKING = {
    "a mask": "x[x == 0] = torch.from_numpy(a).flatten()",
    "a mask that is spelled out": "x[torch.tensor([True, False, True])] = torch.from_numpy(a[:2])",
    "a list": "x[[0, 1]] = torch.from_numpy(a[:2])",
    "a tensor of numbers": "x[torch.tensor([0, 1])] = torch.from_numpy(a[:2])",
    "into a dictionary": """
        d = {}
        d['a'] = torch.from_numpy(a)
        torch.nn.Linear(3, 1)(d['a'])
    """,
    "into a list": """
        d = [0]
        d[0] = torch.from_numpy(a)
        torch.nn.Linear(3, 1)(d[0])
    """,
    "by way of a variable": """
        y = torch.from_numpy(a)
        x[:] = y
        torch.nn.Linear(3, 1)(y)
    """,
    "an array of numbers": "x[np.array([0, 1])] = torch.from_numpy(a[:2])",
    "a variable as well": """
        x[0] = y = torch.from_numpy(a[0])
        torch.nn.Linear(3, 1)(y)
    """,
}


def _program(body: str) -> str:
    return SETUP + textwrap.dedent(body)


def _is_reported(text: str) -> bool:
    return any(found.code == "TNC404" for found in check_text(text, Options()))


@pytest.mark.parametrize("name", CAST)
def test_what_is_cast_on_the_spot_is_no_leak(name: str) -> None:
    text = _program(CAST[name])
    exec(compile(text, name, "exec"), {"__name__": "program"})
    assert not _is_reported(text)


@pytest.mark.parametrize("name", LEAKING)
def test_what_raises_is_reported(name: str) -> None:
    text = _program(LEAKING[name])
    with pytest.raises(RuntimeError, match="dtype"):
        exec(compile(text, name, "exec"), {"__name__": "program"})
    assert _is_reported(text)
