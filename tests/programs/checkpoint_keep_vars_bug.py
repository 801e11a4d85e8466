"""state_dict(keep_vars=True) hands out the parameters themselves, and np.savez cannot write
tensors with grad.
"""

import io

import numpy as np
import torch
from torch import nn


class Policy(nn.Module):
    def __init__(self, observations, actions):
        super().__init__()
        self.register_buffer("mean", torch.zeros(observations))
        self.actor = nn.Linear(observations, actions)

    def forward(self, x):
        return self.actor(x - self.mean)


def export(model, stream, prefix="policy"):
    state = model.state_dict(keep_vars=True)
    renamed = {f"{prefix}/{name}": value for name, value in state.items()}
    np.savez(stream, **renamed)  # BUG: raise-grad
    stream.seek(0)
    return stream


torch.manual_seed(0)
policy = Policy(4, 2)
optimizer = torch.optim.SGD(policy.parameters(), lr=0.1)
policy(torch.randn(5, 4)).logsumexp(dim=1).mean().backward()
optimizer.step()
archive = np.load(export(policy, io.BytesIO()))
assert sorted(archive.files) == ["policy/actor.bias", "policy/actor.weight", "policy/mean"]
