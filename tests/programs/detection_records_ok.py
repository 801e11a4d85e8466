"""Detections and targets are both moved to the CPU, by one helper, before they are matched."""

import numpy as np
import torch

CPU = torch.device("cpu")


def moved(records, device):
    return [{key: value.to(device) for key, value in record.items()} for record in records]


def overlap(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inner = np.prod(np.clip(high - low, 0, None), axis=2)
    area = lambda boxes: np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)  # noqa: E731
    return inner / (area(a)[:, None] + area(b)[None] - inner)


def match(detections, targets):
    for detection, target in zip(detections, targets):
        found = detection["boxes"][detection["scores"] > 0.5].numpy()
        truth = target["boxes"].numpy()
        yield overlap(found, truth).max(initial=0.0)


boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 3.0]])
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
targets = moved([{"boxes": boxes}], device)
outputs = [{"boxes": t["boxes"] + 0.1, "scores": torch.rand(2, device=device)} for t in targets]
outputs = moved(outputs, CPU)
targets = moved(targets, CPU)
best = list(match(outputs, targets))
assert len(best) == 1
