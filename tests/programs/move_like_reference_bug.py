"""tensor.to(other) moves to the device of the other tensor, which is the one on the GPU."""

import numpy as np
import torch


def warp(points, matrix):
    ones = torch.ones(len(points), 1).to(points)
    homogeneous = torch.cat([points, ones], dim=1)
    moved = homogeneous @ matrix.to(points).T
    return moved[:, :2] / moved[:, 2:]


def residuals(source, target, matrix, accelerator):
    fast_source, fast_target = (item.to(accelerator) for item in (source, target))
    warped = warp(fast_source, matrix)
    distance = (warped - target.to(warped)).norm(dim=1)
    assert fast_target.shape == distance.shape + (2,)
    return distance


torch.manual_seed(0)
matrix = torch.tensor([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0], [0.0, 0.0, 1.0]])
source = torch.rand(10, 2)
target = warp(source, matrix) + 0.01 * torch.randn(10, 2)
accelerator = "cuda" if torch.cuda.is_available() else "cpu"
distance = residuals(source, target, matrix, accelerator)
inliers = np.flatnonzero(distance.numpy() < 0.05)  # BUG: raise-device
assert len(inliers) >= 8
