"""Metrics are tracked in a module-level registry, and one caller passes its loss as it is."""

from collections import defaultdict

import numpy as np
import torch
from torch import nn

METRICS = defaultdict(list)


def track(store=METRICS, /, **values):
    for name, value in values.items():
        store[name].append(value)


def summary(store=METRICS):
    result = {}
    for name, series in store.items():
        points = np.array([point.numpy() for point in series])  # BUG: raise-grad
        result[name] = (points.mean(), points.std())
    return result


def train(model, batches, lr=0.1):
    optimizer = torch.optim.SGD(model.parameters(), lr)
    for x, y in batches:
        logits = model(x)
        loss = nn.functional.cross_entropy(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        accuracy = (logits.argmax(dim=1) == y).double().mean()
        track(loss=loss, accuracy=accuracy)


train(nn.Linear(4, 2), [(torch.randn(8, 4), torch.randint(2, (8,))) for _ in range(5)])
assert set(summary()) == {"loss", "accuracy"}  # BUG-ALT: raise-grad
