"""A collate function makes its batch tensor from arrays alone; the learned token is joined in
later.
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader


class Prompted(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.token = nn.Parameter(torch.randn(1, width))
        self.head = nn.Linear(width, 2)

    def collate(self, samples):
        rows = [torch.from_numpy(sample) for sample in samples]
        return torch.stack(rows)

    def forward(self, x):
        x = torch.cat([self.token.expand(len(x), 1, -1), x], dim=1)
        return self.head(x.mean(dim=1))


torch.manual_seed(0)
model = Prompted(3)
rng = np.random.default_rng(0)
samples = [rng.standard_normal((4, 3)).astype(np.float32) for _ in range(5)]
seen = []
for batch in DataLoader(samples, batch_size=2, collate_fn=model.collate):
    logits = model(batch)
    seen.append(batch.numpy())
    assert logits.requires_grad
assert [block.shape for block in seen] == [(2, 4, 3), (2, 4, 3), (1, 4, 3)]
