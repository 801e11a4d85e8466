"""A detector's kept indices are plain integers, but the boxes they select still have a graph."""

import numpy as np
import torch
from torch import nn


class Head(nn.Module):
    def __init__(self, channels, anchors):
        super().__init__()
        self.register_buffer("anchors", anchors)
        self.deltas = nn.Linear(channels, 4)
        self.scores = nn.Linear(channels, 1)

    def forward(self, features):
        return self.deltas(features), self.scores(features).squeeze(-1)

    def decode(self, features):
        deltas, scores = self(features)
        size = self.anchors[:, 2:] - self.anchors[:, :2]
        boxes = torch.cat(
            [
                self.anchors[:, :2] + deltas[:, :2] * size,
                self.anchors[:, 2:] + deltas[:, 2:] * size,
            ],
            dim=1,
        )
        return boxes, scores.sigmoid()


def overlap(box, boxes):
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    inter = np.clip(high - low, 0, None).prod(axis=1)
    area = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    return inter / (area + max(0, (box[2:] - box[:2]).prod()) - inter + 1e-9)


def detect(head, features, top=5, threshold=0.5):
    boxes, scores = head.decode(features)
    order = scores.topk(top).indices
    candidates = boxes[order].numpy()  # BUG: raise-grad
    kept, rest = [], order.numpy()
    while len(rest):
        kept.append(rest[0])
        ious = overlap(candidates[0], candidates)
        candidates, rest = candidates[1:][ious[1:] < threshold], rest[1:][ious[1:] < threshold]
    return kept


torch.manual_seed(0)
corner = torch.rand(8, 2)
head = Head(6, torch.cat([corner, corner + 0.3], dim=1))
kept = detect(head, torch.randn(8, 6))
assert 1 <= len(kept) <= 5
