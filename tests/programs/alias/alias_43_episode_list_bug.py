"""
what: The episode keeps tensors over the observations it is handed; their owner may reuse them.
"""
import numpy as np
import torch


class Episode:
    def __init__(self):
        self.observations: list[torch.Tensor] = []
        self.rewards: list[float] = []

    def append(self, observation: np.ndarray, reward: float) -> None:
        self.observations.append(torch.from_numpy(observation))  # BUG: maybe-alias
        self.rewards.append(reward)

    def returns(self, discount: float) -> torch.Tensor:
        total, result = 0.0, []
        for reward in reversed(self.rewards):
            total = reward + discount * total
            result.append(total)
        return torch.tensor(result[::-1])

    def batch(self) -> torch.Tensor:
        return torch.stack(self.observations)


episode = Episode()
for step in range(3):
    episode.append(np.full(2, step, dtype=np.float32), reward=1.0)
assert episode.returns(0.5).tolist() == [1.75, 1.5, 1.0]
assert episode.batch()[:, 0].tolist() == [0.0, 1.0, 2.0]
