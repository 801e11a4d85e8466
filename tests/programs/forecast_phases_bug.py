"""An autoregressive forecast turns grad off only for a phase name that its caller never uses."""

import numpy as np
import torch
from torch import nn


class Forecaster(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.cell = nn.GRUCell(1, width)
        self.head = nn.Linear(width, 1)

    def forward(self, series, horizon):
        hidden = None
        for value in series:
            hidden = self.cell(value, hidden)
        outputs = [self.head(hidden)]
        while len(outputs) < horizon:
            hidden = self.cell(outputs[-1], hidden)
            outputs.append(self.head(hidden))
        return torch.cat(outputs, dim=1)


def run_phase(model, series, mode="train", horizon=3):
    model.train(mode == "train")
    with torch.set_grad_enabled(mode != "test"):
        forecast = model(series, horizon)
    return forecast


torch.manual_seed(0)
model = Forecaster()
series = torch.sin(torch.arange(10.0)).view(10, 1, 1)
loss = (run_phase(model, series) ** 2).mean()
loss.backward()
path = run_phase(model, series, mode="valid").numpy()  # BUG: raise-grad
assert np.diff(path, axis=1).shape == (1, 2)
