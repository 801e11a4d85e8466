"""
what: reset() fills the matrix with zeros in place, and with it the tensors of all earlier epochs.
"""
import numpy as np
import torch


class Metric:
    def reset(self):
        raise NotImplementedError


class ConfusionMatrix(Metric):
    def __init__(self, classes: int):
        self.classes = classes
        self.matrix = np.zeros((classes, classes), dtype=np.int64)

    def reset(self):
        self.matrix.fill(0)  # BUG-ALT: alias-mutation

    def update(self, target, predicted):
        np.add.at(self.matrix, (target, predicted), 1)  # one count for each sample

    def compute(self) -> torch.Tensor:
        return torch.from_numpy(self.matrix)  # BUG: alias-mutation


metric, epochs = ConfusionMatrix(2), []
for predicted in ([1, 0, 1, 0], [0, 1, 1, 0], [0, 1, 0, 1]):
    metric.reset()
    metric.update([0, 1, 0, 1], predicted)
    epochs.append(metric.compute())
accuracy = [float(m.trace() / m.sum()) for m in epochs]
assert accuracy == [0.0, 0.5, 1.0], accuracy
