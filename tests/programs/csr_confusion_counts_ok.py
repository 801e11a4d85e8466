"""Counts are kept in a CSR matrix, and the report reads its dense parts one by one."""

import numpy as np
import torch


class PairCounter:
    def __init__(self, size):
        self.dense = torch.zeros(size, size)

    def update(self, *pairs, weight=1.0):
        for row, column in pairs:
            self.dense[row, column] += weight

    def matrix(self):
        return self.dense.to_sparse_csr()


def top_rows(counter, count):
    matrix = counter.matrix()
    bounds, values = matrix.crow_indices().numpy(), matrix.values().numpy()
    totals = np.array([values[a:b].sum() for a, b in zip(bounds, bounds[1:])])
    order = np.argsort(-totals, kind="stable")
    return order[:count].tolist(), totals


counter = PairCounter(5)
counter.update((0, 1), (2, 2), (2, 3))
counter.update((2, 2), (4, 0), weight=2.0)
best, totals = top_rows(counter, 2)
assert best == [2, 4]
assert totals.tolist() == [1.0, 0.0, 4.0, 0.0, 2.0]
