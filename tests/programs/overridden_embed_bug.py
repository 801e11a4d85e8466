"""The base class encodes under no_grad, but a subclass overrides the method and loses its
decorator.
"""

import numpy as np
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.table = nn.Embedding(vocabulary, width)

    @torch.no_grad()
    def embed(self, tokens):
        return self.table(tokens).mean(dim=1)


class PositionalEncoder(Encoder):
    def __init__(self, vocabulary, width, length):
        super().__init__(vocabulary, width)
        self.position = nn.Embedding(length, width)

    def embed(self, tokens):
        places = torch.arange(tokens.shape[1])
        return (self.table(tokens) + self.position(places)).mean(dim=1)


def similarity(encoder: Encoder, tokens):
    codes = encoder.embed(tokens).numpy()  # BUG: raise-grad
    codes = codes / np.linalg.norm(codes, axis=1, keepdims=True)
    return codes @ codes.T


torch.manual_seed(0)
tokens = torch.randint(0, 10, (4, 6))
encoder = PositionalEncoder(10, 5, 6)
matrix = similarity(encoder, tokens)  # BUG-ALT: raise-grad
assert matrix.shape == (4, 4)
assert np.allclose(np.diag(matrix), 1, atol=1e-5)
