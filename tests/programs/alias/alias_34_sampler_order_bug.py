"""
what: Iterating shuffles the sampler's own order through an array view, so resuming gives other
indices.
"""
import numpy as np
import torch
from torch.utils.data import Sampler


class ResumableSampler(Sampler):
    """Random order that depends on the epoch only."""

    def __init__(self, size: int):
        self.order = torch.arange(size)
        self.epoch = 0

    def __len__(self):
        return self.order.numel()

    def __iter__(self):
        rng = np.random.RandomState(self.epoch)
        view = np.asarray(self.order)  # BUG-ALT: alias-foreign
        rng.shuffle(view)  # BUG: alias-foreign
        for index in view:
            yield int(index)


sampler = ResumableSampler(8)
full = list(sampler)
resumed = [index for position, index in enumerate(sampler) if position >= 4]
assert sorted(full) == list(range(8)) and len(sampler) == 8
assert resumed == full[4:], (resumed, full)
