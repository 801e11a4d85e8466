"""
what: The permutation test draws permuted copies, the array under the true labels stays in order.
"""
import numpy as np
import torch
from numpy.random import default_rng


def accuracy(pred: torch.Tensor, target: torch.Tensor) -> float:
    return (pred == target).double().mean().item()


def permutation_test(pred, labels, rounds=20, seed=0):
    rng = default_rng(seed)
    target = torch.as_tensor(labels)
    null = []
    for _ in range(rounds):
        shuffled = rng.permutation(labels)
        null.append(accuracy(pred, torch.tensor(shuffled)))
    observed = accuracy(pred, target)
    return observed, float(np.mean([n >= observed for n in null]))


labels = np.repeat(np.arange(4), 10)
pred = torch.arange(4).repeat_interleave(10)
observed, p_value = permutation_test(pred, labels)
assert 0.0 <= p_value <= 1.0
assert observed == 1.0, (observed, p_value)
