"""
what: The base class wraps the position array, and the subclass binds a new one for every move.
"""
from dataclasses import dataclass, field

import numpy as np
import torch


@dataclass
class Body:
    position: np.ndarray
    velocity: np.ndarray
    trace: list = field(default_factory=list)

    def record(self) -> None:
        self.trace.append(torch.as_tensor(self.position))

    def advance(self, dt: float) -> None:
        raise NotImplementedError

    def simulate(self, steps: int, dt: float = 0.5) -> torch.Tensor:
        for _ in range(steps):
            self.record()
            self.advance(dt)
        return torch.stack(self.trace)


class FallingBody(Body):
    gravity = 2.0

    def advance(self, dt):
        self.velocity[-1] -= self.gravity * dt
        self.position = self.position + self.velocity * dt


body = FallingBody(np.array([0.0, 10.0]), np.array([1.0, 0.0]))
path = body.simulate(4)
assert path.shape == (4, 2)
assert path[:, 0].tolist() == [0.0, 0.5, 1.0, 1.5], path
