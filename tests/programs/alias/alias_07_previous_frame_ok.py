"""
what: The previous frame is cloned before np.copyto refills the one array for the current frame.
"""
import numpy as np
import torch


def motion(camera, shape=(2, 3)):
    """Mean absolute difference between neighbouring frames."""
    raw = np.zeros(shape, dtype=np.float32)
    previous = None
    changes = []
    for picture in camera:
        np.copyto(raw, picture)
        current = torch.from_numpy(raw)
        if previous is not None:
            changes.append(torch.mean(torch.abs(current - previous)).item())
        previous = current.clone()
    return changes


def camera(count):
    for index in range(count):
        yield np.full((2, 3), index**2)


changes = motion(camera(4))
assert len(changes) == 3
assert changes == [1.0, 3.0, 5.0], changes
