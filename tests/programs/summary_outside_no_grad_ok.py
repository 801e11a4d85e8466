"""The public helper converts inside its no_grad block, where even a tensor with grad is
accepted.
"""

import numpy
import torch
from torch import Tensor


def describe(tensor: Tensor, *, quantiles=(0.25, 0.5, 0.75)) -> dict:
    """Summarize the values of any tensor on any device."""
    with torch.no_grad():
        flat = tensor.reshape(-1).cpu()
        mean = flat.double().mean().item()
        values = flat.numpy()
    cuts = numpy.quantile(values, quantiles)
    return {"mean": mean, "min": values.min(), "max": values.max(), "cuts": cuts.tolist()}


def compare(before: Tensor, after: Tensor):
    left, right = describe(before), describe(after)
    return {key: right[key] - left[key] for key in ("mean", "min", "max")}


torch.manual_seed(0)
weights = torch.nn.Parameter(torch.randn(50))
assert len(describe(weights)["cuts"]) == 3
change = compare(weights, weights + 1)
assert all(abs(value - 1) < 1e-5 for value in change.values())
