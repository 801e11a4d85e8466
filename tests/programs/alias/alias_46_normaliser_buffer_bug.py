"""
what: The module registers the caller's own arrays as its buffers, so both can change them.
"""
from typing import Sequence, Union

import numpy as np
import torch
from torch import nn

Statistics = Union[np.ndarray, Sequence[float]]


class Standardise(nn.Module):
    def __init__(self, mean: Statistics, std: Statistics):
        super().__init__()
        self.register_buffer("mean", torch.as_tensor(mean))  # BUG: maybe-alias
        self.register_buffer("std", torch.as_tensor(std))  # BUG-ALT: maybe-alias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x - self.mean) / self.std


class Model(nn.Sequential):
    def __init__(self, mean: Statistics, std: Statistics):
        super().__init__(Standardise(mean, std), nn.Identity())


model = Model(mean=np.array([1.0, 2.0]), std=np.array([0.5, 2.0]))
output = model(torch.tensor([[2.0, 2.0], [1.0, 6.0]]))
assert sorted(model.state_dict())[0].startswith("0.")
assert output.tolist() == [[2.0, 0.0], [0.0, 2.0]]
