"""set_default_device makes every later factory call build on the GPU, also the mask that is
read.
"""

import numpy as np
import torch


class Masker:
    def __init__(self, ratio, rng):
        self.ratio = ratio
        self.rng = rng

    def draw(self, length):
        noise = torch.zeros(length).uniform_()
        order = noise.argsort()
        keep = order[: int(length * (1 - self.ratio))]
        return keep.sort().values


torch.set_default_device("cuda")
try:
    weight = torch.ones(8)
    masker = Masker(ratio=0.5, rng=np.random.default_rng(0))
    masks = [masker.draw(8) for _ in range(3)]
finally:
    torch.set_default_device("cpu")
table = np.zeros((3, 8), dtype=bool)
for row, keep in zip(table, masks):
    row[keep.numpy()] = True  # BUG: raise-device
assert table.sum() == 12
assert weight.device.type != "cpu"
