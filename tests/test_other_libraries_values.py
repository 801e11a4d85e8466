"""What other libraries' values are not: tensors for `cast`, or arrays where they meet some."""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

CAST = """\
from typing import Any, cast

import h5py
import torch


def load(file):
    held = {}
    return torch.from_numpy(held[:].astype("float32"))
"""


@pytest.mark.parametrize(
    "cast",
    [
        "cast(h5py.Dataset, file['data'])",
        "cast('h5py.Dataset', file['data'])",
        "cast(Any, file['data'])",
        "cast(Rows, file)",
        "cast(list, file)",
    ],
)
def test_a_cast_to_a_type_that_nobody_knows(cast: str) -> None:
    assert not check_source(CAST.format(cast))
    wrong = CAST.format("cast(torch.Tensor, file['data'])")
    assert "TNC105" in {each.code for each in check_source(wrong)}


@pytest.mark.parametrize("use", ["rows * best", "best * rows", "rows - 0.9 * (1 - rows) * best"])
def test_arrays_that_meet_what_knows_how_to_compute(use: str) -> None:
    text = (
        "import numpy as np\nimport tensorflow as tf\nimport torch\n\n\ndef f(rows, given):\n"
        f"    rows = np.vstack(rows)\n    best = tf.reduce_sum(given)\n    return ({use}).numpy()\n"
    )
    assert not check_source(text)
    assert {each.code for each in check_source(text.replace(f"({use})", "rows"))} == {"TNC105"}


ROUNDED = """\
import torch

places = torch.arange(6, dtype=torch.int64)
rows = torch.zeros(9, 2)
found = {}
print(torch.index_select(rows, 0, found).numpy())
"""


@pytest.mark.parametrize(
    "given",
    [
        "places.div(2, rounding_mode='floor')",
        "torch.div(places, 2, rounding_mode='trunc')",
        "torch.divide(places, 2, rounding_mode='floor')",
        "places.divide(2, rounding_mode='floor')",
        "places // 2",
    ],
)
def test_integers_that_are_divided_and_rounded(given: str) -> None:
    text = ROUNDED.format(given)
    exec(text, {})
    assert not check_source(text)
    wrong = text.replace(given, "torch.div(places, 2)")
    with pytest.raises(RuntimeError):
        exec(wrong, {})
    assert "TNC208" in {each.code for each in check_source(wrong)}


def test_the_number_of_a_device_follows_the_tensor() -> None:
    text = """\
import torch


def total(scores):
    number = scores.get_device()
    device = torch.device(f"cuda:{number}") if number >= 0 else torch.device("cpu")
    return (scores + torch.zeros(len(scores), device=device)).sum()


print(total(torch.randn(3)).item())
"""
    exec(text, {})
    assert "TNC207" not in {each.code for each in check_source(text)}
    name = 'torch.device("cuda" if torch.cuda.is_available() else "cpu")'
    wrong = text.replace("device=device", f"device={name}")
    assert "TNC207" in {each.code for each in check_source(wrong)}
