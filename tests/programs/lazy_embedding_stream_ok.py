"""The generator function itself carries the no_grad decorator, so its body runs without grad at
every step.
"""

import numpy as np
import torch
from torch import nn


@torch.no_grad()
def embeddings(encoder, batches):
    for index, batch in enumerate(batches):
        code = encoder(batch)
        yield index, nn.functional.normalize(code, dim=-1)


def build_index(encoder, batches):
    encoder.eval()
    stream = embeddings(encoder, batches)
    blocks, owners = [], []
    for index, code in stream:
        owners += [index] * len(code)
        blocks.append(code.numpy())
    return np.vstack(blocks), np.array(owners)


def nearest(index, query):
    return int(np.argmax(index @ query))


torch.manual_seed(0)
encoder = nn.Linear(6, 4)
batches = [torch.randn(n, 6) for n in (3, 2, 4)]
index, owners = build_index(encoder, batches)
assert index.shape == (9, 4)
assert owners.tolist() == [0, 0, 0, 1, 1, 2, 2, 2, 2]
assert nearest(index, index[5]) == 5
