"""The only loss with grad is popped from the dict, and the remaining components are converted."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class AutoEncoder(nn.Module):
    def __init__(self, size, latent):
        super().__init__()
        self.down, self.up = nn.Linear(size, 2 * latent), nn.Linear(latent, size)

    def losses(self, x):
        mean, log_variance = self.down(x).chunk(2, dim=-1)
        code = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        rebuild = F.mse_loss(self.up(code), x)
        divergence = 0.5 * (mean**2 + log_variance.exp() - log_variance - 1).mean()
        total = rebuild + 0.1 * divergence
        parts = {"rebuild": rebuild.detach(), "divergence": divergence.data}
        return {"total": total, **parts}


torch.manual_seed(0)
model = AutoEncoder(6, 2)
optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3)
history = []
for _ in range(4):
    losses = model.losses(torch.randn(8, 6))
    total = losses.pop("total")
    optimizer.zero_grad()
    total.backward()
    optimizer.step()
    history.append([losses[name].numpy() for name in sorted(losses)])
history = np.array(history)
assert history.shape == (4, 2)
