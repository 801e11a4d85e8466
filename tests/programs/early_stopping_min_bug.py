"""Early stopping picks the epoch with the lowest loss by min(key=); the loss is live."""

import numpy as np
import torch
from torch import nn

model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
x = torch.linspace(-1, 1, 16).view(8, 2)
y = x.sum(dim=1, keepdim=True)


def validate():
    errors = (model(x) - y).abs()
    return {"loss": errors.mean(), "errors": errors}


records = []
patience = 3
for epoch in range(10):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
    records.append((epoch, validate()))
    best_epoch, best = min(records, key=lambda record: record[1]["loss"])
    if epoch - best_epoch >= patience:
        break

worst = np.sort(best["errors"].numpy(), axis=0)[-3:]  # BUG: raise-grad
assert worst.shape == (3, 1)
assert 0 <= best_epoch < 10
