"""The whole model is cast to bfloat16, but scaling by a float32 vector promotes its outputs."""

import numpy as np
import torch
from torch import nn


class SentenceEncoder(nn.Module):
    def __init__(self, vocabulary, width):
        super().__init__()
        self.table = nn.EmbeddingBag(vocabulary, width, mode="mean")
        self.dense = nn.Linear(width, width)

    def forward(self, tokens):
        return torch.tanh(self.dense(self.table(tokens)))


@torch.inference_mode()
def encode(model, tokens, idf):
    codes = model(tokens)
    assert codes.dtype == torch.bfloat16
    # one weight for each feature, estimated on the training set
    return codes * idf


torch.manual_seed(0)
model = SentenceEncoder(50, 8).eval().bfloat16()
idf = torch.rand(8) + 0.5
blocks = []
for tokens in torch.randint(0, 50, (6, 7)).split(2):
    blocks.append(encode(model, tokens, idf))
matrix = np.concatenate([block.numpy() for block in blocks])
assert matrix.shape == (6, 8)
