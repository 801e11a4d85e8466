"""A confusion matrix is counted on the GPU, and its property hands the counts to NumPy unmoved."""

import numpy as np
import torch


class ConfusionMatrix:
    def __init__(self, classes: int, device: str):
        self.classes = classes
        self.counts = torch.zeros(classes, classes, dtype=torch.long, device=device)

    def update(self, prediction: torch.Tensor, target: torch.Tensor) -> None:
        pairs = target.flatten() * self.classes + prediction.flatten()
        counts = torch.bincount(pairs, minlength=self.classes**2)
        self.counts = self.counts + counts.view(self.classes, self.classes)

    @property
    def host(self) -> torch.Tensor:
        return self.counts.double()

    def iou(self) -> np.ndarray:
        table = np.asarray(self.host)  # BUG: raise-device
        union = table.sum(axis=0) + table.sum(axis=1) - np.diag(table)
        return np.diag(table) / np.maximum(union, 1)


def evaluate(model, loader, device):
    matrix = ConfusionMatrix(3, device)
    for image, mask in loader:
        with torch.no_grad():
            logits = model(image.to(device))
        matrix.update(logits.argmax(dim=1), mask.to(device))
    return matrix.iou()


model = torch.nn.Conv2d(1, 3, 1).to("cuda")
loader = [(torch.rand(2, 1, 4, 4), torch.randint(3, (2, 4, 4))) for _ in range(2)]
assert evaluate(model, loader, "cuda").shape == (3,)
