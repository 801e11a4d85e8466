"""Only the backbone is frozen before its projected embeddings are centred for a PCA in NumPy."""

import numpy as np
import torch
from torch import nn


class Embedder(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Linear(12, 16), nn.GELU())
        self.project = nn.Linear(16, 6)

    def forward(self, x):
        return nn.functional.normalize(self.project(self.backbone(x)), dim=-1)


def freeze(module: nn.Module) -> nn.Module:
    for parameter in module.parameters():
        parameter.requires_grad = False
    return module.eval()


def pca(points: np.ndarray, components: int = 2) -> np.ndarray:
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    return centred @ axes[:components].T


def project(model, data):
    collected = {"point": [], "label": []}
    for x, y in data:
        collected["point"].append(model(x))
        collected["label"].append(y)
    labels = torch.cat(collected["label"]).numpy()
    points = torch.cat(collected["point"]).numpy()  # BUG: raise-grad
    return pca(points), labels


torch.manual_seed(0)
model = Embedder()
freeze(model.backbone)
data = [(torch.randn(5, 12), torch.randint(0, 3, (5,))) for _ in range(4)]
points, labels = project(model, data)
assert points.shape == (20, 2)
assert labels.shape == (20,)
