"""Gradients that are switched off for some parameters: the programs are run, then judged.

The parts of a small model are known one by one, with their names. Of a large one it is not known
which parameters a loop has frozen: nothing is claimed of them.
"""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from flake8_tensorconv import check_source

NET = """import itertools

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.width = width
        self.body = {}
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(self.body(x))


model = Net()
"""
SMALL = NET.format("nn.Sequential(nn.Linear(3, width), nn.ReLU())")
LARGE = NET.format(
    "nn.Sequential(nn.Linear(3, width), *(nn.Linear(width, width) for _ in range(5)))"
)
#: True for the parameters of the head.
HEAD = (
    "'head' in name",
    "'body' not in name",
    "name.startswith('head')",
    "name.startswith(('head', 'tail'))",
    "not name.startswith('body')",
    "name.split('.')[0] == 'head'",
    "name.split('.')[0] in ['head', 'tail']",
    "name in ('head.weight', 'head.bias')",
    "any(part in name for part in ('head', 'tail'))",
    "not all(part not in name for part in ['head'])",
    "name.endswith('weight') and 'head' in name or name == 'head.bias'",
)
#: How those of which that is true are frozen.
FREEZING = (
    "for name, p in model.named_parameters():\n    if {}:\n        p.requires_grad = False\n",
    "for name, p in model.named_parameters():\n    if not ({}):\n        continue\n"
    "    p.requires_grad_(False)\n",
    "for name, p in model.named_parameters():\n    p.requires_grad = not ({})\n",
    "def freeze(m):\n    for name, p in m.named_parameters():\n        if {}:\n"
    "            p.requires_grad = False\n    return m\n\n\nfreeze(model)\n",
    "for name, p in model.named_parameters():\n    if {}:\n        p.detach_()\n",
)
LATER = "for name, p in model.named_parameters():\n    if {}:\n        print(name, p.numpy())\n"
#: Other ways, and whether the weight of the head requires grad then.
OTHERS = {
    "w = model.head.weight\nw.requires_grad_(False)\n": False,
    "w = model.head.weight\nw.requires_grad = False\nw.requires_grad_()\n": True,
    "w = model.head.bias\nw.requires_grad = False\n": True,
    "for i, p in enumerate(model.parameters()):\n    if i >= 2:\n"
    "        p.requires_grad = False\n": False,
    "for i, p in enumerate(model.parameters()):\n    if i < 2:\n"
    "        p.requires_grad = False\n": True,
    "for p in list(model.parameters())[2:]:\n    p.requires_grad = False\n": False,
    "for p in list(model.parameters())[:-2]:\n    p.requires_grad = False\n": True,
    "for p in model.parameters():\n    if p.ndim == 2:\n        p.requires_grad = False\n": False,
    "for p in model.parameters():\n    if p.ndim == 1:\n        p.requires_grad = False\n": True,
    "for m in model.modules():\n    if isinstance(m, nn.Linear):\n"
    "        m.requires_grad_(False)\n": False,
    "for m in model.modules():\n    if isinstance(m, nn.Linear):\n"
    "        m.weight.requires_grad = False\n": False,
    "for m in model.modules():\n    if isinstance(m, nn.ReLU):\n"
    "        m.requires_grad_(False)\n": True,
    "for name, m in model.named_children():\n    if name == 'head':\n"
    "        m.requires_grad_(False)\n": False,
    "for name, m in model.named_children():\n    if name != 'head':\n"
    "        m.requires_grad_(False)\n": True,
    "model.apply(lambda m: m.requires_grad_(False) if isinstance(m, nn.Linear) else None)\n": False,
    "model.apply(lambda m: m.requires_grad_(False) if isinstance(m, nn.ReLU) else None)\n": True,
    "for layer in [model.body, model.head]:\n    for p in layer.parameters():\n"
    "        p.requires_grad = False\n": False,
    "for p in itertools.chain(model.body.parameters(), model.head.parameters()):\n"
    "    p.requires_grad = False\n": False,
    "for p, q in zip(model.body.parameters(), model.head.parameters()):\n"
    "    p.requires_grad = False\n": True,
    "dict(model.named_parameters())['head.weight'].requires_grad = False\n": False,
    "dict(model.named_parameters())['head.bias'].requires_grad = False\n": True,
    "model.get_parameter('head.weight').requires_grad = False\n": False,
    "model.get_submodule('body').requires_grad_(False)\n": True,
    "model.requires_grad_(False)\nfor p in model.head.parameters():\n"
    "    p.requires_grad = True\n": True,
    "*_, w, b = model.parameters()\nw.requires_grad = False\n": False,
    "*_, w, b = model.parameters()\nb.requires_grad = False\n": True,
    "first, _, w, b = model.parameters()\nw.requires_grad = False\n": False,
    "for i, part in enumerate(model.body):\n    part.requires_grad_(False)\n": True,
    "linear = [m for m in model.modules() if isinstance(m, nn.Linear)]\n"
    "for m in linear[:-1]:\n    m.requires_grad_(False)\n": True,
    "linear = [m for m in model.modules() if isinstance(m, nn.Linear)]\n"
    "linear[-1].requires_grad_(False)\n": False,
    "parts = nn.ModuleDict({'body': model.body, 'head': model.head})\n"
    "for name, part in parts.items():\n    part.requires_grad_(name == 'body')\n": False,
    "parts = nn.ModuleDict({'body': model.body, 'head': model.head})\n"
    "for name, part in parts.items():\n    part.requires_grad_(name != 'body')\n": True,
    "held = nn.ParameterDict({'w': model.head.weight, 'b': model.head.bias})\n"
    "for name, p in held.items():\n    if name == 'w':\n        held['w'].requires_grad_(False)\n"
    "model.head.weight = held['w']\n": False,
    "frozen = [p for name, p in model.named_parameters() if 'head' in name]\n"
    "for p in frozen:\n    p.requires_grad = False\n": False,
}


def judge(text: str, fails: bool, *, unknown: bool = False) -> None:
    """Run a program and look at it: both say that it fails, or neither; or nothing is said."""
    with pytest.raises(RuntimeError, match="requires grad") if fails else nullcontext():
        exec(text, {})
    found = any(f.code == "TNC101" for f in check_source(text))
    assert not found if unknown else found is fails, text


@pytest.mark.parametrize("freezing", FREEZING)
@pytest.mark.parametrize("head", HEAD)
def test_parameters_are_known_by_their_names(head: str, freezing: str) -> None:
    frozen = freezing.format(head)
    judge(f"{SMALL}{frozen}print(model.head.weight.numpy())\n", fails=False)
    judge(f"{SMALL}{frozen}print(model.body[0].weight.numpy())\n", fails=True)
    judge(f"{SMALL}{frozen}{LATER.format(head)}", fails=False)
    judge(f"{SMALL}{frozen}{LATER.format('not (' + head + ')')}", fails=True)


@pytest.mark.parametrize("freezing", FREEZING)
@pytest.mark.parametrize("head", HEAD)
def test_nothing_is_claimed_of_those_of_a_large_model(head: str, freezing: str) -> None:
    frozen = freezing.format(head)
    judge(f"{LARGE}{frozen}print(model.head.weight.numpy())\n", fails=False)
    judge(f"{LARGE}{frozen}{LATER.format(head)}", fails=False)
    judge(f"{LARGE}{frozen}print(model.body[0].weight.numpy())\n", fails=True, unknown=True)


@pytest.mark.parametrize(("freezing", "fails"), OTHERS.items())
def test_other_ways_to_go_through_them(freezing: str, fails: bool) -> None:
    judge(f"{SMALL}{freezing}print(model.head.weight.numpy())\n", fails)
    judge(f"{SMALL}print(model.head.weight.numpy())\n{freezing}", fails=True)


@pytest.mark.parametrize(("freezing", "fails"), OTHERS.items())
def test_a_model_made_by_a_function(freezing: str, fails: bool) -> None:
    made = SMALL.replace("model = Net()", "def make():\n    return Net(5)\n\n\nmodel = make()")
    judge(f"{made}{freezing}print(model.head.weight.numpy())\n", fails)
