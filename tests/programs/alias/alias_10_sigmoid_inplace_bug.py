"""
what: The raw logits are kept as an array, then sigmoid_ turns the same memory into probabilities.
"""
import numpy as np
import torch
from torch import nn


class Evaluator:
    def __init__(self, model: nn.Module, threshold: float = 0.5):
        self.model = model.eval()
        self.threshold = threshold

    @torch.no_grad()
    def __call__(self, x):
        scores = self.model(x).squeeze(1)
        raw = scores.numpy()  # BUG: alias-mutation
        scores.sigmoid_()  # BUG-ALT: alias-mutation
        return {"logits": raw, "hits": int((scores > self.threshold).sum()), "scores": scores}


torch.manual_seed(1)
evaluate = Evaluator(nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 1)))
result = evaluate(torch.randn(6, 3))
expected = 1 / (1 + np.exp(-result["logits"]))
assert 0 <= result["hits"] <= 6
assert np.allclose(expected, result["scores"].numpy(), atol=1e-6), result
