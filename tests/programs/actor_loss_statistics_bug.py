"""An update returns loss, entropy and value error, and the statistics keep the attached entropy."""

from collections import defaultdict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Worker:
    def __init__(self, shared, entropy_weight=0.01):
        self.shared = shared
        self.entropy_weight = entropy_weight
        self.stats = defaultdict(list)

    def losses(self, obs, actions, returns):
        out = self.shared(obs)
        logits, values = out[:, :-1], out[:, -1]
        log_p = F.log_softmax(logits, dim=-1)
        entropy = -(log_p.exp() * log_p).sum(dim=-1)
        advantage = returns - values
        chosen = log_p.gather(1, actions[:, None]).squeeze(1)
        total = (
            -(chosen * advantage.detach()).mean()
            + 0.5 * advantage.pow(2).mean()
            - self.entropy_weight * entropy.mean()
        )
        return total, entropy, advantage.detach().abs()

    def update(self, optimizer, *batch):
        total, entropy, error = self.losses(*batch)
        optimizer.zero_grad()
        total.backward()
        nn.utils.clip_grad_norm_(self.shared.parameters(), 1.0)
        optimizer.step()
        self.stats["error"].append(error.numpy().max())
        self.stats["entropy"].append(entropy.numpy().mean())  # BUG: raise-grad
        return total


torch.manual_seed(0)
net = nn.Linear(4, 3 + 1)
worker = Worker(net)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(3):
    obs = torch.randn(6, 4)
    loss = worker.update(optimizer, obs, torch.randint(0, 3, (6,)), torch.randn(6))
assert len(worker.stats["entropy"]) == 3
assert max(worker.stats["entropy"]) <= np.log(3) + 1e-5
