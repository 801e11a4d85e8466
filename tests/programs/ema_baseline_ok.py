"""A moving average of the training loss is carried through the loop, fed with a detached copy of
the loss only.
"""

import numpy as np
import torch
from torch import nn


class Regressor(nn.Module):
    def __init__(self, width: int = 8):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, width), nn.Tanh(), nn.Linear(width, 1))

    def forward(self, x):
        return self.net(x).squeeze(-1)


def train(model, batches, decay=0.9):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    smooth = None
    curve = []
    for x, y in batches:
        loss = (model(x) - y).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if smooth is None:
            smooth = loss.detach()
        else:
            smooth = decay * smooth + (1 - decay) * loss.detach()
        curve.append(smooth)
    return np.array([point.numpy() for point in curve])


torch.manual_seed(0)
data = [(torch.randn(4, 2), torch.randn(4)) for _ in range(5)]
curve = train(Regressor(), data)
assert curve.shape == (5,)
