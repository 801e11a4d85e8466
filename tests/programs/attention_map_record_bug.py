"""An attention layer remembers its last weights as they are, and a viewer averages them in NumPy.
"""

import numpy as np
import torch
from torch import nn


class Recording:
    """Adds a record of attention weights to a module."""

    last_weights: torch.Tensor | None = None

    def record(self, weights: torch.Tensor) -> torch.Tensor:
        self.last_weights = weights
        return weights


class SelfAttention(Recording, nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        n, length, width = x.shape
        q, k, v = (
            part.view(n, length, self.heads, -1).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        weights = self.record(torch.softmax(q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5, dim=-1))
        return self.out((weights @ v).transpose(1, 2).reshape(n, length, width))


def rollout(layers):
    """Multiply the head-averaged maps of all layers, with the residual path added."""
    result = None
    for layer in layers:
        weights = layer.last_weights.mean(dim=1).numpy()  # BUG: raise-grad
        weights = 0.5 * weights + 0.5 * np.eye(weights.shape[-1])
        result = weights if result is None else weights @ result
    return result


torch.manual_seed(0)
layers = nn.ModuleList([SelfAttention(8, 2) for _ in range(3)])
x = torch.randn(2, 5, 8)
for layer in layers:
    x = x + layer(x)
x.mean().backward()
maps = rollout(layers)
assert maps.shape == (2, 5, 5)
assert np.allclose(maps.sum(axis=-1), 1, atol=1e-5)
