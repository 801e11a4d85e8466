"""The votes of an ensemble are tensors on the GPU, and np.bincount is given a list of them."""

import numpy as np
import torch
from torch import nn


class Ensemble:
    def __init__(self, members, device):
        self.members = {name: member.to(device).eval() for name, member in members.items()}
        self.device = device

    @torch.no_grad()
    def votes(self, x):
        x = x.to(self.device)
        for name in sorted(self.members):
            yield self.members[name](x).argmax(dim=1)


def majority(ensemble, x, classes=3):
    winners = []
    for ballots in zip(*ensemble.votes(x)):
        counts = np.bincount(np.array(ballots), minlength=classes)  # BUG: raise-device
        winners.append(int(counts.argmax()))
    return winners


torch.manual_seed(0)
members = {f"fold{i}": nn.Linear(4, 3) for i in range(5)}
ensemble = Ensemble(members, "cuda")
labels = majority(ensemble, torch.randn(6, 4))
assert len(labels) == 6 and set(labels) <= {0, 1, 2}
