"""
what: Each query blanks out its own cell in a clone, so the distances stay complete.
"""
import numpy as np
import torch


class Neighbours:
    """Nearest neighbours from a table of distances."""

    def __init__(self, points: np.ndarray):
        difference = points[:, None] - points[None]
        self.table = np.abs(difference)

    def query(self, index: int, k: int = 1):
        row = torch.as_tensor(self.table[index]).clone()
        row[index] = float("inf")
        return torch.topk(row, k, largest=False).indices.tolist()

    def diameter(self) -> float:
        return float(self.table.max())


space = Neighbours(np.array([0.0, 1.0, 3.0, 7.0]))
closest = [space.query(i)[0] for i in range(4)]
assert closest == [1, 0, 1, 2]
assert space.diameter() == 7.0, space.table
