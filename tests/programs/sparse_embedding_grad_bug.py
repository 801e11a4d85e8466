"""An embedding with sparse=True has a sparse gradient, which the gradient log converts as it is."""

import numpy as np
import torch
from torch import nn


class SkipGram(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.words = nn.Embedding(vocabulary, width, sparse=True)
        self.context = nn.Embedding(vocabulary, width, sparse=True)

    def forward(self, centre, context):
        return (self.words(centre) * self.context(context)).sum(dim=-1)


def gradient_size(parameter):
    grad = parameter.grad
    if grad is None:
        return 0.0
    return float(np.linalg.norm(grad))  # BUG: raise-layout


torch.manual_seed(0)
model = SkipGram(12, 4)
optimizer = torch.optim.SparseAdam(list(model.parameters()), lr=0.01)
log = []
for _ in range(3):
    centre, context = torch.randint(0, 12, (2, 6))
    loss = nn.functional.softplus(-model(centre, context)).mean()
    optimizer.zero_grad()
    loss.backward()
    log.append({name: gradient_size(p) for name, p in model.named_parameters()})
    optimizer.step()
assert len(log) == 3 and log[0]["words.weight"] > 0
