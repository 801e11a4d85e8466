"""A distance helper takes tensors from its caller and uses np.asarray after a detach alone."""

import numpy as np
import torch


def pairwise(left: torch.Tensor, right: torch.Tensor | None = None) -> np.ndarray:
    """Return the matrix of squared distances between the rows of two tensors."""
    if right is None:
        right = left
    if left.shape[-1] != right.shape[-1]:
        raise ValueError("rows differ in length")
    a = np.asarray(left.detach())  # BUG: maybe-device
    b = np.asarray(right.detach())  # BUG-ALT: maybe-device
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None, :]
    return np.maximum(squares - 2 * a @ b.T, 0)


def medoid(points: torch.Tensor) -> int:
    """Return the index of the row with the smallest sum of distances."""
    return int(np.sqrt(pairwise(points)).sum(axis=1).argmin())


torch.manual_seed(0)
points = torch.randn(9, 3, requires_grad=True)
with torch.no_grad():
    points[4] = points.mean(dim=0)
assert medoid(points) == 4
assert pairwise(points, points[:2]).shape == (9, 2)
