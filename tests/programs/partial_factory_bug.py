"""A functools.partial fixes the device of a factory, so each tensor it makes is on the GPU."""

from functools import partial

import numpy as np
import torch

zeros = partial(torch.zeros, dtype=torch.float64, device="cuda")


class ReplayBuffer:
    def __init__(self, capacity, shape):
        self.states = zeros(capacity, shape)
        self.rewards = zeros(capacity)
        self.capacity = capacity
        self.size = 0

    def push(self, state, reward):
        slot = self.size % self.capacity
        self.states[slot] = torch.tensor(state).to(self.states)
        self.rewards[slot] = reward
        self.size += 1

    def returns(self, discount=0.9):
        rewards = self.rewards[: min(self.size, self.capacity)]
        weights = discount ** np.arange(len(rewards))
        return np.multiply(weights, rewards).sum()  # BUG: raise-device


buffer = ReplayBuffer(4, 2)
for step in range(6):
    buffer.push([step, -step], float(step))
value = buffer.returns()
assert value > 0
assert buffer.states.shape == (4, 2)
