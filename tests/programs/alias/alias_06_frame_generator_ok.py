"""
what: The generator redraws one canvas, and each tensor is reduced to a number before the next
frame.
"""
import numpy as np
import torch as th


def moving_dot(steps, size=5):
    """Yield the frames of a dot that walks along the diagonal."""
    canvas = np.zeros((size, size), dtype=np.float32)
    for step in range(steps):
        canvas.fill(0.0)  # start from black
        canvas[step, step] = 1.0
        yield th.from_numpy(canvas)


def position(frame):
    return int(frame.argmax()) // frame.shape[1]


places = [position(frame) for frame in moving_dot(4)]
speed = np.diff(places)
assert len(places) == 4
assert speed.tolist() == [1, 1, 1], places
