"""A dataclass accepts any tensors and detaches all of them in __post_init__ before any export."""

from dataclasses import dataclass

import numpy as np
from torch import Tensor, randn


@dataclass
class Field:
    """A vector field sampled on a grid: positions and values have one row for each sample."""

    positions: Tensor
    values: Tensor
    unit: str = "m/s"

    def __post_init__(self):
        if len(self.positions) != len(self.values):
            raise ValueError("one value for each position")
        self.positions = self.positions.detach()
        self.values = self.values.detach()

    def table(self) -> np.ndarray:
        left = self.positions.cpu().numpy()
        right = self.values.cpu().numpy()
        return np.hstack([left, right])

    def header(self):
        return [f"x{i}" for i in range(self.positions.shape[1])] + [f"v [{self.unit}]"]


field = Field(randn(5, 2), randn(5, 1, requires_grad=True) * 2)
table = field.table()
assert table.shape == (5, 3)
assert len(field.header()) == table.shape[1]
