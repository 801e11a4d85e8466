"""
what: .float() copies a float64 array, so scaling the array leaves the target as it was.
"""
import numpy
import torch


def load_heights(rows):
    return numpy.array(rows, dtype=numpy.float64)


def make_pair(clean, gain):
    """A clean target, and an input with the gain applied."""
    target = torch.from_numpy(clean).float()
    clean *= gain
    source = torch.tensor(clean, dtype=torch.float32)
    return source, target


heights = load_heights([[1, 2], [3, 4]])
source, target = make_pair(heights, gain=3.0)
ratio = source / target
assert source.dtype == target.dtype == torch.float32
assert ratio.eq(3.0).all(), ratio
