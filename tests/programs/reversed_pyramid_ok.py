"""Levels of a pyramid on the GPU are unpacked with a star, and all of the rest are copied back."""

import numpy as np
import torch as th
import torch.nn.functional as F


class Pyramid:
    """Repeatedly halves an image on the accelerator."""

    def __init__(self, levels, device=None):
        self.levels = levels
        self.device = device or th.device("cuda")

    def __iter__(self):
        return reversed(self.images)

    def build(self, image):
        self.images = [image.to(self.device)]
        for _ in range(1, self.levels):
            self.images.append(F.avg_pool2d(self.images[-1], 2))
        return self


th.manual_seed(0)
pyramid = Pyramid(3).build(th.rand(1, 1, 8, 8))
coarsest, *finer = pyramid
coarse = coarsest.cpu().numpy()
finer = [level.cpu() for level in finer]
sizes = {level.shape[-1]: np.ptp(level[0, 0].numpy()) for level in finer}
assert coarse.shape == (1, 1, 2, 2)
assert sorted(sizes) == [4, 8]
assert max(sizes.values()) <= 1
