"""
what: A constructor replaces what its base class has stored by a tensor on the same rows.
"""
from types import SimpleNamespace

import numpy as np
import torch


class Batch(SimpleNamespace):
    def __init__(self, rows):
        super().__init__(rows=np.asarray(rows, dtype=np.float32))
        self.rows = torch.from_numpy(self.rows)

    def normalized(self):
        return self.rows / self.rows.sum(1, keepdim=True)


class Scaled:
    scale = np.ones(2)

    def __init__(self):
        self.scale = torch.from_numpy(self.scale).clone()

    def learn(self):
        self.scale = self.scale.detach().requires_grad_()
        return self.scale


batch = Batch([[1.0, 3.0], [2.0, 2.0]])
assert batch.normalized().tolist() == [[0.25, 0.75], [0.5, 0.5]]
assert Scaled().learn().requires_grad
