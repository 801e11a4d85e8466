"""A recursive exporter handles dicts and lists, but its leaf case only copies to the CPU and
never detaches.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn


def to_numpy(value):
    """Convert every tensor inside a nested structure."""
    if isinstance(value, Mapping):
        return {key: to_numpy(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_numpy(item) for item in value]
    if isinstance(value, torch.Tensor):
        return value.cpu().numpy()  # BUG: raise-grad
    return value


class Detector(nn.Module):
    def __init__(self):
        super().__init__()
        self.boxes = nn.Linear(8, 4)
        self.scores = nn.Linear(8, 2)

    def forward(self, x):
        return {"boxes": [self.boxes(x), x[:, :4]], "scores": self.scores(x), "count": len(x)}


torch.manual_seed(0)
output = Detector()(torch.randn(3, 8))
arrays = to_numpy(output)  # BUG-ALT: raise-grad
assert arrays["count"] == 3
assert isinstance(arrays["scores"], np.ndarray)
assert [box.shape for box in arrays["boxes"]] == [(3, 4), (3, 4)]
