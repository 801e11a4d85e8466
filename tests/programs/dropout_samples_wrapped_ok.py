"""Dropout is sampled through a function that torch.inference_mode() has wrapped at module level."""

import numpy as np
import torch
from torch import nn


def stochastic_passes(model, x, passes=8):
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.train()
    return torch.stack([model(x) for _ in range(passes)])


quiet_passes = torch.inference_mode()(stochastic_passes)


def uncertainty(model, x):
    model.eval()
    center = quiet_passes(model, x, passes=4).mean(dim=0)
    spread = quiet_passes(model, x).var(dim=0).sqrt()
    return center, spread


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Dropout(0.5), nn.Linear(16, 1))
center, spread = uncertainty(model, torch.randn(6, 4))
low = center.numpy() - 2
order = np.argsort(spread.numpy(), axis=0)[::-1]
assert low.shape == order.shape == (6, 1)
