"""The context manager freezes all weights of the model, so its output has no grad while the
block is open.
"""

from contextlib import contextmanager

import numpy as np
import torch
from torch import nn


@contextmanager
def frozen(module):
    flags = [p.requires_grad for p in module.parameters()]
    for p in module.parameters():
        p.requires_grad_(False)
    try:
        yield module
    finally:
        for p, flag in zip(module.parameters(), flags):
            p.requires_grad_(flag)


class Retriever(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(5, 8), nn.ReLU())
        self.project = nn.Linear(8, 3)

    def forward(self, x):
        return self.project(self.encoder(x))


torch.manual_seed(0)
model = Retriever()
documents = torch.randn(7, 5)
with frozen(model):
    codes = model(documents)
similarity = codes.numpy() @ codes.numpy().T
assert similarity.shape == (7, 7)
assert np.allclose(similarity, similarity.T)
assert all(p.requires_grad for p in model.parameters())
