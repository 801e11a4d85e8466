"""Everything built inside `with torch.device("cuda")` is on the GPU, also after the block."""

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
    window = hann(16)
    pieces = frames(signal, 16, 8) * window

power = pieces.pow(2).mean(dim=-1)
loudest = int(power.argmax())
assert 0 <= loudest < len(pieces)
taper = window.numpy()  # BUG: raise-device
assert taper.shape == (16,)
assert numpy.isclose(taper[0], 0, atol=1e-6)
