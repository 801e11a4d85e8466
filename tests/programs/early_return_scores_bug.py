"""An early return for short inputs leaves the function before the result is detached."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Tagger(nn.Module):
    def __init__(self, width, tags, minimum=3):
        super().__init__()
        self.cell = nn.GRU(width, 8, batch_first=True)
        self.out = nn.Linear(8, tags)
        self.minimum = minimum

    def scores(self, sequence):
        hidden, _ = self.cell(sequence[None])
        result = F.log_softmax(self.out(hidden[0]), dim=-1)
        if len(sequence) < self.minimum:
            return result
        try:
            result = result - result.logsumexp(dim=0)
        finally:
            result = result.detach()
        return result


def viterbi_table(tagger, sequences):
    tables = []
    for sequence in sequences:
        scores = tagger.scores(sequence)
        tables.append(np.cumsum(scores.numpy(), axis=0))  # BUG: raise-grad
    return tables


torch.manual_seed(0)
sequences = [torch.randn(n, 4) for n in (5, 2, 3)]
tables = viterbi_table(Tagger(4, 3), sequences)
assert [table.shape for table in tables] == [(5, 3), (2, 3), (3, 3)]
