"""A NamedTuple step keeps log-probability and entropy of a policy, and the report averages both."""

from typing import NamedTuple

import numpy as np
import torch
from torch.distributions import Categorical


class Step(NamedTuple):
    log_prob: torch.Tensor
    entropy: torch.Tensor
    reward: float


def act(policy, state):
    choice = Categorical(logits=policy(state))
    action = choice.sample()
    reward = 1.0 if int(action) == int(state.argmax()) else 0.0
    return Step(choice.log_prob(action), choice.entropy(), reward)


def update(optimizer, episode):
    loss = -sum(step.log_prob * step.reward for step in episode)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


torch.manual_seed(0)
policy = torch.nn.Linear(3, 3)
optimizer = torch.optim.Adam(policy.parameters(), lr=0.05)
episode = [act(policy, torch.eye(3)[i % 3]) for i in range(9)] + [act(policy, torch.rand(3))]
update(optimizer, episode)
rewards = np.array([step.reward for step in episode])
entropies = np.array([step.entropy.numpy() for step in episode])  # BUG: raise-grad
assert entropies.shape == rewards.shape == (10,)
