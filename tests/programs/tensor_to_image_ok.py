"""An image helper takes any tensor, detaches it, and copies it to the device named by a
constant.
"""

import numpy as np
import torch
from torch import Tensor

HOST = torch.device("cpu")


def to_image(tensor: Tensor, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """Turn a (3, H, W) or (1, H, W) tensor into an (H, W, 3) array of bytes."""
    if tensor.dim() != 3:
        raise ValueError(f"need three dimensions, got {tensor.dim()}")
    tensor = tensor.detach().clamp(low, high)
    if tensor.shape[0] == 1:
        tensor = tensor.expand(3, -1, -1)
    tensor = (tensor - low) / (high - low) * 255
    pixels = tensor.round().permute(1, 2, 0).to(HOST).numpy()
    return pixels.astype(np.uint8)


DEVICE = torch.device("cuda")
images = [to_image(torch.rand(n, 4, 5, device=DEVICE)) for n in (1, 3)]
assert all(image.shape == (4, 5, 3) for image in images)
assert (images[0][..., 0] == images[0][..., 2]).all()
try:
    to_image(torch.zeros(4, 5))
except ValueError as error:
    assert "got 2" in str(error)
