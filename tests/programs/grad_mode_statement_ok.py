"""set_grad_enabled is called as a statement, and switched on again after the last forward pass."""

import numpy as np
import torch
from torch import nn


class Evaluator:
    def __init__(self, model, metric=lambda a, b: float(np.mean(a == b))):
        self.model = model
        self.metric = metric

    def run(self, x, *, views=2, noise=0.01):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        total = torch.zeros(len(x), 3)
        for _ in range(views):
            total += self.model(x + noise * torch.randn_like(x)).softmax(dim=-1)
        total = total + self.model(x).softmax(dim=-1)
        torch.set_grad_enabled(before)
        return total / (views + 1)


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
evaluator = Evaluator(model)
x, y = torch.randn(10, 5), np.arange(10) % 3
probabilities = evaluator.run(x).numpy()
accuracy = evaluator.metric(probabilities.argmax(axis=1), y)
assert torch.is_grad_enabled()
assert 0 <= accuracy <= 1
assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
