"""Tensor.cpu() is called for its effect; unlike a module, a tensor is not moved in place."""

import numpy as np
import torch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"


class Segmenter(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3, padding=1)

    def forward(self, x):
        return self.conv(x).softmax(dim=1)


def predict(model, image):
    with torch.no_grad():
        mask = model(image.to(device))
    mask.cpu()
    return mask[:, 1]


torch.manual_seed(0)
model = Segmenter().to(device)
for parameter in model.parameters():
    assert parameter.device.type != "cpu"
images = torch.rand(4, 1, 5, 5)
masks = []
for image in images.split(2):
    mask = predict(model, image)
    masks.append(np.where(mask.numpy() > 0.5, 255, 0))  # BUG: raise-device
stack = np.concatenate(masks).astype(np.uint8)
assert stack.shape == (4, 5, 5)
