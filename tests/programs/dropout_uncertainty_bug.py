"""Monte Carlo dropout runs its passes with grad on unless the phase is "eval", and here it is not.
"""

import numpy as np
import torch
from torch import nn


class Uncertain:
    def __init__(self, model: nn.Module, passes: int = 8):
        self.model = model
        self.passes = passes

    def enable_dropout(self):
        for module in self.model.modules():
            if isinstance(module, nn.Dropout):
                module.train()

    def run(self, x, phase):
        self.model.train(phase == "train")
        self.enable_dropout()
        with torch.set_grad_enabled(phase != "eval"):
            return torch.stack([self.model(x) for _ in range(self.passes)])

    def interval(self, x, level=0.8):
        draws = self.run(x, phase="predict")
        tail = (1 - level) / 2
        low, high = np.quantile(draws.numpy(), [tail, 1 - tail], axis=0)  # BUG: raise-grad
        return low, high


torch.manual_seed(0)
net = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 1))
uncertain = Uncertain(net)
uncertain.run(torch.randn(4, 3), "train").mean().backward()
low, high = uncertain.interval(torch.randn(6, 3))
assert low.shape == high.shape == (6, 1)
assert (low <= high).all()
