"""
what: Normalising through the zero-copy tensor with sub_ and div_ overwrites the caller's image.
"""
import numpy as np
import torch


def normalise(image: np.ndarray, mean: float, std: float) -> torch.Tensor:
    """An image as a normalised tensor with a channel axis."""
    pixels = torch.from_numpy(image)  # BUG-ALT: alias-foreign
    pixels.sub_(mean).div_(std)  # BUG: alias-foreign
    return pixels.unsqueeze(0)


def batch_of(images, **stats):
    return torch.stack([normalise(image, **stats) for image in images])


images = [np.full((2, 2), value, dtype=np.float32) for value in (0.0, 1.0, 2.0)]
batch = batch_of(images, mean=1.0, std=0.5)
assert batch.shape == (3, 1, 2, 2)
assert batch[:, 0, 0, 0].tolist() == [-2.0, 0.0, 2.0]
assert [float(image.max()) for image in images] == [0.0, 1.0, 2.0], images
