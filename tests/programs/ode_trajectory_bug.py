"""An Euler solver integrates a learnt vector field and returns every state with its graph."""

import numpy as np
import torch
from torch import nn


class Field(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))

    def forward(self, t, y):
        return self.net(y) - 0.1 * t * y


def euler(field, y0, times):
    states = [y0]
    for start, stop in zip(times[:-1], times[1:]):
        states.append(states[-1] + (stop - start) * field(start, states[-1]))
    return torch.stack(states)


preview = euler


def phase_portrait(field, starts, times):
    lines = []
    for start in starts:
        path = preview(field, start, times)
        lines.append(np.asarray(path))  # BUG: raise-grad
    return np.stack(lines)


torch.manual_seed(0)
field = Field()
times = torch.linspace(0, 1, 6)
goal = torch.stack([torch.cos(times), torch.sin(times)], dim=-1)
loss = (euler(field, goal[0], times) - goal).pow(2).mean()
loss.backward()
portrait = phase_portrait(field, torch.randn(3, 2), times)
assert portrait.shape == (3, 6, 2)
