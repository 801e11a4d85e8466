"""The network is frozen and the style image is a plain tensor, so the style features have no
grad.
"""

import numpy as np
import torch
from torch import nn

torch.manual_seed(0)
extractor = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3))
extractor.eval().requires_grad_(False)


def gram(features):
    _, channels, height, width = features.shape
    flat = features.reshape(channels, height * width)
    return flat @ flat.T / (channels * height * width)


def transfer(style, steps=3):
    image = torch.rand_like(style).requires_grad_()
    optimizer = torch.optim.Adam([image], lr=0.05)
    target = gram(extractor(style))
    for _ in range(steps):
        optimizer.zero_grad()
        current = gram(extractor(image))
        loss = (current - target).pow(2).sum()
        loss.backward()
        optimizer.step()
    return image.detach(), target


image, matrix = transfer(torch.rand(1, 3, 8, 8))
eigenvalues = np.linalg.eigvalsh(matrix.numpy())
assert image.shape == (1, 3, 8, 8)
assert eigenvalues.min() > -1e-5
