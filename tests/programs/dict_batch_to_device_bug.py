"""All tensors of a dict batch are moved by a comprehension, and the identifiers are then read
raw.
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Records(Dataset):
    def __init__(self, size):
        self.values = np.linspace(0, 1, size * 3, dtype=np.float32).reshape(size, 3)

    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        return {"id": index, "x": self.values[index], "name": f"record {index}"}


def move(batch, device, skip=("id",)):
    return {k: v.to(device) if torch.is_tensor(v) else v for k, v in batch.items()}


torch.manual_seed(0)
model = nn.Linear(3, 1).to("cuda")
owners = np.zeros(0, dtype=int)
for batch in DataLoader(Records(7), batch_size=3):
    moved = move(batch, "cuda")
    out = model(moved["x"])
    assert out.shape == (len(batch["name"]), 1)
    owners = np.concatenate([owners, moved["id"].numpy()])  # BUG: raise-device
assert owners.tolist() == list(range(7))
