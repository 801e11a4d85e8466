"""A dataclass accepts any tensors as its fields, and its export copies them without a detach."""

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

    def table(self) -> np.ndarray:
        left = self.positions.cpu().numpy()  # BUG: maybe-grad
        right = self.values.cpu().numpy()  # BUG-ALT: maybe-grad
        return np.hstack([left, right])

    def header(self):
        return [f"x{i}" for i in range(self.positions.shape[1])] + [f"v [{self.unit}]"]


field = Field(randn(5, 2), randn(5, 1))
table = field.table()
assert table.shape == (5, 3)
assert len(field.header()) == table.shape[1]
