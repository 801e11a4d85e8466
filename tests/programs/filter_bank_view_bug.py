"""Slicing a parameter under no_grad gives a view, which still requires grad when it is exported
after the block.
"""

import numpy as np
import torch
from torch import nn


class FilterBank(nn.Module):
    def __init__(self, count, taps):
        super().__init__()
        self.taps = nn.Parameter(torch.randn(count, taps))

    def forward(self, signal):
        kernel = self.taps.unsqueeze(1)
        return torch.nn.functional.conv1d(signal.unsqueeze(1), kernel)


def strongest(bank, count):
    with torch.no_grad():
        energy = bank.taps.pow(2).sum(dim=1)
        order = energy.argsort(descending=True)
        chosen = bank.taps[:count]
        threshold = energy[order[count - 1]]
    return chosen, threshold


torch.manual_seed(0)
bank = FilterBank(6, 5)
response = bank(torch.randn(2, 32))
assert response.shape == (2, 6, 28)
chosen, threshold = strongest(bank, 3)
floor = threshold.numpy()
spectrum = np.abs(np.fft.rfft(chosen.numpy(), axis=1))  # BUG: raise-grad
assert spectrum.shape == (3, 3)
assert floor > 0
