"""A sparse adjacency times a dense matrix is a dense tensor, which NumPy takes."""

import numpy as np
import torch


class Graph:
    def __init__(self, edges, nodes):
        index = torch.tensor(edges).T
        index = torch.cat([index, index.flip(0)], dim=1)
        weight = torch.ones(index.shape[1])
        self.adjacency = torch.sparse_coo_tensor(index, weight, (nodes, nodes)).coalesce()

    @property
    def degree(self):
        return self.adjacency.sum(dim=1).to_dense()

    def smoothed(self, alpha=0.5):
        lazy = alpha * self.adjacency.t()
        return lazy.coalesce() @ torch.diag(1 / self.degree)


graph = Graph([(0, 1), (1, 2), (2, 3), (3, 0)], nodes=4)
operator = graph.smoothed()
assert graph.degree.numpy().tolist() == [2, 2, 2, 2]
matrix = operator.numpy()
state = np.ones(4)
for _ in range(3):
    state = matrix @ state
assert state.shape == (4,)
assert np.all(state <= 1)
