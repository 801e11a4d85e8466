"""A learnt temperature divides the held-out logits, so the scaled ones refuse numpy()."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class TemperatureScaler(nn.Module):
    def __init__(self):
        super().__init__()
        self.temperature = nn.Parameter(torch.ones(1))

    def forward(self, logits):
        return logits / self.temperature

    def fit(self, logits, labels):
        best, best_loss = 1.0, float("inf")
        for value in torch.linspace(0.5, 3.0, 11).tolist():
            loss = F.cross_entropy(logits / value, labels).item()
            if loss < best_loss:
                best, best_loss = value, loss
        self.temperature.data.fill_(best)
        return self


def expected_error(probabilities, labels, bins=5):
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    slots = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for slot in np.unique(slots):
        mask = slots == slot
        error += mask.mean() * abs(confidence[mask].mean() - correct[mask].mean())
    return error


torch.manual_seed(0)
logits, labels = torch.randn(40, 4) * 3, torch.randint(0, 4, (40,))
before = expected_error(logits.softmax(dim=1).numpy(), labels.numpy())
scaler = TemperatureScaler().fit(logits, labels)
scaled = scaler(logits).softmax(dim=1)
after = expected_error(scaled.numpy(), labels.numpy())  # BUG: raise-grad
assert 0 <= after <= 1 and 0 <= before <= 1
