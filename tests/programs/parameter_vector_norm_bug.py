"""parameters_to_vector joins the parameters with their grad, and the vector goes to np.allclose."""

from functools import reduce

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector


class Federation:
    def __init__(self, clients, build):
        self.models = [build() for _ in range(clients)]

    def gradients(self, x, y):
        for model in self.models:
            model.zero_grad()
            nn.functional.mse_loss(model(x), y).backward()

    def vectors(self):
        return [parameters_to_vector(model.parameters()) for model in self.models]

    def synchronous(self):
        first, *others = self.vectors()
        return all(np.allclose(first, other) for other in others)  # BUG: raise-grad


torch.manual_seed(0)
federation = Federation(3, lambda: nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)))
federation.gradients(torch.randn(6, 2), torch.randn(6, 1))
assert not federation.synchronous()
total = reduce(torch.add, federation.vectors())
assert total.shape == (13,)
