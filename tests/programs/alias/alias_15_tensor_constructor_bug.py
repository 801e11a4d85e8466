"""
what: torch.Tensor takes over a float32 array's memory, so noise added to the array reaches the
clean one.
"""
import numpy as np
import torch


def spectrogram(bins: int, frames: int) -> np.ndarray:
    freq = np.arange(bins, dtype=np.float32)[:, None]
    return np.exp(-freq) * np.ones(frames, dtype=np.float32)


def denoising_pairs(count: int, rng: np.random.Generator):
    pairs = []
    for _ in range(count):
        spec = spectrogram(4, 6)
        clean = torch.Tensor(spec)  # BUG: alias-mutation
        spec += rng.normal(scale=0.1, size=spec.shape).astype(np.float32)  # BUG-ALT: alias-mutation
        pairs.append((torch.Tensor(spec), clean))  # BUG-ALT: alias-mutation
    return pairs


pairs = denoising_pairs(3, np.random.default_rng(0))
distance = [(noisy - clean).norm().item() for noisy, clean in pairs]
assert len(pairs) == 3
assert min(distance) > 0.1, distance
