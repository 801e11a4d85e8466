"""Arguments of NumPy's functions and methods: what is reported is what raises."""

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
grown = nn.Linear(2, 3)(torch.ones(2)).abs()
index = torch.arange(3).to(device)
mask = torch.tensor([True, False, True]).to(device)
values = np.array([0.5, 1.5, 2.5])
rng = np.random.default_rng(0)
"""
#: Calls of which each raises, and the code.
BAD = {
    "weights by name": ("np.average(values, weights=grown)", "TNC101"),
    "weights by position": ("np.histogram(values, 3, None, None, grown)", "TNC101"),
    "weights of integers": ("np.bincount(np.arange(3), weights=grown)", "TNC101"),
    "where by name": ("np.sum(values, where=mask)", "TNC102"),
    "where of a ufunc": ("np.add(values, 1, where=mask)", "TNC102"),
    "a bound": ("np.clip(values, 0, grown)", "TNC101"),
    "a bound by name": ("np.clip(values, a_min=grown, a_max=None)", "TNC101"),
    "a bound without axes": ("np.clip(values, 0, grown.max())", "TNC101"),
    "bins": ("np.digitize(values, bins=grown.cumsum(0))", "TNC101"),
    "a fill value": ("np.full((2, 3), grown)", "TNC101"),
    "a stop": ("np.linspace(0, grown.sum(), 3)", "TNC101"),
    "what is copied": ("np.copyto(np.zeros(3), grown)", "TNC101"),
    "positions": ("np.take(values, index)", "TNC102"),
    "positions of no size": ("np.unravel_index(index, (2, 3))", "TNC102"),
    "positions that are put at": ("np.put(np.zeros(3), index, 1.0)", "TNC102"),
    "values that are put": ("np.put(np.zeros(3), [0, 1, 2], grown)", "TNC101"),
    "what is added at": ("np.add.at(np.zeros(3), [0, 1, 2], grown)", "TNC101"),
    "where it is added": ("np.add.at(np.zeros(3), index, 1.0)", "TNC102"),
    "counts": ("np.repeat(values, index)", "TNC102"),
    "bits": ("np.bitwise_and(np.arange(3), index)", "TNC102"),
    "a masked mean": ("np.ma.average(np.ma.array(values), weights=grown)", "TNC101"),
    "a method's operand": ("values.dot(grown)", "TNC101"),
    "a method's positions": ("values.take(index)", "TNC102"),
    "a method's bound": ("values.clip(0, grown)", "TNC101"),
    "a method's value": ("values.searchsorted(grown)", "TNC101"),
    "probabilities": ("np.random.choice(3, p=grown / grown.sum())", "TNC101"),
    "a generator's mean": ("rng.normal(grown, 1.0)", "TNC101"),
    "a generator's scale by name": ("rng.normal(scale=grown)", "TNC101"),
    "a generator's choice": ("rng.choice(index)", "TNC102"),
    "an old generator": ("np.random.RandomState(0).normal(grown)", "TNC101"),
}
GOOD = {
    "detached": "np.average(values, weights=grown.detach())",
    "on the CPU": "np.sum(values, where=mask.cpu())",
    "a number": "np.clip(values, 0, float(grown.max()))",
    "an item": "np.linspace(0, grown.sum().item(), 3)",
    "a size": "np.full(grown.shape, 1.0)",
    "an axis": "np.take(values, [0, 1], axis=0)",
    "a dtype": "np.full(3, 1.0, dtype=np.float32)",
    "counts of numbers": "np.repeat(values, len(grown))",
    "a method of a tensor": "grown.dot(grown), grown.clip(0, 1), grown.take(torch.tensor([0]))",
    "a tensor's positions": "torch.take(grown, torch.tensor([0]))",
    "a method of a list": "[grown, grown].index(grown)",
    "a generator's size": "rng.normal(size=len(index)), rng.normal(0.0, 1.0, grown.shape)",
    "a generator of torch": "torch.randperm(3, generator=torch.Generator().manual_seed(0))",
    "no array": "np.shape(grown), np.ndim(grown), np.squeeze(grown)",
    "without gradients": "torch.no_grad()(lambda: np.clip(values, 0, nn.Linear(1, 3).bias))()",
    "of no gradient": "np.clip(values, 0, torch.ones(3)), values.dot(torch.ones(3).double())",
    "a random sample": "np.random.choice(3, size=2)",
}


def _program(body: str) -> str:
    return f"{HEAD}print({body})\n"


def _fixed(body: str) -> str:
    return fix_source(_program(body), Options(), unsafe=True)


@cache
def outcomes(device: Device) -> dict[str, Outcome]:
    named = {f"bad {name}": _program(body) for name, (body, _) in BAD.items()}
    named |= {f"good {name}": _program(body) for name, body in GOOD.items()}
    named |= {f"fixed {name}": _fixed(body) for name, (body, _) in BAD.items()}
    results = run_programs(tuple(named.values()), device, timeout=300)
    return dict(zip(named, results, strict=True))


def _said(body: str) -> list[str]:
    options = Options(unwanted=frozenset(OFF_BY_DEFAULT))
    return [each.code for each in check_source(_program(body), options)]


@pytest.mark.parametrize("name", BAD)
def test_an_argument_that_is_read_is_reported(name: str) -> None:
    body, code = BAD[name]
    assert _said(body) == [code]


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_made_up(name: str) -> None:
    assert _said(GOOD[name]) == []


@pytest.mark.parametrize("device", machines.ACCELERATORS)
@pytest.mark.parametrize("name", BAD)
def test_it_raises(name: str, device: Device) -> None:
    assert outcomes(device)[f"bad {name}"].error is not None


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize("name", BAD)
def test_what_is_fixed_runs(name: str, device: Device) -> None:
    assert outcomes(device)[f"fixed {name}"].error is None


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize("name", GOOD)
def test_the_others_run_everywhere(name: str, device: Device) -> None:
    assert outcomes(device)[f"good {name}"].error is None
