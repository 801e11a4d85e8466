"""Grad-CAM weighs the hooked activations by their gradients and resizes the map with NumPy."""

import numpy as np
import torch
from torch import nn


class GradCam:
    def __init__(self, model, layer):
        self.model = model
        self.activation = None
        self.gradient = None
        self.handles = [layer.register_forward_hook(self._keep)]

    def _keep(self, module, inputs, output):
        self.activation = output
        output.register_hook(self._keep_gradient)

    def _keep_gradient(self, grad):
        self.gradient = grad

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for handle in self.handles:
            handle.remove()

    def __call__(self, image, label=None):
        scores = self.model(image)
        if label is None:
            label = scores.argmax(dim=1).item()
        self.model.zero_grad()
        scores[0, label].backward()
        weights = self.gradient.mean(dim=(2, 3), keepdim=True)
        cam = torch.relu((weights * self.activation).sum(dim=1))[0]
        cam = cam.numpy()  # BUG: raise-grad
        cam = np.kron(cam, np.ones((2, 2)))
        return cam / (cam.max() + 1e-8)


torch.manual_seed(0)
conv = nn.Conv2d(3, 4, 3, padding=1)
model = nn.Sequential(conv, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5))
with GradCam(model, conv) as explain:
    heat = explain(torch.rand(1, 3, 6, 6))
assert heat.shape == (12, 12)
assert heat.min() >= 0
