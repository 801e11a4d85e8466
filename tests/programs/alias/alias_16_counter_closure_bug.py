"""
what: The closure returns a tensor over the counts that its next call increments.
"""
import numpy as np
import torch


def token_counter(vocabulary: int):
    """Return a function that counts tokens and tells the running distribution."""
    counts = np.zeros(vocabulary)

    def update(tokens):
        for token in tokens:
            counts[token] += 1  # BUG-ALT: alias-mutation
        return torch.from_numpy(counts)  # BUG: alias-mutation

    return update


def entropy(weights: torch.Tensor) -> float:
    p = weights / weights.sum()
    p = p[p > 0]
    return -(p * p.log2()).sum().item()


count = token_counter(4)
first = count([0, 0, 0, 0])
second = count([1, 1, 1, 1])
assert entropy(second) == 1.0
assert entropy(first) == 0.0, first
