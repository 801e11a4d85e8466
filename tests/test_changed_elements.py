"""`held[key] += 1` changes what the container holds there, and nothing else; all of it is run."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from flake8_tensorconv import check_source

START = """import numpy as np
import torch

"""
ARRAYS = "held = {'x': np.arange(3.0), 'y': np.arange(3.0)}\n"
TENSOR = "t = torch.from_numpy(held['x'])\nbefore = float(t.sum())\n"
#: What is done, and whether the tensor changes.
CHANGES = {
    "held['x'] += 5\n": True,
    "held['x'] *= 2\n": True,
    "held['x'] = held['x'] + 5\n": False,
    "held['y'] += 5\n": False,
    "other = dict(held)\nother['x'] += 5\n": True,
    "other = {k: v for k, v in held.items()}\nother['x'] += 5\n": True,
    "other = {k: v.copy() for k, v in held.items()}\nother['x'] += 5\n": False,
    "listed = [held['x'], held['y']]\nlisted[0] += 5\n": True,
    "listed = [held['x'], held['y']]\nlisted[1] += 5\n": False,
    "listed = list(held.values())[1:]\nlisted[0] += 5\n": False,
    "def add(key):\n    held[key] += 5\n\n\nadd('x')\n": True,
    "def add(key):\n    held[key] += 5\n\n\nadd('y')\n": False,
    "for key in held:\n    held[key] += 5\n": True,
    "for key in ('y',):\n    held[key] += 5\n": False,
    "total = {}\nfor key, each in held.items():\n    total[key] = total.get(key, 0) + each\n"
    "    total[key] += each\n": False,
}


@pytest.mark.parametrize(("change", "changes"), CHANGES.items())
def test_what_a_container_holds(change: str, changes: bool) -> None:
    text = f"{START}{ARRAYS}{TENSOR}{change}assert float(t.sum()) == before\n"
    with pytest.raises(AssertionError) if changes else nullcontext():
        exec(text, {})
    assert any(f.code == "TNC301" for f in check_source(text)) is changes, text
