"""A replay memory copies each transition to the CPU when pushed, and the sampler relies on it."""

import random
from collections import deque

import numpy as np
import torch


class ReplayMemory:
    def __init__(self, capacity):
        self.items = deque(maxlen=capacity)

    def push(self, *transition):
        self.items.append(tuple(part.cpu() for part in transition))

    def sample(self, size):
        batch = random.sample(self.items, size)
        states, actions, rewards = zip(*batch)
        return (
            np.stack([state.numpy() for state in states]),
            np.array([int(action) for action in actions]),
            np.array([float(reward) for reward in rewards]),
        )


@torch.no_grad()
def explore(network, memory, device, steps=12):
    state = torch.zeros(4, device=device)
    for _ in range(steps):
        action = network(state).argmax()
        memory.push(state, action, -state.norm())
        state = state + 0.1 * torch.randn(4, device=device)


memory = ReplayMemory(capacity=8)
explore(torch.nn.Linear(4, 2).to("cuda"), memory, "cuda")
states, actions, rewards = memory.sample(5)
assert states.shape == (5, 4) and rewards.max() <= 0
