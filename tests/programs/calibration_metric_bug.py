"""A metric takes raw logits as a tensor and converts their softmax, which fails for training
logits.
"""

import numpy as np
import torch


class Calibration:
    """Compares how sure a classifier is with how often it is right."""

    def __init__(self, threshold: float = 0.5):
        self.threshold = threshold
        self.sure, self.right = [], []

    def update(self, logits: torch.Tensor, target: torch.Tensor) -> None:
        probabilities = torch.softmax(logits, dim=-1)
        label = probabilities.argmax(dim=-1)
        top = probabilities.amax(dim=-1)
        self.sure.extend(top.cpu().numpy() > self.threshold)  # BUG: maybe-grad
        self.right.extend((label == target).cpu().numpy())

    def compute(self) -> dict[str, float]:
        sure, right = np.array(self.sure), np.array(self.right)
        return {"sure": float(sure.mean()), "right": float(right.mean())}


torch.manual_seed(0)
metric = Calibration()
for _ in range(4):
    metric.update(torch.randn(8, 3) * 3, torch.randint(0, 3, (8,)))
result = metric.compute()
assert set(result) == {"sure", "right"}
assert 0 <= result["right"] <= 1
