"""Latent means are kept for a map by a trainer whose remember() does not let go of the graph."""

import numpy as np
import torch
from torch import nn


class VAE(nn.Module):
    def __init__(self, inputs=8, latents=2):
        super().__init__()
        self.mean = nn.Linear(inputs, latents)
        self.log_variance = nn.Linear(inputs, latents)
        self.decoder = nn.Linear(latents, inputs)

    def forward(self, x):
        mean, log_variance = self.mean(x), self.log_variance(x)
        code = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        return self.decoder(code), mean, log_variance


class Trainer:
    def __init__(self, model):
        self.model, self.latents = model, []
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def remember(self, mean):
        self.latents.append(mean.clone())

    def step(self, x):
        output, mean, log_variance = self.model(x)
        divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum()
        (nn.functional.mse_loss(output, x) + divergence).backward()
        self.optimizer.step()
        self.remember(mean)


trainer = Trainer(VAE())
for batch in torch.randn(12, 8).split(4):
    trainer.step(batch)
points = np.concatenate([mean.numpy() for mean in trainer.latents])  # BUG: raise-grad
assert points.shape == (12, 2)
