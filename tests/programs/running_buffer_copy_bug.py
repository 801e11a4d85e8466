"""copy_() of a batch statistic into a plain state tensor makes that state require grad."""

import numpy as np
import torch
from torch import nn


class Whitening(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.mix = nn.Linear(width, width, bias=False)
        self.register_buffer("scale", torch.ones(width))
        self.register_buffer("steps", torch.tensor(0))

    def forward(self, x):
        x = self.mix(x)
        spread = x.std(dim=0, unbiased=False)
        self.scale.copy_(spread)
        self.steps += 1
        return x / spread


torch.manual_seed(0)
layer = Whitening(3)
out = layer(torch.randn(16, 3))
out.pow(2).mean().backward()
state = {}
for name, buffer in layer.named_buffers():
    array = buffer.numpy()  # BUG: raise-grad
    state[name] = array.copy()
assert state["steps"] == 1
assert state["scale"].shape == (3,)
assert layer.mix.weight.grad is not None
np.testing.assert_array_less(0, state["scale"])
