"""A home-made decorator switches the model to eval mode, which does not turn autograd off for
the wrapped method.
"""

import functools

import numpy as np
import torch
from torch import nn


def evaluating(method):
    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        was_training = self.model.training
        self.model.eval()
        try:
            return method(self, *args, **kwargs)
        finally:
            self.model.train(was_training)

    return wrapper


class Scorer:
    def __init__(self, features, classes):
        self.model = nn.Sequential(nn.Linear(features, classes), nn.Dropout(0.5))

    @evaluating
    def logits(self, batch, *, temperature=1.0):
        return self.model(batch) / temperature


torch.manual_seed(0)
scorer = Scorer(4, 3)
rows = [scorer.logits(torch.randn(2, 4), temperature=t) for t in (0.5, 1.0, 2.0)]
matrix = np.concatenate([row.numpy() for row in rows])  # BUG: raise-grad
assert scorer.model.training
assert matrix.shape == (6, 3)
