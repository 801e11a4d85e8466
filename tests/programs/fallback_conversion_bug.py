"""A fallback catches RuntimeError, but a tensor on the GPU answers numpy() with a TypeError."""

import numpy as np
import torch
from torch import nn


class Projector(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))

    def forward(self, x):
        return torch.nn.functional.linear(x, self.weight)


def as_array(tensor):
    """Convert without a copy where that is possible."""
    try:
        return tensor.detach().numpy()  # BUG: raise-device
    except RuntimeError:
        return tensor.detach().cpu().numpy()


def project_all(projector, batches, device):
    projector = projector.to(device)
    for batch in batches:
        yield projector(batch.to(device))


torch.manual_seed(0)
batches = torch.randn(6, 5).split(2)
results = project_all(Projector(5, 2), batches, "cuda")
table = np.vstack([as_array(result) for result in results])  # BUG-ALT: raise-device
assert table.shape == (6, 2)
