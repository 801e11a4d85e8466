"""One loop serves both phases and switches grad by phase, and only predictions of the validation
phase are kept.
"""

import numpy as np
import torch
from torch import nn

PHASES = ("train", "val")


def run_phase(model, phase, x, y):
    training = phase == "train"
    model.train(training)
    with torch.set_grad_enabled(training):
        prediction = model(x)
        loss = nn.functional.mse_loss(prediction, y)
    if training:
        loss.backward()
        for p in model.parameters():
            p.data -= 0.05 * p.grad
            p.grad = None
    return prediction


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 6), nn.Dropout(0.1), nn.Linear(6, 1))
x, y = torch.randn(16, 3), torch.randn(16, 1)
kept = {}
for epoch in range(2):
    for phase in PHASES:
        out = run_phase(model, phase, x, y)
        if phase == "train":
            continue
        kept[phase, epoch] = out
table = {key: value.numpy().ravel() for key, value in kept.items()}
assert len(table) == 2
assert all(np.isfinite(row).all() for row in table.values())
