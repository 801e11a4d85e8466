"""The sampler enters no_grad on its ExitStack for evaluation, but inverts the condition under
which it should.
"""

import contextlib

import numpy as np
import torch as th
from torch import nn


class Sampler:
    def __init__(self, latent, size):
        self.decoder = nn.Sequential(nn.Linear(latent, 16), nn.GELU(), nn.Linear(16, size))
        self.latent = latent

    def draw(self, count, training):
        with contextlib.ExitStack() as stack:
            if training:
                stack.enter_context(th.no_grad())
            noise = th.randn(count, self.latent)
            images = th.sigmoid(self.decoder(noise))
        return images


def contact_sheet(sampler, rows, columns):
    strips = []
    for _ in range(rows):
        images = sampler.draw(columns, training=False)
        strips.append(images.numpy())  # BUG: raise-grad
    return np.stack(strips)


th.manual_seed(0)
sampler = Sampler(latent=4, size=9)
sheet = contact_sheet(sampler, rows=2, columns=3)
assert sheet.shape == (2, 3, 9)
assert 0 < sheet.min() and sheet.max() < 1
