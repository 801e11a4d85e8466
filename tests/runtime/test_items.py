"""Items of arrays and tensors: what is reported is what raises, and what is fixed runs."""

from __future__ import annotations

from functools import cache

import machines
import pytest

from flake8_tensorconv import Options, check_source, fix_source
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
from flake8_tensorconv.verify.run import Device, Outcome, run_programs

HEAD = """\
import numpy as np
import torch
from torch import nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
model = nn.Linear(2, 2)
out = model(torch.ones(3, 2))
far = torch.ones(3, 2).to(device)
order = torch.argsort(torch.rand(3)).to(device)
table = np.zeros((4, 2))
row = np.arange(2.0)
target = torch.zeros(4, 2)
"""
#: Each raises on its last line, and that is reported with this code.
BAD = {
    "a row": ("table[0] = out[0]", "TNC101"),
    "rows": ("table[:3] = out", "TNC101"),
    "a column": ("table[:3, 1] = out[:, 0]", "TNC101"),
    "behind dots": ("table[..., 0] = out.sum()", "TNC101"),
    "a number in a row": ("table[1] = out.sum()", "TNC101"),
    "a number in all": ("table[:] = out.mean()", "TNC101"),
    "rows of a mask": ("table[table[:, 0] == 0] = out.mean()", "TNC101"),
    "rows of a list": ("table[[0, 2, 3]] = out", "TNC101"),
    "rows of an index array": ("table[np.arange(3)] = out", "TNC101"),
    "in a loop": (
        "store = np.zeros((3, 2), dtype=np.float32)\n"
        "for i in range(3):\n    store[i] = model(torch.ones(2))",
        "TNC101",
    ),
    "batch by batch": (
        "store, start = np.empty((6, 2)), 0\nfor batch in (torch.ones(3, 2), torch.ones(3, 2)):\n"
        "    stop = start + len(batch)\n    store[start:stop] = model(batch)",
        "TNC101",
    ),
    "a list of tensors": ("table[:2] = [out[0], out[1]]", "TNC101"),
    "two targets": ("table[0], table[1] = row, out[0]", "TNC101"),
    "an attribute": (
        "class Store:\n    def __init__(self):\n        self.rows = np.zeros((3, 2))\n\n"
        "    def put(self, i, x):\n        self.rows[i] = x\n\n\nStore().put(0, out[0])",
        "TNC101",
    ),
    "an array in a dictionary": (
        "arrays = {'a': np.zeros((3, 2))}\narrays['a'][:] = out",
        "TNC101",
    ),
    "from far away": ("table[:3] = far", "TNC102"),
    "a number from far away": ("table[0] = far.sum()", "TNC102"),
    "bfloat16": ("table[:3] = out.detach().bfloat16()", "TNC103"),
    "sparse": ("table[:3] = out.detach().to_sparse()", "TNC104"),
    "an index": ("print(table[order])", "TNC102"),
    "one of two indices": ("print(table[order, 0])", "TNC102"),
    "an index behind a slice": ("print(row[None][:, (order > 1)[:2]])", "TNC102"),
    "an index that is stored at": ("table[order] = 1.0", "TNC102"),
    "an index that is added at": ("table[order] += 1.0", "TNC102"),
    "a mask": ("print(table[:3][far[:, 0] > 0.5])", "TNC102"),
    "a mask that is stored at": ("table[:3][far > 0.5] = 0.0", "TNC102"),
    "an array in a row of a tensor": ("target[0] = row", "TNC106"),
    "an array in a slice": ("target[1:3] = table[:2]", "TNC106"),
    "an array in a column": ("target[:, 0] = table[:, 1]", "TNC106"),
    "an array in all": ("target[...] = table", "TNC106"),
    "an array behind a mask": ("target[target == 0] = np.zeros(8)", "TNC106"),
    "an array in a loop": (
        "for i, each in enumerate([np.ones(2), np.zeros(2)]):\n    target[i] = each",
        "TNC106",
    ),
    "an array in an attribute": (
        "class Store:\n    def __init__(self):\n        self.rows = torch.zeros(3, 2)\n\n"
        "    def put(self, i, x):\n        self.rows[i] = x\n\n\nStore().put(0, row)",
        "TNC106",
    ),
    "a float32 scalar": ("target[0, 0] = np.float32(0.5)", "TNC106"),
    "an element of a float32 array": ("target[0, 0] = np.ones(2, np.float32)[0]", "TNC106"),
    "a bool of NumPy": ("target[0, 0] = (row > 0)[0]", "TNC106"),
}
#: In these the line that raises is not the last one.
MARKED = {"an attribute": 18, "an array in an attribute": 18}
GOOD = {
    "detached": "table[:3] = out.detach()",
    "converted": "table[:3] = far.cpu().numpy()",
    "a single element": "row[0] = out.sum()",
    "a single element of a matrix": "table[0, 1] = out.sum()",
    "a single element from far away": "row[1] = far.mean()",
    "a single element of a list of losses": (
        "losses = np.zeros(3)\nfor i in range(3):\n    losses[i] = model(torch.ones(2)).mean()"
    ),
    "an element that is added to": "row[0] += float(out.sum())",
    "without gradients": "with torch.no_grad():\n    table[:3] = model(torch.ones(3, 2))",
    "an array of objects": "cells = np.empty(2, dtype=object)\ncells[0] = out\ncells[1] = far",
    "a list": "cells = [None, None]\ncells[0] = out\ncells[:] = [out, far]",
    "a dictionary": "cells = {}\ncells['a'] = out\ncells[0] = far",
    "a tensor in a tensor": "target[:3] = out\ntarget[0] = far[0].cpu()",
    "a number at an index from far away": "print(row[torch.tensor(1).to(device)])",
    "an element of an index from far away": "print(row[(order % 2)[0]])",
    "each of an index from far away": "for i in order % 2:\n    print(row[i])",
    "an index on the CPU": "print(table[order.cpu()])\ntable[torch.tensor([0, 1])] = 1.0",
    "a mask on the CPU": "print(row[torch.tensor([True, False])])",
    "a tensor at an index": "print(far[order], target[torch.tensor([0])])",
    "a position": "print(row[far.argmax().item() % 2], row[int(order[0]) % 2])",
    "a tensor with an array as index": "target[np.array([0, 1])] = target[np.array([1])]",
    "an array made a tensor": "target[0] = torch.from_numpy(row)\ntarget[1] = torch.tensor(row)",
    "NumPy's numbers": "target[0, 0] = row[1]\ntarget[1] = row.sum() + np.arange(3)[1]",
    "Python's numbers": "target[0] = 1.5\ntarget[1, 0] = float(np.float32(2))",
    "added to a row": "target[0] += torch.from_numpy(row)",
    "expected": "try:\n    target[0] = row\nexcept TypeError:\n    target[0] = torch.tensor(row)",
    "asked": (
        "def put(store, x):\n    if isinstance(store, np.ndarray):\n        store[0] = x.detach()\n"
        "    else:\n        store[0] = x\n\n\nput(table, out[0])\nput(target, out[0])"
    ),
    "an array in an array": "table[0] = row\ntable[:, 0] = table[:, 1]",
}


def _program(body: str) -> str:
    return f"{HEAD}{body}\n"


@cache
def outcomes(device: Device) -> dict[str, Outcome]:
    named = {f"bad {name}": _program(body) for name, (body, _) in BAD.items()}
    named |= {f"good {name}": _program(body) for name, body in GOOD.items()}
    named |= {f"fixed {name}": _fixed(body) for name, (body, _) in BAD.items()}
    results = run_programs(tuple(named.values()), device, timeout=300)
    return dict(zip(named, results, strict=True))


def _fixed(body: str) -> str:
    return fix_source(_program(body), Options(), unsafe=True)


def _said(body: str) -> list[tuple[int, str]]:
    found = check_source(_program(body), Options(unwanted=frozenset(OFF_BY_DEFAULT)))
    return [(each.span.line, each.code) for each in found]


@pytest.mark.parametrize("name", BAD)
def test_an_item_is_reported_where_it_raises(name: str) -> None:
    body, code = BAD[name]
    assert _said(body) == [(MARKED.get(name, _program(body).count("\n")), code)]


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_made_up(name: str) -> None:
    assert _said(GOOD[name]) == []


@pytest.mark.parametrize("device", machines.ACCELERATORS)
@pytest.mark.parametrize("name", BAD)
def test_it_raises(name: str, device: Device) -> None:
    outcome = outcomes(device)[f"bad {name}"]
    assert outcome.error is not None
    assert outcome.line == MARKED.get(name, _program(BAD[name][0]).count("\n"))


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize("name", BAD)
def test_what_is_fixed_runs(name: str, device: Device) -> None:
    assert outcomes(device)[f"fixed {name}"].error is None


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize("name", GOOD)
def test_the_others_run_everywhere(name: str, device: Device) -> None:
    assert outcomes(device)[f"good {name}"].error is None
