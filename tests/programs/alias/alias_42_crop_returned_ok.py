"""
what: The crop that is returned is scaled, and so has memory of its own.
"""
import numpy as np
import torch


def centre_crop(image: np.ndarray, size: int) -> torch.Tensor:
    """The central square of an image, channels first."""
    height, width = image.shape[:2]
    if size > min(height, width):
        raise ValueError(f"cannot crop {size} from {height}x{width}")
    top, left = (height - size) // 2, (width - size) // 2
    crop = image[top : top + size, left : left + size].transpose(2, 0, 1)
    return torch.from_numpy(crop / 255.0)


image = np.zeros((6, 8, 3), dtype=np.uint8)
image[2:4, 3:5] = 255
crop = centre_crop(image, 2)
assert crop.shape == (3, 2, 2)
assert crop.min() == crop.max() > 0
