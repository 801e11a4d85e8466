"""
what: np.asarray with the tensor's own dtype does not copy, so resetting the totals clears the
report.
"""
import numpy as np
import torch
from torch import Tensor


class LossMeter:
    """Sums of losses by name, reported and reset after every epoch."""

    def __init__(self, names):
        self.names = list(names)
        self.sums = torch.zeros(len(self.names), dtype=torch.float32)
        self.steps = 0

    def add(self, **losses: Tensor):
        self.sums += torch.tensor([float(losses[name]) for name in self.names])
        self.steps += 1

    def close(self):
        totals = np.asarray(self.sums, dtype=np.float32)  # BUG: alias-mutation
        steps, self.steps = self.steps, 0
        self.sums.zero_()  # BUG-ALT: alias-mutation
        return {name: totals[i] / steps for i, name in enumerate(self.names)}


meter = LossMeter(["box", "label"])
for value in (1.0, 3.0):
    meter.add(box=torch.tensor(value), label=torch.tensor(value * 2))
report = meter.close()
assert set(report) == {"box", "label"}
assert report["box"] == 2.0 and report["label"] == 4.0, report
