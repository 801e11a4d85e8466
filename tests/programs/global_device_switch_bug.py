"""A global device is switched by a setup function before the tables that are read are built."""

import numpy as np
import torch

DEVICE = torch.device("cpu")


def setup(use_gpu: bool = True):
    global DEVICE
    if use_gpu and torch.cuda.is_available():
        DEVICE = torch.device("cuda")


def rotary_table(length, width, base=100.0):
    inverse = base ** (-torch.arange(0, width, 2, device=DEVICE) / width)
    angle = torch.outer(torch.arange(length, device=DEVICE).float(), inverse)
    return torch.stack([angle.cos(), angle.sin()], dim=-1)


def rotate(x, table):
    pairs = x.unflatten(-1, (-1, 2))
    real = pairs[..., 0] * table[..., 0] - pairs[..., 1] * table[..., 1]
    imaginary = pairs[..., 0] * table[..., 1] + pairs[..., 1] * table[..., 0]
    return torch.stack([real, imaginary], dim=-1).flatten(-2)


setup()
table = rotary_table(6, 4)
x = torch.randn(6, 4).to(DEVICE)
rotated = rotate(x, table.to(DEVICE))
assert torch.allclose(rotated.norm(dim=1), x.norm(dim=1), atol=1e-5)
cosine, sine = np.moveaxis(table.numpy(), -1, 0)  # BUG: raise-device
angles = np.unwrap(np.arctan2(sine, cosine), axis=0)
assert angles.shape == (6, 2)
