"""
what: The best weights are copied when they are kept, so training cannot change them.
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def train_epoch(model, optimizer, x, y):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def fit(model, x, y, rates):
    best_loss, best = float("inf"), {}
    for rate in rates:
        with torch.no_grad():
            loss = F.mse_loss(model(x), y).item()
        if loss < best_loss:
            best_loss = loss
            best = {k: v.numpy().copy() for k, v in model.state_dict().items()}
        optimizer = torch.optim.SGD(model.parameters(), lr=rate)
        train_epoch(model, optimizer, x, y)
    return best_loss, best


torch.manual_seed(0)
x = torch.linspace(-1, 1, 16).unsqueeze(1)
y = 2 * x + 1
model = nn.Linear(1, 1)
best_loss, best = fit(model, x, y, rates=[0.1, 0.1, 5.0])
prediction = x.numpy() @ best["weight"].T + best["bias"]
error = float(np.mean((prediction - y.numpy()) ** 2))
assert np.isclose(error, best_loss), (error, best_loss)
