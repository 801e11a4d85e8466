"""The mean and covariance of image features come from an extractor that is in eval mode only."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn


class FeatureExtractor(nn.Module):
    def __init__(self, width: int = 6):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, width, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.eval()

    def forward(self, images: Tensor) -> Tensor:
        return self.net(images * 2 - 1).flatten(1)


def statistics(images: Tensor, extractor: nn.Module, batch: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the covariance of the features of the images."""
    rows = []
    for start in range(0, len(images), batch):
        rows.append(extractor(images[start : start + batch]))
    features = np.concatenate(rows)  # BUG: raise-grad
    return features.mean(axis=0), np.cov(features, rowvar=False)


def distance(first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]) -> float:
    """Return the Frechet distance of two normal distributions."""
    (m1, c1), (m2, c2) = first, second
    eigenvalues = np.linalg.eigvals(c1 @ c2)
    root = np.sqrt(np.clip(eigenvalues.real, 0, None)).sum()
    return float(((m1 - m2) ** 2).sum() + np.trace(c1) + np.trace(c2) - 2 * root)


torch.manual_seed(0)
extractor = FeatureExtractor()
real = statistics(torch.rand(12, 3, 5, 5), extractor)
fake = statistics(torch.rand(12, 3, 5, 5) ** 2, extractor)
assert distance(real, fake) > -1e-6
