"""
what: sliding_window_view is read-only because its windows overlap, and from_numpy does not know
that.
"""
import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view


def features(signal: np.ndarray, width: int, stride: int = 1) -> torch.Tensor:
    """Windows of a signal, one in each row."""
    windows = sliding_window_view(signal, width)[::stride]
    return torch.from_numpy(windows)  # BUG: alias-readonly


signal = np.arange(10.0)
table = features(signal, width=4, stride=2)
total = (table - table.mean(dim=1, keepdim=True)).sum().item()
assert table.shape == (4, 4)
assert table.dtype == torch.float64
assert abs(total) < 1e-9
