"""
what: The generator redraws one canvas, and a list of its tensors holds the last frame many times.
"""
import numpy as np
import torch as th


def moving_dot(steps, size=5):
    """Yield the frames of a dot that walks along the diagonal."""
    canvas = np.zeros((size, size), dtype=np.float32)
    for step in range(steps):
        canvas.fill(0.0)  # start from black
        canvas[step, step] = 1.0
        yield th.from_numpy(canvas)  # BUG: alias-mutation


def position(frame):
    return int(frame.argmax()) // frame.shape[1]


frames = list(moving_dot(4))  # BUG-ALT: alias-mutation
places = [position(frame) for frame in frames]
speed = np.diff(places)
assert len(places) == 4
assert speed.tolist() == [1, 1, 1], places
