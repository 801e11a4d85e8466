"""
what: The columns tensor is a transposed view of the grid, which relaxation changes in place.
"""
import numpy as np
import torch


class HeatPlate:
    """Temperature on a rectangular plate with fixed edges."""

    def __init__(self, rows: int, cols: int):
        self.grid = np.zeros((rows, cols), dtype=np.float32)
        self.grid[0] = 100.0

    def columns(self) -> torch.Tensor:
        return torch.from_numpy(self.grid.T)  # BUG: alias-mutation

    def relax(self, steps: int = 1) -> None:
        for _ in range(steps):
            inner = self.grid[1:-1, 1:-1]
            vertical = self.grid[:-2, 1:-1] + self.grid[2:, 1:-1]
            horizontal = self.grid[1:-1, :-2] + self.grid[1:-1, 2:]
            inner[...] = (vertical + horizontal) / 4  # BUG-ALT: alias-mutation


plate = HeatPlate(4, 5)
before = plate.columns()
plate.relax(steps=10)
after = plate.columns()
assert before.shape == after.shape == (5, 4)
assert (after - before).abs().max() > 1.0
