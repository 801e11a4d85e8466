"""The temporal-difference errors set the priorities of a replay memory; they still carry the graph.
"""

import numpy as np
import torch
from torch import nn


class PrioritizedMemory:
    def __init__(self, capacity: int, alpha: float = 0.6):
        self.priorities = np.ones(capacity, dtype=np.float64)
        self.alpha = alpha
        self.states = torch.randn(capacity, 4)
        self.rewards = torch.randn(capacity)

    def sample(self, count: int, rng: np.random.Generator):
        weights = self.priorities**self.alpha
        index = rng.choice(len(weights), size=count, p=weights / weights.sum(), replace=False)
        return index, self.states[index], self.rewards[index]

    def update(self, index: np.ndarray, errors, eps: float = 1e-3) -> None:
        self.priorities[index] = np.asarray(errors) + eps  # BUG: raise-grad


class Learner:
    def __init__(self, memory: PrioritizedMemory):
        self.memory = memory
        self.online = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
        self.target = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
        self.target.load_state_dict(self.online.state_dict())
        self.optimizer = torch.optim.Adam(self.online.parameters())

    def learn(self, rng):
        index, states, rewards = self.memory.sample(6, rng)
        q = self.online(states).max(dim=1).values
        with torch.no_grad():
            goal = rewards + 0.9 * self.target(states).max(dim=1).values
        td_error = goal - q
        loss = td_error.pow(2).mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.memory.update(index, td_error.abs())  # BUG-ALT: raise-grad
        return float(loss)


torch.manual_seed(0)
rng = np.random.default_rng(0)
memory = PrioritizedMemory(16)
learner = Learner(memory)
losses = [learner.learn(rng) for _ in range(4)]
assert len(losses) == 4
assert (memory.priorities != 1).any()
