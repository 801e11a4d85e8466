"""Anchors are a plain attribute, so they stay behind when the model goes to the GPU."""

import numpy as np
import torch
from torch import nn


class AnchorHead(nn.Module):
    def __init__(self, scales=(8, 16, 32)):
        super().__init__()
        self.conv = nn.Conv2d(3, len(scales) * 4, 1)
        anchors = torch.tensor([[-s, -s, s, s] for s in scales]).float() / 2
        self.anchors = anchors

    def forward(self, x):
        deltas = self.conv(x)
        return deltas.unflatten(1, (-1, 4))


def draw_anchors(head, centre):
    offsets = head.anchors.numpy()
    return offsets + np.tile(np.asarray(centre), 2)


torch.manual_seed(0)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
head = AnchorHead()
head.to(device)
deltas = head(torch.rand(1, 3, 4, 4, device=device))
assert deltas.shape == (1, 3, 4, 4, 4)
boxes = draw_anchors(head, (10.0, 12.0))
assert boxes.shape == (3, 4)
