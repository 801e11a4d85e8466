"""
what: .float() returns the same tensor for a float32 array, so scaling the array scales the target
too.
"""
import numpy
import torch


def load_heights(rows):
    return numpy.array(rows, dtype=numpy.float32)


def make_pair(clean, gain):
    """A clean target, and an input with the gain applied."""
    target = torch.from_numpy(clean).float()  # BUG: alias-mutation
    clean *= gain  # BUG-ALT: alias-mutation
    source = torch.tensor(clean, dtype=torch.float32)
    return source, target


heights = load_heights([[1, 2], [3, 4]])
source, target = make_pair(heights, gain=3.0)
ratio = source / target
assert source.dtype == target.dtype == torch.float32
assert ratio.eq(3.0).all(), ratio
