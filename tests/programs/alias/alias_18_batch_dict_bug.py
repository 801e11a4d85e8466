"""
what: The masked ids are written into the array whose tensor was meant to keep the original ids.
"""
import numpy as np
import torch

MASK = 103


def mask_tokens(batch, positions):
    """Masked language modelling: targets are the ids before masking."""
    tensors = {key: torch.from_numpy(value) for key, value in batch.items()}  # BUG: alias-mutation
    targets = tensors["ids"]
    hidden = np.zeros(batch["ids"].shape, dtype=bool)
    hidden[:, positions] = True
    batch["ids"][hidden] = MASK  # BUG-ALT: alias-mutation
    inputs = torch.from_numpy(batch["ids"])
    return inputs, targets, tensors["attention"]


batch = {
    "ids": np.arange(1, 9).reshape(2, 4),
    "attention": np.ones((2, 4), dtype=np.int64),
}
inputs, targets, attention = mask_tokens(batch, positions=[1, 3])
assert attention.sum() == 8
assert (inputs == MASK).sum() == 4
assert (targets == MASK).sum() == 0, targets
