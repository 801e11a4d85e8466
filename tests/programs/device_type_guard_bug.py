"""The guard asks for "mps" although the tensors are on "cuda", so the copy is never made."""

import numpy as np
import torch
from torch import nn

NEEDS_COPY = {"mps"}


class Ensemble:
    def __init__(self, size, features, device):
        members = (nn.Linear(features, 1) for _ in range(size))
        self.members = [member.to(device).requires_grad_(False) for member in members]
        self.device = torch.device(device)

    def predict(self, x):
        x = x.type(torch.float32).to(self.device)
        outputs = torch.stack([member(x) for member in self.members])
        return outputs.squeeze(-1).type(torch.float64)


def interval(ensemble, x, level=0.8):
    outputs = ensemble.predict(x)
    if outputs.device.type in NEEDS_COPY:
        outputs = outputs.cpu()
    tails = [(1 - level) / 2, (1 + level) / 2]
    return np.quantile(outputs.numpy(), tails, axis=0)  # BUG: raise-device


torch.manual_seed(0)
ensemble = Ensemble(5, 3, "cuda" if torch.cuda.is_available() else "cpu")
low, high = interval(ensemble, torch.arange(12).reshape(4, 3))
assert low.shape == high.shape == (4,)
assert (low <= high).all()
