"""
what: The property lets its readers write into the gallery's tensor through the array.
"""
import numpy as np
import torch


class Gallery:
    """Reference features for identification."""

    def __init__(self, names, dim):
        self.names = tuple(names)
        self._table = torch.eye(len(self.names), dim) * 2

    @property
    def table(self) -> np.ndarray:
        return self._table.numpy()  # BUG: maybe-alias

    def identify(self, query: np.ndarray) -> str:
        scores = self.table @ query
        return self.names[int(scores.argmax())]


gallery = Gallery(["ada", "grace", "mary"], dim=4)
best = gallery.identify(np.array([0.1, 0.7, 0.2, 0.9], dtype=np.float32))
assert gallery.table.shape == (3, 4)
assert best == "grace"
