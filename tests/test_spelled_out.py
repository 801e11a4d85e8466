"""Numbers that a program spells out where an array is made, elsewhere than it is cast; run, too."""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

CAST = """\
import numpy as np
import torch


def rows(lengths):
{}


class Data:
    def __init__(self, lengths):
        self.held = np.asarray(rows(lengths))

    def part(self, places):
        return self.held[places]


def batch(data: Data):
    return torch.Tensor(data.part([0, 1])).long()


print(batch(Data([1, 2])))
"""
#: What a function gives, and whether a float32 holds all of it.
ROWS = {
    "    return [[1] * n + [0] * (2 - n) for n in lengths]": True,
    "    return [[1, 2] for _ in lengths]": True,
    "    return tuple((0, 2048) for _ in lengths)": True,
    "    found = []\n    for n in lengths:\n        found.append(-1)\n    return found": True,
    "    return [True for _ in lengths]": True,
    "    return [[1, 16777217] for _ in lengths]": False,
    "    return [int(n * 16777217) for n in lengths]": False,
    "    return [hash(n + 16777216) for n in lengths]": False,
}


@pytest.mark.parametrize("given", ROWS)
def test_numbers_of_an_array(given: str) -> None:
    text = CAST.format(given)
    space: dict[str, object] = {}
    exec(text.replace("print(batch(Data([1, 2])))", "data = Data([1, 2])"), space)
    held = space["data"].held  # type: ignore[attr-defined]
    assert (space["batch"](space["data"]).numpy() == held).all() == ROWS[given]  # type: ignore[operator]
    assert ("TNC401" in {each.code for each in check_source(text)}) is not ROWS[given]
