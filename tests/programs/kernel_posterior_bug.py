"""A Gaussian process with learnt hyperparameters predicts in eval mode and plots mean and band."""

import numpy as np
import torch
from torch import nn


class GaussianProcess(nn.Module):
    def __init__(self, x, y):
        super().__init__()
        self.x, self.y = x, y
        self.log_scale = nn.Parameter(torch.zeros(()))
        self.log_noise = nn.Parameter(torch.tensor(-2.0))

    @property
    def scale(self):
        return self.log_scale.exp()

    @property
    def noise(self):
        return self.log_noise.detach().exp()

    def kernel(self, a, b, scale):
        return torch.exp(-0.5 * (a[:, None] - b[None, :]) ** 2 / scale**2)

    def negative_log_likelihood(self):
        cov = self.kernel(self.x, self.x, self.log_scale.exp())
        cov = cov + self.log_noise.exp() * torch.eye(len(self.x))
        chol = torch.linalg.cholesky(cov)
        alpha = torch.cholesky_solve(self.y[:, None], chol)
        return 0.5 * (self.y @ alpha).squeeze() + chol.diagonal().log().sum()

    def predict(self, at):
        cov = self.kernel(self.x, self.x, self.scale) + self.noise * torch.eye(len(self.x))
        cross = self.kernel(at, self.x, self.scale)
        solved = torch.linalg.solve(cov, cross.T)
        return solved.T @ self.y, 1 - (cross * solved.T).sum(dim=1)


torch.manual_seed(0)
x = torch.linspace(0, 3, 8)
gp = GaussianProcess(x, torch.sin(x))
optimizer = torch.optim.Adam(gp.parameters(), lr=0.05)
for _ in range(5):
    optimizer.zero_grad()
    gp.negative_log_likelihood().backward()
    optimizer.step()
gp.eval()
mean, variance = gp.predict(torch.linspace(0, 3, 5))
mean = mean.numpy()  # BUG: raise-grad
band = 2 * np.sqrt(variance.numpy().clip(min=0))  # BUG-ALT: raise-grad
assert mean.shape == band.shape == (5,)
