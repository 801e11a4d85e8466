"""Results are tuples, transposed by zip(*...), and each column is sent to its own converter."""

import numpy as np
import torch
from torch import nn


@torch.no_grad()
def evaluate(model, x, device):
    """Yield index, score on the device, and label on the CPU for each row."""
    for index, row in enumerate(x.to(device)):
        out = model(row[None])[0]
        yield index, out.amax(), out.argmax().cpu()


def ranking(results):
    ordered = sorted(results, key=lambda item: item[1].item(), reverse=True)
    indices, scores, labels = zip(*ordered)
    columns = [np.array(column) for column in (indices, labels, list(map(float, scores)))]
    return dict(zip(("index", "label", "score"), columns))


torch.manual_seed(0)
device = torch.device("cuda")
model = nn.Linear(3, 4)
model.to(device)
table = ranking(evaluate(model, torch.randn(6, 3), device))
assert sorted(table["index"].tolist()) == list(range(6))
assert set(table) == {"index", "label", "score"}
assert (np.diff(table["score"]) <= 0).all()
