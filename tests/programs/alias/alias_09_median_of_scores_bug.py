"""
what: The scores are sorted in place for the median, which also reorders the tensor made from them.
"""
import numpy as np
import torch


def rank_names(names, scores):
    """Names by falling score, and the median score."""
    tensor = torch.from_numpy(scores)  # BUG: alias-mutation
    scores.sort()  # BUG-ALT: alias-mutation
    median = scores[len(scores) // 2]
    order = tensor.argsort(descending=True)
    return [names[i] for i in order.tolist()], float(median)


names = ["lion", "tiger", "lynx", "puma", "cat"]
logits = np.array([0.3, 0.9, 0.1, 0.7, 0.5])
ranking, median = rank_names(names, logits)
assert median == 0.5
assert ranking == ["tiger", "puma", "cat", "lion", "lynx"], ranking
