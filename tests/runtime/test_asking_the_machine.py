"""Where a machine without an accelerator is known to be at hand, nothing can be on one.

Each program asks twice, in two functions: before it moves a tensor, and before it converts that.
On either machine the first kind works, and must be silent; the second has the branches the wrong
way round, so that it raises on an accelerator, and must be reported.
"""

from __future__ import annotations

from functools import cache

import machines
import pytest

from flake8_tensorconv import check_source
from flake8_tensorconv.verify.run import Device, Outcome, run_programs

TEMPLATE = """\
import types

import numpy as np
import torch

{setup}


def put(x):
    return x.to("cuda") if {asked} else x


def get(x):
    if {asked}:
        return x{there}.numpy().tolist()
    return x{here}.numpy().tolist()


print(get(put(torch.ones(2))))
"""
CHOSEN = """\
import torch

asked = torch.cuda.is_available()
put = (lambda x: x.cuda()) if asked else (lambda x: x)
if asked:
    def get(x):
        return x{there}.numpy().tolist()
else:
    def get(x):
        return x{here}.numpy().tolist()
print(get(put(torch.ones(2))))
"""
HAS = "torch.cuda.is_available()"
#: What is set up first, and in which words it is asked.
ASKING = {
    "": (HAS, f"{HAS} is True", "torch.cuda.device_count()", "torch.cuda.device_count() > 0",
         "torch.cuda.device_count() != 0", "torch.cuda.device_count() >= 1"),
    f"cuda = {HAS}": ("cuda", "cuda == True", "not (not cuda)", "bool(cuda)", "cuda and True"),
    f"use_gpu = {HAS} and torch.cuda.device_count() >= 1": ("use_gpu", "use_gpu is not False"),
    f"args = types.SimpleNamespace(cuda={HAS})": ("args.cuda",),
    f"settings = {{'cuda': {HAS}}}": ("settings['cuda']",),
    f"class Config:\n    cuda = {HAS}": ("Config.cuda", "Config().cuda"),
    f"def on_gpu():\n    return {HAS}": ("on_gpu()",),
    f"device = torch.device('cuda' if {HAS} else 'cpu')": (
        "device.type == 'cuda'", "device.type != 'cpu'", "str(device) != 'cpu'",
        "device != torch.device('cpu')", "'cuda' in str(device)", "device.type in ('cuda', 'mps')",
        "str(device).startswith('cuda')",
    ),
    f"device = 'cuda:0' if {HAS} else 'cpu'": (
        "device != 'cpu'", "device.startswith('cuda')", "'cuda' in device",
        "device[:4] == 'cuda'", "device.split(':')[0] == 'cuda'",
    ),
    f"gpu = 0 if {HAS} else None": ("gpu is not None", "not gpu is None"),
    f"gpu_id = 0 if {HAS} else -1": ("gpu_id >= 0", "gpu_id != -1", "gpu_id > -1"),
    f"gpu_ids = [0] if {HAS} else []": ("len(gpu_ids) > 0",),
}  # fmt: skip
FORMS = {
    f"{setup.splitlines()[0] if setup else 'nothing'}: {asked}": (setup, asked)
    for setup, questions in ASKING.items()
    for asked in questions
}
RIGHT = {"there": ".cpu()", "here": ""}
WRONG = {"there": "", "here": ".cpu()"}


def _programs(words: dict[str, str]) -> dict[str, str]:
    made = {
        name: TEMPLATE.format(setup=setup, asked=asked, **words)
        for name, (setup, asked) in FORMS.items()
    }
    return {**made, "functions that are chosen": CHOSEN.format(**words)}


PROGRAMS = {"right": _programs(RIGHT), "wrong": _programs(WRONG)}


@cache
def outcomes(kind: str, device: Device) -> dict[str, Outcome]:
    programs = PROGRAMS[kind]
    results = run_programs(tuple(programs.values()), device, timeout=300)
    return dict(zip(programs, results, strict=True))


def _said(text: str) -> list[int]:
    return [each.span.line for each in check_source(text) if each.code == "TNC102"]


@pytest.mark.parametrize("device", ["cpu", *machines.ACCELERATORS])
@pytest.mark.parametrize("name", PROGRAMS["right"])
def test_what_is_asked_again_is_believed(name: str, device: Device) -> None:
    assert outcomes("right", device)[name].error is None
    assert _said(PROGRAMS["right"][name]) == []


@pytest.mark.parametrize("device", machines.ACCELERATORS)
@pytest.mark.parametrize("name", PROGRAMS["wrong"])
def test_the_wrong_way_round_is_reported(name: str, device: Device) -> None:
    outcome = outcomes("wrong", device)[name]
    assert "device type tensor" in (outcome.error or "")
    assert _said(PROGRAMS["wrong"][name]) == [outcome.line]
