"""max(dim=1) gives values that carry grad and indices that do not, and the values are the ones
converted raw.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn


class Decision(NamedTuple):
    confidence: torch.Tensor
    label: torch.Tensor


class Classifier(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.add_module("head", nn.Linear(features, classes))

    def decide(self, x) -> Decision:
        probabilities = self.head(x).softmax(dim=1)
        values, indices = probabilities.max(dim=1)
        return Decision(values, indices)


def confusion(model, x, truth, classes):
    decision = model.decide(x)
    table = np.zeros((classes, classes))
    places = truth.numpy(), decision.label.numpy()
    np.add.at(table, places, decision.confidence.numpy())  # BUG: raise-grad
    return table, decision


torch.manual_seed(0)
x, truth = torch.randn(10, 4), torch.randint(0, 3, (10,))
table, decision = confusion(Classifier(4, 3), x, truth, 3)
assert table.sum() > 0
assert decision.confidence.shape == (10,)
