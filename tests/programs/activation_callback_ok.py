"""A callback is told the outputs of each batch, and copies those that are not on the CPU yet."""

from collections import defaultdict

import numpy as np
import torch
from torch import nn


class ActivationCallback:
    """Keeps the share of dead units of each layer."""

    def __init__(self):
        self.dead = defaultdict(list)

    def on_batch_end(self, name: str, outputs: torch.Tensor) -> None:
        outputs = outputs.detach()
        if outputs.device.type != "cpu":
            outputs = outputs.cpu()
        active = np.any(outputs.numpy() > 0, axis=0)
        self.dead[name].append(1 - active.mean())

    def report(self):
        return {name: float(np.mean(values)) for name, values in self.dead.items()}


torch.manual_seed(0)
device = "cuda"
layers = nn.ModuleDict({"first": nn.Linear(4, 6), "second": nn.Linear(6, 3)}).to(device)
callback = ActivationCallback()
for _ in range(3):
    x = torch.randn(8, 4).to(device)
    for name, layer in layers.items():
        x = layer(x).relu()
        callback.on_batch_end(name, x)
assert set(callback.report()) == {"first", "second"}
