"""
what: A metric wraps its own method for tensors, but not for those of a loss.
"""
import numpy as np
import torch


def taking_tensors(function):
    def wrapper(value: torch.Tensor, count: int):
        return function(value.numpy(), count)  # BUG: raise-grad

    return wrapper


class Mean:
    def __init__(self, mode: str = "numpy"):
        self.total, self.count = 0.0, 0
        if mode == "torch":
            self.update = taking_tensors(self.update)

    def update(self, value: np.ndarray, count: int):
        self.total += float(value.sum())
        self.count += count
        return self.total / self.count


assert Mean().update(np.array([1.0, 3.0]), 2) == 2.0
assert Mean("torch").update(torch.tensor([1.0, 3.0], requires_grad=True), 2) == 2.0
