"""An LBFGS closure logs the losses of a style transfer as tensors, which np.array cannot read."""

import numpy as np
import torch
from torch import nn


def gram(features):
    flat = features.flatten(1)
    return flat @ flat.t() / flat.numel()


def transfer(network, content, style, steps=3):
    canvas = content.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([canvas], max_iter=4)
    target = gram(network(style)).detach()
    history = []

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(gram(network(canvas)), target)
        loss = loss + 0.01 * nn.functional.mse_loss(canvas, content)
        loss.backward()
        history.append(loss)
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return canvas.data.clamp(0, 1), history


torch.manual_seed(0)
network = nn.Conv2d(3, 5, 3)
image, history = transfer(network, torch.rand(3, 8, 8), torch.rand(3, 8, 8))
curve = np.array(history)  # BUG: raise-grad
assert curve[-1] <= curve[0]
assert image.numpy().shape == (3, 8, 8)
