"""The advantages are computed in NumPy from critic values that act() returned with their graph."""

import numpy as np
import torch
from torch import nn


class ActorCritic(nn.Module):
    def __init__(self, obs_dim, actions):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(obs_dim, 16), nn.Tanh())
        self.pi = nn.Linear(16, actions)
        self.v = nn.Linear(16, 1)

    def forward(self, obs):
        hidden = self.trunk(obs)
        return self.pi(hidden), self.v(hidden).squeeze(-1)

    def act(self, obs):
        logits, value = self(obs)
        return torch.distributions.Categorical(logits=logits).sample(), value


class Rollout:
    def __init__(self, gamma=0.99, lam=0.95):
        self.gamma, self.lam = gamma, lam
        self.steps = []

    def add(self, reward, value, done):
        self.steps.append((reward, value, done))

    def advantages(self, last_value):
        rewards, values, dones = zip(*self.steps)
        values = np.array([v.numpy() for v in values] + [last_value.numpy()])  # BUG: raise-grad
        result, running = np.zeros(len(rewards)), 0.0
        for t in reversed(range(len(rewards))):
            mask = 1.0 - dones[t]
            delta = rewards[t] + self.gamma * values[t + 1] * mask - values[t]
            running = delta + self.gamma * self.lam * mask * running
            result[t] = running
        return result, result + values[:-1]


def collect(agent, steps):
    rollout, obs = Rollout(), torch.zeros(3)
    for t in range(steps):
        action, value = agent.act(obs)
        rollout.add(float(action == 1), value, float(t % 4 == 3))
        obs = obs + 0.1 * (action - 0.5)
    _, last = agent.act(obs)
    return rollout.advantages(last)


def main():
    torch.manual_seed(0)
    agent = ActorCritic(3, 2)
    advantages, targets = collect(agent, 8)
    assert advantages.shape == targets.shape == (8,)
    logits, values = agent(torch.zeros(8, 3))
    loss = (values - torch.as_tensor(targets, dtype=torch.float32)).pow(2).mean()
    loss.backward()
    assert loss.requires_grad


if __name__ == "__main__":
    main()
