"""State tensors are made on the device that a dataclass holds, and read back as they are."""

from dataclasses import dataclass, field, fields

import torch


@dataclass
class KalmanState:
    size: int
    device: str = "cuda"
    mean: torch.Tensor = field(init=False)
    covariance: torch.Tensor = field(init=False)

    def __post_init__(self):
        self.mean = torch.zeros(self.size, device=self.device)
        self.covariance = torch.eye(self.size, device=self.device)

    def predict(self, transition, noise):
        self.mean = transition @ self.mean
        self.covariance = transition @ self.covariance @ transition.T
        self.covariance += noise * torch.eye(self.size, device=self.device)

    def snapshot(self):
        arrays = {}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, torch.Tensor):
                arrays[entry.name] = value.numpy()  # BUG: raise-device
        return arrays


state = KalmanState(3)
transition = torch.tensor([[1.0, 0.1, 0.0], [0.0, 1.0, 0.1], [0.0, 0.0, 1.0]]).to(state.device)
for _ in range(4):
    state.predict(transition, noise=0.01)
arrays = state.snapshot()
assert set(arrays) == {"mean", "covariance"}
assert arrays["covariance"].shape == (3, 3)
