"""
what: clamp_ on a tensor over the module's palette darkens that palette for all later images.
"""
import numpy as np
import torch

PALETTE = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0]], dtype=np.uint8)


def colourise(labels: torch.Tensor, limit: "int | None" = None) -> np.ndarray:
    """Label map to an RGB image, with channels no brighter than `limit`."""
    colours = torch.as_tensor(PALETTE)  # BUG-ALT: alias-foreign
    if limit is not None:
        colours.clamp_(max=limit)  # BUG: alias-foreign
    return colours[labels].numpy()


labels = torch.tensor([[0, 1], [2, 1]])
dim = colourise(labels, limit=100)
bright = colourise(labels)
assert dim.shape == bright.shape == (2, 2, 3)
assert dim.max() == 100
assert bright.max() == 255, bright
