"""A recursive apply() detaches the nested outputs of a detector, which stay on the GPU by that."""

import numpy as np
import torch


def apply(function, nested):
    if isinstance(nested, torch.Tensor):
        return function(nested)
    if isinstance(nested, dict):
        return {key: apply(function, value) for key, value in nested.items()}
    if isinstance(nested, (list, tuple)):
        return type(nested)(apply(function, value) for value in nested)
    return nested


@torch.no_grad()
def detect(backbone, heads, image):
    features = backbone(image)
    return {
        "name": "frame",
        "levels": [head(features) for head in heads],
        "peak": (features.amax(), features.argmax()),
    }


torch.manual_seed(0)
backbone = torch.nn.Conv2d(3, 4, 3).cuda()
heads = [torch.nn.Conv2d(4, n, 1).cuda() for n in (1, 2)]
outputs = detect(backbone, heads, torch.rand(1, 3, 6, 6).cuda())
outputs = apply(torch.Tensor.detach, outputs)
maps = [level.squeeze(0).numpy() for level in outputs["levels"]]  # BUG: raise-device
stacked = np.concatenate(maps)
assert outputs["name"] == "frame" and stacked.shape == (3, 4, 4)
