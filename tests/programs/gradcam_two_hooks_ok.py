"""Grad-CAM: activations are detached by the hook, and hooked gradients carry no graph."""

import numpy as np
import torch
from torch import nn


class GradCAM:
    def __init__(self, model, layer):
        self.model = model
        self.activations = self.gradients = None
        layer.register_forward_hook(self.save_activations)
        layer.register_full_backward_hook(self.save_gradients)

    def save_activations(self, module, inputs, output):
        self.activations = output.detach()

    def save_gradients(self, module, grad_input, grad_output):
        self.gradients = grad_output[0]

    def __call__(self, image, label):
        self.model.zero_grad()
        self.model(image)[0, label].backward()
        weights = self.gradients.mean(dim=(2, 3), keepdim=True)
        heat = torch.relu((weights * self.activations).sum(dim=1)).squeeze(0)
        heat = heat.numpy()
        return heat / max(heat.max(), 1e-8)


torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(1, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
)
cam = GradCAM(model, model[0])
heat = cam(torch.rand(1, 1, 8, 8), 2)
assert heat.shape == (6, 6) and np.isfinite(heat).all()
