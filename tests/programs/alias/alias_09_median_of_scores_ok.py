"""
what: The scores are sorted into a new array for the median, the tensor keeps their order.
"""
import numpy as np
import torch


def rank_names(names, scores):
    """Names by falling score, and the median score."""
    tensor = torch.from_numpy(scores)
    ordered = np.sort(scores)
    median = ordered[len(ordered) // 2]
    order = tensor.argsort(descending=True)
    return [names[i] for i in order.tolist()], float(median)


names = ["lion", "tiger", "lynx", "puma", "cat"]
logits = np.array([0.3, 0.9, 0.1, 0.7, 0.5])
ranking, median = rank_names(names, logits)
assert median == 0.5
assert ranking == ["tiger", "puma", "cat", "lion", "lynx"], ranking
