"""A converter asks hasattr for numpy, which every tensor has, before it thinks of detach."""

import numpy as np
import torch
from torch import nn


def to_array(value, dtype=None):
    if hasattr(value, "numpy"):
        value = value.numpy()  # BUG: raise-grad
    elif hasattr(value, "detach"):
        value = value.detach().numpy()
    return np.asarray(value, dtype=dtype)


class Spline(nn.Module):
    def __init__(self, knots):
        super().__init__()
        self.register_buffer("knots", torch.linspace(0, 1, knots))
        self.heights = nn.Parameter(torch.sin(self.knots * 3))

    def forward(self, x):
        distance = (x[:, None] - self.knots).abs() * (len(self.knots) - 1)
        return (torch.relu(1 - distance) * self.heights).sum(dim=1)


torch.manual_seed(0)
spline = Spline(9)
x = torch.rand(20)
y = spline(x)
expected = np.interp(to_array(x), to_array(spline.knots), np.sin(to_array(spline.knots) * 3))
error = np.abs(to_array(y, dtype=np.float64) - expected)  # BUG-ALT: raise-grad
assert error.max() < 1e-5
assert to_array([1, 2]).tolist() == [1, 2]
