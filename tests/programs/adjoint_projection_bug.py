"""The .mH of a complex basis is a lazy conjugate view, and calibration data keep it like that."""

import numpy as np
import torch


class Beamformer:
    def __init__(self, antennas, angles):
        position = torch.arange(antennas).float()
        phase = torch.pi * position[:, None] * torch.sin(angles)[None, :]
        self.steering = torch.polar(torch.ones_like(phase), phase)

    def weights(self):
        return self.steering.mH

    def spectrum(self, snapshots):
        return (self.weights() @ snapshots).abs().pow(2).mean(dim=1)


torch.manual_seed(0)
angles = torch.linspace(-1.2, 1.2, 25)
beamformer = Beamformer(8, angles)
source = beamformer.steering[:, 6:7] * torch.randn(1, 40)
spectrum = beamformer.spectrum(source)
assert int(spectrum.argmax()) == 6
weights = beamformer.weights().numpy()  # BUG: raise-layout
assert weights.shape == (25, 8)
assert np.iscomplexobj(weights)
