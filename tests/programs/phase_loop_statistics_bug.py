"""In the training phase the outputs carry a graph, and the statistics are taken in that phase."""

import numpy as np
import torch
from torch import nn


def run_phase(model, batches, phase, optimizer=None):
    seen = []
    for inputs, targets in batches:
        with torch.set_grad_enabled(phase == "train"):
            outputs = model(inputs)
            loss = nn.functional.mse_loss(outputs, targets)
        if phase == "train":
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            seen.append(outputs.numpy())  # BUG: raise-grad
    return np.concatenate(seen) if seen else None


torch.manual_seed(0)
model = nn.Linear(3, 1)
batches = [(torch.randn(4, 3), torch.randn(4, 1)) for _ in range(2)]
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for phase in ("train", "val"):
    run_phase(model, batches, phase, optimizer)
