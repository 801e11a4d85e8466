"""
what: Every window of the sensor is read into the same array, so all kept tensors show the last
window.
"""
import io

import numpy as np
import torch

WINDOW = 4


def read_windows(stream: io.BufferedIOBase) -> list[torch.Tensor]:
    """Read complete windows of 32-bit floats until the stream ends."""
    windows = []
    samples = np.empty(WINDOW, dtype=np.float32)
    while stream.readinto(samples) == samples.nbytes:  # BUG-ALT: alias-mutation
        windows.append(torch.from_numpy(samples))  # BUG: alias-mutation
    return windows


def energy(window: torch.Tensor) -> float:
    return float(window.square().sum())


recording = np.repeat(np.array([1.0, 2.0, 3.0], dtype=np.float32), WINDOW)
windows = read_windows(io.BytesIO(recording.tobytes()))
assert len(windows) == 3
assert [energy(w) for w in windows] == [4.0, 16.0, 36.0], windows
