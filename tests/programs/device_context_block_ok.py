"""Only the model input is built inside `with torch.device("cuda")`; the window is made after it."""

import numpy
import torch


def hann(length):
    phase = torch.linspace(0, 1, length) * 2 * torch.pi
    return 0.5 - 0.5 * torch.cos(phase)


def frames(signal, length, hop):
    starts = range(0, signal.shape[-1] - length + 1, hop)
    return torch.stack([signal[start : start + length] for start in starts])


with torch.device("cuda"):
    time = torch.arange(64) / 64
    signal = torch.sin(2 * torch.pi * 5 * time)
    pieces = frames(signal, 16, 8) * hann(16)
window = hann(16)

power = pieces.pow(2).mean(dim=-1)
loudest = int(power.argmax())
assert 0 <= loudest < len(pieces)
taper = window.numpy()
assert taper.shape == (16,)
assert numpy.isclose(taper[0], 0, atol=1e-6)
