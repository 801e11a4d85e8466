"""torch.where with a float32 tensor promotes bfloat16, so the masked scores can be converted."""

import numpy as np
import torch

LOW = torch.bfloat16


class Attention:
    def __init__(self, heads, scale=None):
        self.heads = heads
        self.scale = scale

    def scores(self, query, key, mask):
        scale = self.scale or query.shape[-1] ** -0.5
        raw = query.to(LOW) @ key.to(LOW).transpose(-1, -2) * scale
        floor = torch.full(raw.shape, -1e4)
        return torch.where(mask, raw, floor)


def attention_map(attention, query, key):
    length = query.shape[-2]
    mask = torch.ones(length, length).tril() > 0
    scores = attention.scores(query, key, mask)
    table = scores.max(dim=0).values
    return np.asarray(table)


torch.manual_seed(0)
query, key = torch.randn(2, 2, 5, 4)
picture = attention_map(Attention(heads=2), query, key)
assert picture.shape == (5, 5)
assert (picture[np.triu_indices(5, k=1)] < -1e3).all()
