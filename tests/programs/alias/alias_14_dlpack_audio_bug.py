"""
what: DLPack shares the samples, and the fade is applied in place to both the dry and the wet
signal.
"""
import numpy as np
import torch
from torch.utils.dlpack import from_dlpack


def tone(rate: int = 800, seconds: float = 0.5) -> np.ndarray:
    time = np.arange(int(rate * seconds)) / rate
    return np.sin(2 * np.pi * 5 * time)


def fade(samples: np.ndarray, length: int) -> np.ndarray:
    ramp = np.ones(len(samples))
    ramp[-length:] = np.linspace(1, 0, length)
    samples *= ramp  # BUG-ALT: alias-mutation
    return samples


wave = tone()
dry = from_dlpack(wave)  # BUG: alias-mutation
wet = torch.tensor(fade(wave, length=200))  # BUG-ALT: alias-mutation
loudness = (dry.square().mean(), wet.square().mean())
assert dry.shape == wet.shape
assert loudness[0] > loudness[1], loudness
