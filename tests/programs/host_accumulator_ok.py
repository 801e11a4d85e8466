"""An accumulator is made like the tensor it is given but on the CPU, and filled from there."""

import numpy as np
import torch


class Accumulator:
    """Sums tensors of one shape from any source and gives back an array."""

    def __init__(self, example: torch.Tensor):
        self.total = torch.zeros_like(example, dtype=torch.float64, device="cpu")
        self.count = 0

    def add(self, *tensors: torch.Tensor) -> "Accumulator":
        for tensor in tensors:
            self.total += tensor.detach().cpu()
            self.count += 1
        return self

    def mean(self) -> np.ndarray:
        return self.total.numpy() / max(self.count, 1)


def average(tensors: list[torch.Tensor]) -> np.ndarray:
    first, *_ = tensors
    return Accumulator(first).add(*tensors).mean()


torch.manual_seed(0)
frames = [torch.full((2, 3), float(i)).cuda() for i in range(5)]
assert np.allclose(average(frames), 2.0)
