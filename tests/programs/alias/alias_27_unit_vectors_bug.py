"""
what: Dividing the array view by its norms changes the layer's own weight, only the export was
wanted.
"""
from __future__ import annotations

import numpy as np
import torch
from torch import nn


def unit_vectors(layer: nn.Embedding) -> np.ndarray:
    """Rows of the embedding, each of length one."""
    rows = layer.weight.detach().numpy()  # BUG-ALT: alias-foreign
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.maximum(norms, 1e-12)  # BUG: alias-foreign
    return rows


def nearest(rows: np.ndarray, index: int) -> int:
    similarity = rows @ rows[index]
    similarity[index] = -np.inf
    return int(similarity.argmax())


torch.manual_seed(3)
layer = nn.Embedding(5, 4)
before = layer(torch.arange(5)).norm(dim=1).tolist()
rows = unit_vectors(layer)
after = layer(torch.arange(5)).norm(dim=1).tolist()
assert nearest(rows, 0) != 0
assert before == after, (before, after)
