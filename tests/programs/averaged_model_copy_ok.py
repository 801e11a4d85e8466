"""Weights are averaged into a deep copy that is frozen, so its outputs need no grad."""

import copy

import numpy as np
import torch
from torch import nn


class WeightAverage:
    def __init__(self, model):
        self.count = 0
        self.model = copy.deepcopy(model)
        self.model.eval().requires_grad_(False)

    def update(self, model):
        self.count += 1
        pairs = zip(self.model.parameters(), model.parameters())
        with torch.no_grad():
            for mean, value in pairs:
                mean += (value - mean) / self.count

    def predict(self, x):
        return self.model(x)


torch.manual_seed(0)
x, y = torch.randn(16, 3), torch.randn(16, 1)
model = nn.Linear(3, 1)
average = WeightAverage(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for _ in range(6):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
    average.update(model)
residual = np.subtract(average.predict(x).numpy(), y.numpy())
assert residual.shape == (16, 1)
