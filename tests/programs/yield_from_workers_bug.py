"""Chunks of GPU results come through `yield from`, and a filter by lambda does not change where
they are.
"""

import itertools

import numpy as np
import torch


class Worker:
    def __init__(self, seed, device):
        self.generator = torch.Generator().manual_seed(seed)
        self.device = device

    def chunks(self, count):
        for _ in range(count):
            draw = torch.randn(4, generator=self.generator).to(self.device)
            yield draw.cumsum(dim=0)


def walks(workers, count):
    for worker in workers:
        yield from worker.chunks(count)


def collect(workers, count, limit):
    kept = filter(lambda walk: walk.abs().max() < limit, walks(workers, count))
    return list(itertools.islice(kept, 6))


device = "cuda:0" if torch.cuda.is_available() else "cpu"
workers = [Worker(seed, device) for seed in range(3)]
paths = collect(workers, count=4, limit=20.0)
matrix = np.stack(paths)  # BUG: raise-device
assert matrix.shape == (6, 4)
assert np.abs(matrix).max() < 20
