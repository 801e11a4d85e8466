"""Inside autocast a linear layer gives bfloat16 logits, and they are what is put on record."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Recorder:
    def __init__(self, **limits):
        self.values = {name: [] for name in limits}

    def add(self, **tensors):
        for name, tensor in tensors.items():
            self.values[name].append(tensor.detach().cpu().numpy())  # BUG: raise-dtype

    def mean(self, name):
        return np.mean(self.values[name], axis=0)


def step(model, optimizer, x, y, recorder):
    with torch.autocast(device_type="cpu", dtype=torch.bfloat16):
        logits = model(x)
        loss = F.cross_entropy(logits, y)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    recorder.add(loss=loss, norm=logits.norm(dim=1))  # BUG-ALT: raise-dtype


torch.manual_seed(0)
model = nn.Linear(6, 4)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
recorder = Recorder(loss=10.0, norm=5.0)
for _ in range(3):
    step(model, optimizer, torch.randn(5, 6), torch.randint(0, 4, (5,)), recorder)
assert recorder.mean("loss").shape == ()
assert recorder.mean("norm").shape == (5,)
