"""Batch losses are written into a preallocated tensor while grad mode is off, so the buffer
stays a plain tensor.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Trainer:
    def __init__(self, model, epochs, batches):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
        self.history = torch.zeros(epochs, batches)

    def fit(self, inputs, labels):
        epochs, batches = self.history.shape
        for epoch in range(epochs):
            for i, (x, y) in enumerate(zip(inputs.chunk(batches), labels.chunk(batches))):
                loss = F.cross_entropy(self.model(x), y)
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                with torch.no_grad():
                    rate = (self.model(x).argmax(1) == y).float().mean()
                    self.history[epoch, i] = loss
                assert 0 <= rate <= 1
        return self

    def summary(self):
        table = self.history.numpy()
        return table.mean(axis=1)


torch.manual_seed(0)
inputs, labels = torch.randn(12, 5), torch.randint(0, 3, (12,))
means = Trainer(nn.Linear(5, 3), epochs=3, batches=4).fit(inputs, labels).summary()
assert means.shape == (3,)
