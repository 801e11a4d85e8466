"""A learning-rate sweep smooths losses that are still on the graph and takes their slope."""

import numpy as np
import torch
from torch import nn


class Sweep:
    """Raise the learning rate step by step and record the smoothed loss."""

    def __init__(self, model, low=1e-4, high=1.0, beta=0.9):
        self.model, self.beta = model, beta
        self.low, self.high = low, high
        self.rates, self.losses = [], []

    def run(self, batches):
        optimizer = torch.optim.SGD(self.model.parameters(), lr=self.low)
        factor = (self.high / self.low) ** (1 / len(batches))
        average = 0.0
        for number, (x, y) in enumerate(batches, start=1):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(self.model(x), y)
            loss.backward()
            optimizer.step()
            average = self.beta * average + (1 - self.beta) * loss
            self.losses.append(average / (1 - self.beta**number))
            self.rates.append(optimizer.param_groups[0]["lr"])
            optimizer.param_groups[0]["lr"] *= factor

    def suggestion(self):
        slope = np.gradient(np.array(self.losses))  # BUG: raise-grad
        return self.rates[int(slope.argmin())]


torch.manual_seed(0)
batches = [(torch.randn(4, 3), torch.randn(4, 1)) for _ in range(8)]
sweep = Sweep(nn.Linear(3, 1))
sweep.run(batches)
assert 1e-4 <= sweep.suggestion() <= 1.0
