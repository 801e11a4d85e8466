"""
what: The table is locked against writing, and astype copies it before the tensor is made.
"""
from functools import lru_cache

import numpy as np
import torch


@lru_cache(maxsize=None)
def positional_table(length: int, dim: int) -> np.ndarray:
    """Sinusoidal positions; cached, hence locked."""
    position = np.arange(length)[:, None]
    rate = np.exp(-np.log(1e4) * np.arange(0, dim, 2) / dim)
    table = np.concatenate([np.sin(position * rate), np.cos(position * rate)], axis=1)
    table.setflags(write=False)
    return table


def add_positions(tokens: torch.Tensor) -> torch.Tensor:
    length, dim = tokens.shape
    table = positional_table(length, dim)
    return tokens + torch.as_tensor(table.astype(np.float32))


encoded = add_positions(torch.zeros(6, 4))
assert encoded.shape == (6, 4)
assert encoded[0].tolist() == [0.0, 0.0, 1.0, 1.0]
