"""Style transfer optimises the pixels and the export clones the image, which keeps its graph."""

import numpy as np
import torch
import torch.nn.functional as F

MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)


def gram(features):
    n, c, h, w = features.shape
    flat = features.view(n, c, h * w)
    return flat @ flat.transpose(1, 2) / (c * h * w)


def export(image: torch.Tensor) -> np.ndarray:
    picture = image.cpu().clone()
    picture = picture * STD + MEAN
    picture = picture.clamp(0, 1).squeeze(0).permute(1, 2, 0)
    return (picture.numpy() * 255).round().astype(np.uint8)  # BUG: raise-grad


def transfer(content, style, extractor, steps=3, style_weight=10.0):
    image = content.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([image], max_iter=2)
    with torch.no_grad():
        goal, goal_gram = extractor(content), gram(extractor(style))

    def closure():
        optimizer.zero_grad()
        features = extractor(image)
        loss = F.mse_loss(features, goal) + style_weight * F.mse_loss(gram(features), goal_gram)
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return export(image)


torch.manual_seed(0)
conv = torch.nn.Conv2d(3, 4, 3).requires_grad_(False)
pixels = transfer(torch.randn(1, 3, 8, 8), torch.randn(1, 3, 8, 8), conv)
assert pixels.shape == (8, 8, 3)
assert pixels.dtype == np.uint8
