"""The helper picks nullcontext for fine-tuning, and the caller that wants arrays asks for fine-
tuning by mistake.
"""

from contextlib import nullcontext

import torch
from torch import nn


class Backbone(nn.Module):
    def __init__(self, finetune: bool):
        super().__init__()
        self.finetune = finetune
        self.stem = nn.Conv1d(2, 4, 3)
        self.blocks = nn.ModuleList(nn.Conv1d(4, 4, 3, padding=1) for _ in range(2))

    def forward(self, x):
        with nullcontext() if self.finetune else torch.no_grad():
            x = self.stem(x)
            for block in self.blocks:
                x = x + torch.relu(block(x))
        return x.mean(dim=-1)


def describe(clips, finetune=False):
    backbone = Backbone(finetune).eval()
    features = backbone(clips)
    return features.cpu().numpy()  # BUG: raise-grad


torch.manual_seed(0)
clips = torch.randn(3, 2, 10)
table = describe(clips, finetune=True)  # BUG-ALT: raise-grad
assert table.shape == (3, 4)
tuned = Backbone(finetune=True)(clips)
assert tuned.requires_grad
