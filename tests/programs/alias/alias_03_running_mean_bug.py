"""
what: The running mean is updated in place, so the tensors kept in the history all show its last
value.
"""
from typing import List

import numpy as np
import torch


class RunningMean:
    def __init__(self, dim: int) -> None:
        self.mean = np.zeros(dim, dtype=np.float64)
        self.count = 0
        self.history: List[torch.Tensor] = []

    def update(self, batch: np.ndarray) -> None:
        self.count += len(batch)
        delta = batch.mean(axis=0) - self.mean
        self.mean += delta * len(batch) / self.count  # BUG-ALT: alias-mutation

    def snapshot(self) -> torch.Tensor:
        current = torch.from_numpy(self.mean)  # BUG: alias-mutation
        self.history.append(current)
        return current


def drift(history: List[torch.Tensor]) -> float:
    return float((history[-1] - history[0]).abs().max())


mean = RunningMean(dim=2)
for shift in (0.0, 2.0, 4.0):
    mean.update(np.full((5, 2), shift))
    mean.snapshot()
assert mean.history[-1].tolist() == [2.0, 2.0]
assert drift(mean.history) == 2.0, mean.history
