"""Beams are sorted by scores that are detached where they grow; only tokens go into the model."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import nn


@dataclass(frozen=True)
class Hypothesis:
    tokens: tuple
    score: torch.Tensor

    def extend(self, token, log_prob):
        score = self.score + log_prob.detach()
        return replace(self, tokens=(*self.tokens, token), score=score)


def grow(model, beams, width):
    grown = []
    for beam in beams:
        log_probs = torch.log_softmax(model(torch.tensor(beam.tokens[-1])), dim=-1)
        values, indices = log_probs.topk(width)
        grown += [beam.extend(i, v) for v, i in zip(values, indices.tolist())]
    return sorted(grown, key=lambda beam: float(beam.score), reverse=True)[:width]


def search(model, start=0, width=3, steps=4):
    beams = [Hypothesis((start,), torch.zeros(()))]
    for _ in range(steps):
        beams = grow(model, beams, width)
    return beams


torch.manual_seed(0)
beams = search(nn.Sequential(nn.Embedding(7, 5), nn.Linear(5, 7)))
scores = np.array([beam.score.numpy() for beam in beams])
assert (np.diff(scores) <= 0).all() and len(beams[0].tokens) == 5
