"""
what: A sampled sequence is a slice of the ring buffer, which later transitions overwrite.
"""
import numpy as np
import torch


class SequenceReplay:
    """Fixed-size ring of observations and rewards."""

    def __init__(self, capacity, obs_dim):
        self.obs = np.zeros((capacity, obs_dim), dtype=np.float32)
        self.rewards = np.zeros(capacity, dtype=np.float32)
        self.capacity = capacity
        self.head = 0
        self.size = 0

    def add(self, obs, reward):
        self.obs[self.head] = obs  # bookkeeping below
        self.rewards[self.head] = reward
        self.head = (self.head + 1) % self.capacity
        self.size = min(self.size + 1, self.capacity)

    def sequence(self, start, length):
        span = slice(start, start + length)
        obs = torch.as_tensor(self.obs[span])  # BUG: alias-mutation
        rewards = torch.as_tensor(self.rewards[span])  # BUG-ALT: alias-mutation
        return obs, rewards


replay = SequenceReplay(capacity=4, obs_dim=2)
for step in range(4):
    replay.add([step, -step], reward=step / 2)
obs, rewards = replay.sequence(0, 2)
for step in range(4, 7):
    replay.add([step, -step], reward=step / 2)
assert obs.shape == (2, 2) and replay.size == 4
assert obs[:, 0].tolist() == [0.0, 1.0] and rewards.tolist() == [0.0, 0.5], (obs, rewards)
