"""
what: A slice of a memory map that was opened for reading becomes a tensor, which knows no read-
only.
"""
import os
import tempfile

import numpy as np
import torch
from torch.utils.data import Dataset


class Features(Dataset):
    """Rows of a large table on disk, in windows."""

    def __init__(self, path, dim, window):
        self.rows = np.memmap(path, dtype=np.float32, mode="r").reshape(-1, dim)
        self.window = window

    def __len__(self):
        return len(self.rows) - self.window + 1

    def __getitem__(self, index):
        stop = index + self.window
        return torch.from_numpy(self.rows[index:stop])  # BUG: alias-readonly


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "features.bin")
    np.arange(12, dtype=np.float32).tofile(path)
    features = Features(path, dim=2, window=3)
    window = features[1].sum(dim=0)
    assert len(features) == 4
    del features
assert window.tolist() == [12.0, 15.0]
