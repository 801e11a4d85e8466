"""
what: The previous frame and the current one are tensors over one array that np.copyto refills.
"""
import numpy as np
import torch


def motion(camera, shape=(2, 3)):
    """Mean absolute difference between neighbouring frames."""
    raw = np.zeros(shape, dtype=np.float32)
    previous = None
    changes = []
    for picture in camera:
        np.copyto(raw, picture)  # BUG-ALT: alias-mutation
        current = torch.from_numpy(raw)  # BUG: alias-mutation
        if previous is not None:
            changes.append(torch.mean(torch.abs(current - previous)).item())
        previous = current
    return changes


def camera(count):
    for index in range(count):
        yield np.full((2, 3), index**2)


changes = motion(camera(4))
assert len(changes) == 3
assert changes == [1.0, 3.0, 5.0], changes
