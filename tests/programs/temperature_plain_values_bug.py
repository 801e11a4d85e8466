"""Only instances of Parameter are detached, but logits over a parameter require grad as well."""

import numpy as np
import torch
from torch import nn


class TemperatureScaler(nn.Module):
    def __init__(self):
        super().__init__()
        self.temperature = nn.Parameter(torch.ones(1))

    def forward(self, logits):
        return logits / self.temperature.clamp(min=0.05)

    def fit(self, logits, labels, steps=20):
        optimizer = torch.optim.Adam(self.parameters(), lr=0.05)
        for _ in range(steps):
            optimizer.zero_grad()
            nn.functional.cross_entropy(self(logits), labels).backward()
            optimizer.step()
        return self


def plain(tensor):
    if isinstance(tensor, nn.Parameter):
        tensor = tensor.detach()
    return tensor


torch.manual_seed(0)
logits, labels = torch.randn(30, 3), torch.randint(3, (30,))
scaler = TemperatureScaler().fit(logits, labels)
temperature = plain(scaler.temperature).numpy()
scaled = plain(scaler(logits))
confidence = np.exp(scaled.numpy())  # BUG: raise-grad
confidence /= confidence.sum(axis=1, keepdims=True)
assert temperature.shape == (1,) and confidence.max() <= 1
