"""What is found in a file depends on neither the order of the files nor on what was looked at."""

from __future__ import annotations

import itertools
import os
import random
from pathlib import Path

import pytest

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text

#: Modules that fill a table of another one, and two that import each other.
FILES = {
    "table.py": """
TABLE = {}


def register(name):
    def keep(function):
        TABLE[name] = function
        return function

    return keep
""",
    "one.py": """
import torch
from table import register


@register("one")
def make():
    return torch.zeros(3, requires_grad=True)


WEIGHT = make()
""",
    "two.py": """
from table import TABLE, register
import three


@register("two")
def fixed():
    return three.LAYER.weight.detach()


KEPT = fixed()
""",
    "three.py": """
import torch
import two
from one import WEIGHT

LAYER = torch.nn.Linear(3, 3)
HELD = [WEIGHT]


def kept():
    return two.KEPT.numpy()
""",
    "main.py": """
import one
import two
from table import TABLE
from three import HELD, LAYER, kept

one.WEIGHT.numpy()
two.KEPT.numpy()
LAYER.weight.numpy()
HELD[0].numpy()
TABLE["two"]().numpy()
kept().shape
""",
    "other.py": """
from three import LAYER
from two import KEPT

LAYER.bias.numpy()
KEPT.numpy()
""",
}
ORDERS = list(itertools.permutations(FILES))


def write(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("")
    for name, text in FILES.items():
        (folder / name).write_text(text)


def found(folder: Path, name: str) -> list[tuple[int, str, str]]:
    path = folder / name
    findings = check_text(path.read_text(), Options(), path=str(path))
    return [(each.span.line, each.code, each.certainty.value) for each in findings]


@pytest.mark.parametrize("order", random.Random(0).sample(ORDERS, 12), ids="-".join)
def test_any_order_gives_the_same(order: tuple[str, ...], tmp_path: Path) -> None:
    write(tmp_path)
    assert {name: found(tmp_path, name) for name in order} == {
        "main.py": [(line, "TNC101", "proven") for line in (7, 9, 10)],
        "other.py": [(5, "TNC101", "proven")],
        "one.py": [],
        "two.py": [],
        "three.py": [(11, "TNC310", "possible")],
        "table.py": [],
    }


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    write(tmp_path)
    assert found(tmp_path, "other.py") == [(5, "TNC101", "proven")]
    path = tmp_path / "three.py"
    path.write_text(path.read_text() + "LAYER.requires_grad_(False)\n")
    assert found(tmp_path, "other.py") == []
    path.write_text(FILES["three.py"])
    os.utime(path, ns=(0, 0))
    assert found(tmp_path, "other.py") == [(5, "TNC101", "proven")]
