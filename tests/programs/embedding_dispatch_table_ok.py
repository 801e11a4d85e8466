"""Pooling functions are picked from a table, and all of them answer in single precision."""

import numpy as np
import torch
from torch import nn


def pool_mean(states):
    return states.float().mean(dim=1)


def pool_first(states):
    return states[:, 0].to(torch.float32)


POOLING = {"mean": pool_mean, "cls": pool_first}


class Embedder:
    def __init__(self, pooling="mean", dtype=torch.bfloat16):
        self.pool = POOLING[pooling]
        self.encoder = nn.Embedding(20, 6, dtype=dtype)

    @torch.no_grad()
    def encode(self, sentences):
        states = self.encoder(sentences)
        vectors = nn.functional.normalize(self.pool(states), dim=-1)
        return vectors.cpu().numpy()


sentences = torch.randint(20, (4, 7))
for pooling in POOLING:
    vectors = Embedder(pooling).encode(sentences)
    similarity = vectors @ vectors.T
    assert np.allclose(np.diag(similarity), 1, atol=0.05)
