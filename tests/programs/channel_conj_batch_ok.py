"""Conjugated pilot symbols are indexed by a tensor, which copies and so resolves the
conjugation.
"""

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset


def pilots(count, length):
    phase = torch.randint(0, 4, (count, length)) * (torch.pi / 2)
    return torch.polar(torch.ones(count, length), phase)


def prepare(symbols, first):
    flipped = torch.conj(symbols)
    keep = torch.arange(first, symbols.shape[-1])
    assert len(keep) > 0
    return flipped[..., keep].detach().to("cpu")


torch.manual_seed(0)
symbols = pilots(6, 8)
gains = torch.polar(torch.full((6, 1), 0.5), torch.rand(6, 1))
loader = DataLoader(TensorDataset(symbols, symbols * gains), batch_size=2)
estimates = []
for sent, received in loader:
    reference = prepare(sent, first=2)
    # the reference array is shared with a NumPy equalizer
    array = reference.numpy()
    estimates.append((array * received[:, 2:].numpy()).mean(axis=1))
estimates = np.concatenate(estimates)
assert np.allclose(np.abs(estimates), 0.5, atol=1e-5)
