"""Accumulators made with zeros_like inherit the device of the batch they are modelled on."""

import numpy as np
import torch


class RunningMoments:
    def __init__(self):
        self.count, self.total, self.square = 0, None, None

    def update(self, batch):
        if self.total is None:
            self.total = torch.zeros_like(batch[0])
            self.square = batch.new_zeros(batch.shape[1])
        self.total += batch.sum(dim=0)
        self.square += batch.pow(2).sum(dim=0)
        self.count += len(batch)

    def result(self):
        mean = self.total / self.count
        variance = self.square / self.count - mean**2
        return mean.numpy(), np.sqrt(variance.clamp(min=0).numpy())  # BUG: raise-device


torch.manual_seed(0)
moments = RunningMoments()
for _ in range(3):
    moments.update(torch.randn(16, 4).cuda())
mean, std = moments.result()
assert mean.shape == std.shape == (4,)
assert np.abs(mean).max() < 1
