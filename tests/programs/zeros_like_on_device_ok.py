"""Accumulators made with zeros_like are given device="cpu", although the batch is on the GPU."""

import numpy as np
import torch


class RunningMoments:
    def __init__(self):
        self.count, self.total, self.square = 0, None, None

    def update(self, batch):
        if self.total is None:
            self.total = torch.zeros_like(batch[0], device="cpu")
            self.square = batch.new_zeros(batch.shape[1], device="cpu")
        self.total += batch.sum(dim=0).cpu()
        self.square += batch.pow(2).sum(dim=0).cpu()
        self.count += len(batch)

    def result(self):
        mean = self.total / self.count
        variance = self.square / self.count - mean**2
        return mean.numpy(), np.sqrt(variance.clamp(min=0).numpy())


torch.manual_seed(0)
moments = RunningMoments()
for _ in range(3):
    moments.update(torch.randn(16, 4).cuda())
mean, std = moments.result()
assert mean.shape == std.shape == (4,)
assert np.abs(mean).max() < 1
