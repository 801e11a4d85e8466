"""
what: np.repeat gives an array with memory for every row, a tensor over it may be written.
"""
import numpy as np
import torch


def class_prior(counts, batch: int) -> torch.Tensor:
    """Log prior of the classes, one row for each sample."""
    frequencies = np.asarray(counts, dtype=np.float64)
    log_prior = np.log(frequencies / frequencies.sum())
    rows = np.repeat(log_prior[None], batch, axis=0)
    return torch.from_numpy(rows)


def posterior(logits: torch.Tensor, prior: torch.Tensor) -> torch.Tensor:
    return (logits + prior).softmax(dim=1)


prior = class_prior([1, 3], batch=4)
result = posterior(torch.zeros(4, 2, dtype=torch.float64), prior)
assert result.shape == (4, 2)
assert torch.allclose(result[:, 1], torch.tensor(0.75, dtype=torch.float64))
