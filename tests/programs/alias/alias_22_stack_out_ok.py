"""
what: The collate object stacks every batch into a new array; only the lengths reuse memory.
"""
import numpy as np
import torch
from torch.utils.data import DataLoader


class Collate:
    def __init__(self, batch_size: int, dim: int):
        self._batch = np.empty((batch_size, dim), dtype=np.float32)
        self._total = np.zeros(batch_size)

    def __call__(self, rows):
        padded = self._batch
        padded = np.stack(rows, dtype=padded.dtype)
        np.sum(padded, axis=1, out=self._total)
        if not np.isfinite(self._total).all():
            raise ValueError("a sample is not finite")
        return torch.from_numpy(padded)


samples = [np.full(3, i, dtype=np.float32) for i in range(6)]
loader = DataLoader(samples, batch_size=2, collate_fn=Collate(2, 3))
batches = [batch for batch in loader]
assert len(batches) == 3
means = [batch.mean().item() for batch in batches]
assert means == [0.5, 2.5, 4.5], means
