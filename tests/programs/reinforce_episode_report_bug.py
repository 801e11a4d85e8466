"""REINFORCE keeps the loss of each episode and the report at the end takes their mean with NumPy.
"""

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical


class Corridor:
    """Walk right to reach the end of a short corridor."""

    def __init__(self, length=4):
        self.length = length

    def reset(self):
        self.cell = 0
        return self.observe()

    def observe(self):
        return np.eye(self.length, dtype=np.float32)[self.cell]

    def step(self, action):
        self.cell = max(0, self.cell + (1 if action else -1))
        done = self.cell == self.length - 1
        return self.observe(), float(done) - 0.05, done


def play(env, policy, limit=12):
    log_probs, rewards = [], []
    obs, done = env.reset(), False
    while not done and len(rewards) < limit:
        dist = Categorical(logits=policy(torch.from_numpy(obs)))
        action = dist.sample()
        log_probs.append(dist.log_prob(action))
        obs, reward, done = env.step(action.item())
        rewards.append(reward)
    return log_probs, rewards


def discounted(rewards, gamma=0.95):
    returns, total = [], 0.0
    for reward in reversed(rewards):
        total = reward + gamma * total
        returns.insert(0, total)
    return torch.tensor(returns)


torch.manual_seed(0)
env = Corridor()
policy = nn.Linear(env.length, 2)
optimizer = torch.optim.Adam(policy.parameters(), lr=0.05)
episode_losses, episode_returns = [], []
for episode in range(5):
    log_probs, rewards = play(env, policy)
    returns = discounted(rewards)
    loss = -(torch.stack(log_probs) * (returns - returns.mean())).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    episode_losses.append(loss)
    episode_returns.append(returns[0])
assert np.mean(episode_returns) < 1
assert np.isfinite(np.mean(episode_losses))  # BUG: raise-grad
