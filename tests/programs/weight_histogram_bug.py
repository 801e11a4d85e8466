"""A weight report walks named_parameters(), whose tensors require grad, and passes each to
np.histogram.
"""

import numpy as np
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.BatchNorm1d(width)
        self.gates = nn.ModuleDict(
            {"keep": nn.Linear(width, width), "add": nn.Linear(width, width)}
        )

    def forward(self, x):
        x = self.norm(x)
        return x * self.gates["keep"](x).sigmoid() + self.gates["add"](x)


def weight_report(module, bins=4):
    report = {}
    for name, value in module.named_parameters():
        if value.dim() < 1 or "norm" in name:
            continue
        counts, edges = np.histogram(value.cpu().numpy(), bins=bins)  # BUG: raise-grad
        report[name] = dict(zip(edges.round(3).tolist(), counts.tolist()))
    return report


torch.manual_seed(0)
block = Block(4)
block(torch.randn(6, 4)).sum().backward()
report = weight_report(block)
assert sorted(report)[0] == "gates.add.bias"
assert sum(report["gates.keep.weight"].values()) == 16
