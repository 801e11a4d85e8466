"""A base metric converts what its subclasses compute, and each subclass gives a host tensor."""

from abc import ABC, abstractmethod

import numpy as np
import torch


class Metric(ABC):
    def __init__(self):
        self.batches = []

    def update(self, prediction, target):
        self.batches.append(self.score(prediction, target))

    @abstractmethod
    def score(self, prediction, target): ...

    def compute(self):
        return np.mean([batch.numpy().mean() for batch in self.batches])


class Accuracy(Metric):
    def score(self, prediction, target):
        return (prediction.argmax(dim=1) == target).float().cpu()


class Dice(Metric):
    def score(self, prediction, target):
        inside = prediction.softmax(dim=1)[:, 1]
        joint = (inside * target).sum()
        return 2 * joint.cpu() / (inside.sum().cpu() + target.sum().cpu())


metrics = [Accuracy(), Dice()]
for _ in range(3):
    prediction = torch.randn(4, 2).cuda()
    target = torch.tensor([0, 1, 1, 0]).cuda()
    for metric in metrics:
        metric.update(prediction, target)
values = [metric.compute() for metric in metrics]
assert all(0 <= value <= 1 for value in values)
