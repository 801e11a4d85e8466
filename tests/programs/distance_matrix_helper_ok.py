"""A distance helper rejects tensors that are not on the CPU, so np.asarray is safe after the
check.
"""

import numpy as np
import torch


def pairwise(left: torch.Tensor, right: torch.Tensor | None = None) -> np.ndarray:
    """Return the matrix of squared distances between the rows of two tensors."""
    if right is None:
        right = left
    if left.device.type != "cpu" or right.device.type != "cpu":
        raise ValueError("both tensors have to be on the CPU")
    a = np.asarray(left.detach())
    b = np.asarray(right.detach())
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
