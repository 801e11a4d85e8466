"""Parts that a module is given under names that nobody knows move with it; the programs are run."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from flake8_tensorconv import check_source
from flake8_tensorconv.verify.simulated import accelerator

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.layers = [nn.Linear(3, 3) for _ in range(n)]
        for i, layer in enumerate(self.layers):
            {}

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


net = Net(2).cuda()
print(net(torch.ones(3, 3).cuda()).shape)
"""
#: How a part is given to the module, and whether it then belongs to it.
REGISTERING = {
    'self.add_module(f"layer{i}", layer)': True,
    'self.add_module("layer{}".format(i), layer)': True,
    'self.register_module("layer" + str(i), layer)': True,
    'super().add_module("layer%d" % i, layer)': True,
    'setattr(self, f"layer{i}", layer)': True,
    'self._modules[f"layer{i}"] = layer': True,
    'getattr(self, "add_module")(str(i), layer)': True,
    "self.last = self.layers": False,
    'self.__dict__["last"] = layer': False,
}


@pytest.mark.parametrize("given", REGISTERING)
def test_parts_under_computed_names(given: str) -> None:
    text = NET.format(given)
    moves = REGISTERING[given]
    with accelerator(), nullcontext() if moves else pytest.raises(RuntimeError):
        exec(text, {})
    assert ("TNC207" in {each.code for each in check_source(text)}) is not moves


def test_buffers_and_parameters_under_computed_names() -> None:
    text = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        for i in range(n):
            self.register_buffer(f"shift{i}", torch.ones(3))
            self.register_parameter("scale" + str(i), nn.Parameter(torch.ones(3)))
        self.n = n

    def forward(self, x):
        for i in range(self.n):
            x = x * getattr(self, f"scale{i}") + getattr(self, f"shift{i}")
        return x


print(Net(2).cuda()(torch.ones(3).cuda()).detach().cpu().numpy())
"""
    with accelerator():
        exec(text, {})
    assert not {each.code for each in check_source(text)} & {"TNC102", "TNC207"}
