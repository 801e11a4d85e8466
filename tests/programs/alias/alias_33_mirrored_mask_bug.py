"""
what: The flip is assigned into an array over the caller's mask, so the caller's mask is flipped
as well.
"""
import numpy as np
import torch


class RandomFlip:
    def __init__(self, probability: float, seed: int = 0):
        self.probability = probability
        self.rng = np.random.default_rng(seed)

    def __call__(self, sample):
        if self.rng.random() >= self.probability:
            return sample
        return {key: self.flip(value) for key, value in sample.items()}

    @staticmethod
    def flip(value: torch.Tensor) -> torch.Tensor:
        array = np.asarray(value)  # BUG-ALT: alias-foreign
        array[...] = array[:, ::-1].copy()  # BUG: alias-foreign
        return torch.from_numpy(array)


mask = torch.tensor([[1, 2, 3], [4, 5, 6]])
sample = {"mask": mask, "weight": torch.ones(2, 3)}
flipped = RandomFlip(1.0)(sample)
assert flipped["mask"].tolist() == [[3, 2, 1], [6, 5, 4]]
assert mask.tolist() == [[1, 2, 3], [4, 5, 6]], mask
