"""Every round of the attack detaches and then re-attaches the image, and the last re-attached
one is exported.
"""

import numpy as np
import torch
from torch import nn


class Attack:
    def __init__(self, model, radius=0.1, step=0.04):
        self.model = model
        self.radius, self.step = radius, step

    def perturb(self, image, label, rounds=4):
        low, high = image - self.radius, image + self.radius
        adversary = image.clone().requires_grad_()
        for _ in range(rounds):
            loss = nn.functional.cross_entropy(self.model(adversary), label)
            (grad,) = torch.autograd.grad(loss, [adversary])
            moved = adversary.detach() + self.step * grad.sign()
            adversary = torch.clamp(moved, low, high).requires_grad_()
        return adversary


torch.manual_seed(0)
image, label = torch.rand(2, 6), torch.tensor([0, 2])
attack = Attack(nn.Linear(6, 3))
adversary = attack.perturb(image, label)
difference = np.abs(adversary.numpy() - image.numpy())  # BUG: raise-grad
assert difference.max() <= 0.1 + 1e-6
