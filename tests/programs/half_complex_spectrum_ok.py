"""A spectrum is stored as complex32 to save memory, and its magnitude alone goes to NumPy."""

import warnings

import numpy as np
import torch


class SpectrumCache:
    """Keeps one spectrum for each recording at half precision."""

    def __init__(self):
        self.items = {}

    def add(self, name, signal):
        spectrum = torch.fft.rfft(signal * torch.hann_window(len(signal)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.items[name] = spectrum.to(torch.complex32)

    def __getitem__(self, name):
        return torch.view_as_real(self.items[name]).norm(dim=-1)


cache = SpectrumCache()
for pitch in (3, 7):
    cache.add(f"tone {pitch}", torch.sin(torch.arange(64) / 64 * 2 * torch.pi * pitch))
peaks = {}
for name in sorted(cache.items):
    spectrum = np.array(cache[name])
    peaks[name] = int(np.abs(spectrum).argmax())
assert peaks == {"tone 3": 3, "tone 7": 7}
