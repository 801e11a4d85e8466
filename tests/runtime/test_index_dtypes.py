"""Indices, classes and targets: what is reported is what raises, and what is fixed runs."""

from __future__ import annotations

from functools import cache

import pytest

from flake8_tensorconv import Options, check_source, fix_source
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
from flake8_tensorconv.verify.run import Outcome, run_programs

HEAD = """\
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

narrow = torch.from_numpy(np.array([0, 1, 1], dtype=np.int32))
short = torch.as_tensor(np.arange(3).astype(np.int16))
bytes_ = torch.tensor(np.array([0, 1, 1], dtype=np.uint8))
wide = torch.from_numpy(np.array([0, 1, 1]))
doubles = torch.from_numpy(np.zeros(3))
scores = torch.ones(3, 3)
"""
#: Each raises on its last line.
BAD = {
    "classes": "F.one_hot(narrow)",
    "classes by name": "F.one_hot(input=bytes_, num_classes=3)",
    "classes of another module": "torch.nn.functional.one_hot(doubles)",
    "targets": "F.cross_entropy(scores, narrow)",
    "targets by name": "F.cross_entropy(scores, target=short)",
    "targets of a likelihood": "F.nll_loss(scores, bytes_ > 0)",
    "targets of a module": "loss = nn.CrossEntropyLoss()\nloss(scores, narrow)",
    "targets of another module": "nn.NLLLoss()(scores, short)",
    "rows of a table": "F.embedding(short, scores)",
    "rows of an embedding": "nn.Embedding(3, 2)(bytes_)",
    "gathered": "scores.gather(1, short.view(-1, 1))",
    "gathered by torch": "torch.gather(scores, 1, index=bytes_.unsqueeze(1))",
    "selected": "scores.index_select(0, short)",
    "taken": "scores.take(narrow)",
    "added in place": "scores.index_add_(0, short, torch.ones(3, 3))",
    "filled": "scores.index_fill_(0, narrow, 0.0)",
    "scattered": "torch.zeros(3, 3).scatter_(1, bytes_.view(-1, 1), 1.0)",
    "in a helper": "def hot(x):\n    return F.one_hot(x).float()\n\n\nhot(narrow)",
    "in a class": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.table = nn.Embedding(3, 2)\n\n    def forward(self, x):\n"
        "        return self.table(x)\n\n\nNet()(short)"
    ),
}
BEFORE = {"in a helper": 3, "in a class": 3}
GOOD = {
    "wide": "F.one_hot(wide), F.cross_entropy(scores, wide), scores.take(wide)",
    "cast": "F.one_hot(narrow.long()), F.cross_entropy(scores, short.to(torch.int64))",
    "cast in NumPy": "F.one_hot(torch.from_numpy(np.zeros(3, np.int32).astype(np.int64)))",
    "int32 where it will do": (
        "F.embedding(narrow, scores), scores.gather(1, narrow.view(-1, 1)), "
        "scores.index_select(0, narrow), scores.scatter(1, narrow.view(-1, 1), 1.0)"
    ),
    "bytes as targets": "F.cross_entropy(scores, bytes_), F.nll_loss(scores, bytes_)",
    "shares as targets": "F.cross_entropy(scores, torch.full((3, 3), 1 / 3))",
    "positions": "scores[narrow], scores[bytes_ > 0], nn.Embedding(3, 2)(narrow)",
    "an array": "np.take(np.ones(3), np.array([0, 1], dtype=np.int32))",
    "a method of an array": "np.ones(3).take(np.array([0, 1], dtype=np.int16))",
    "other losses": "F.mse_loss(scores[0], doubles.float()), F.l1_loss(scores[0], doubles)",
    "expected": "try:\n    F.one_hot(narrow)\nexcept RuntimeError:\n    F.one_hot(narrow.long())",
    "an option": "F.one_hot(wide, num_classes=5), F.cross_entropy(scores, wide, ignore_index=1)",
}


def _program(body: str) -> str:
    return f"{HEAD}{body}\n"


def _fixed(body: str) -> str:
    return fix_source(_program(body), Options(), unsafe=True)


@cache
def outcomes() -> dict[str, Outcome]:
    named = {f"bad {name}": _program(body) for name, body in BAD.items()}
    named |= {f"good {name}": _program(body) for name, body in GOOD.items()}
    named |= {f"fixed {name}": _fixed(body) for name, body in BAD.items()}
    results = run_programs(tuple(named.values()), "cpu", timeout=300)
    return dict(zip(named, results, strict=True))


def _said(body: str) -> list[tuple[int, str]]:
    found = check_source(_program(body), Options(unwanted=frozenset(OFF_BY_DEFAULT)))
    return [(each.span.line, each.code) for each in found]


@pytest.mark.parametrize("name", BAD)
def test_a_refused_index_is_reported(name: str) -> None:
    line = _program(BAD[name]).count("\n") - BEFORE.get(name, 0)
    assert _said(BAD[name]) == [(line, "TNC208")]


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_made_up(name: str) -> None:
    assert _said(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_it_raises_until_it_is_fixed(name: str) -> None:
    assert outcomes()[f"bad {name}"].error is not None
    assert outcomes()[f"fixed {name}"].error is None


@pytest.mark.parametrize("name", GOOD)
def test_the_others_run(name: str) -> None:
    assert outcomes()[f"good {name}"].error is None
