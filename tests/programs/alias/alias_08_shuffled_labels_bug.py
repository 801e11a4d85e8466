"""
what: The permutation test shuffles the array under the true labels, so nothing is left to compare
with.
"""
import numpy as np
import torch
from numpy.random import default_rng


def accuracy(pred: torch.Tensor, target: torch.Tensor) -> float:
    return (pred == target).double().mean().item()


def permutation_test(pred, labels, rounds=20, seed=0):
    rng = default_rng(seed)
    target = torch.as_tensor(labels)  # BUG: alias-mutation
    null = []
    for _ in range(rounds):
        rng.shuffle(labels)  # BUG-ALT: alias-mutation
        null.append(accuracy(pred, torch.tensor(labels)))
    observed = accuracy(pred, target)
    return observed, float(np.mean([n >= observed for n in null]))


labels = np.repeat(np.arange(4), 10)
pred = torch.arange(4).repeat_interleave(10)
observed, p_value = permutation_test(pred, labels)
assert 0.0 <= p_value <= 1.0
assert observed == 1.0, (observed, p_value)
