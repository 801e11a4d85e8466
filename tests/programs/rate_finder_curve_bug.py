"""A learning-rate finder keeps smoothed losses in a deque; smoothing does not cut the graph."""

from collections import deque

import numpy as np
import torch
from torch import nn


class RateFinder:
    def __init__(self, model, optimizer, beta=0.8, window=20):
        self.model, self.optimizer, self.beta = model, optimizer, beta
        self.rates = deque(maxlen=window)
        self.losses = deque(maxlen=window)

    def smooth(self, loss):
        if not self.losses:
            return loss
        return self.beta * self.losses[-1] + (1 - self.beta) * loss

    def sweep(self, batches, low=1e-4, high=1e-1):
        batches = list(batches)
        for rate, (x, y) in zip(np.geomspace(low, high, len(batches)), batches):
            for group in self.optimizer.param_groups:
                group["lr"] = float(rate)
            self.optimizer.zero_grad()
            loss = nn.functional.mse_loss(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            self.rates.append(rate)
            self.losses.append(self.smooth(loss))
        return self

    def steepest(self):
        losses = torch.stack(list(self.losses))
        slope = np.gradient(losses.numpy(), np.log(self.rates))  # BUG: raise-grad
        return self.rates[int(slope.argmin())]


torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
batches = ((torch.randn(8, 3), torch.randn(8, 1)) for _ in range(6))
best = RateFinder(model, optimizer).sweep(batches).steepest()
assert 1e-4 <= best <= 1e-1
