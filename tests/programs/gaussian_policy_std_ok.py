"""A NumPy ufunc is applied to the detached log standard deviation, which has no grad."""

import numpy as np
import torch
from torch import nn


class GaussianActor(nn.Module):
    def __init__(self, observation_size, action_size, bounds=(-1.0, 1.0)):
        super().__init__()
        self.mean = nn.Linear(observation_size, action_size)
        self.log_std = nn.Parameter(torch.full((action_size,), -0.5))
        self.bounds = bounds

    def log_prob(self, observation, action):
        normal = torch.distributions.Normal(self.mean(observation), self.log_std.exp())
        return normal.log_prob(action).sum(dim=-1)

    def act(self, observation, rng):
        with torch.no_grad():
            mean = self.mean(torch.as_tensor(observation, dtype=torch.float32))
        std = np.exp(self.log_std.detach().numpy())
        action = mean.numpy() + std * rng.standard_normal(mean.shape)
        return np.clip(action, *self.bounds)


torch.manual_seed(0)
rng = np.random.default_rng(0)
actor = GaussianActor(3, 2)
observations = rng.standard_normal((5, 3))
actions = np.stack([actor.act(row, rng) for row in observations])
assert actions.shape == (5, 2)
loss = -actor.log_prob(torch.zeros(5, 3), torch.from_numpy(actions)).mean()
loss.backward()
assert actor.log_std.grad is not None
