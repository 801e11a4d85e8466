"""A plotting helper promises to take any tensor, and detaches it in the case where that is
needed.
"""

import numpy as np
import torch
from torch import Tensor, nn


def marker_rows(points: Tensor, labels: Tensor, symbols: str = "ox+") -> list[str]:
    """Draw 2-d points as characters, one row of text for each unit of the second axis."""
    if points.requires_grad:
        points = points.detach()
    scaled = (points - points.amin(dim=0)) / (points.amax(dim=0) - points.amin(dim=0))
    cells = (scaled * 9).round().cpu().numpy().astype(int)
    canvas = np.full((10, 10), " ")
    for (column, row), label in zip(cells, labels.tolist()):
        canvas[9 - row, column] = symbols[label % len(symbols)]
    return ["".join(line) for line in canvas]


torch.manual_seed(0)
encoder = nn.Linear(6, 2)
inputs, labels = torch.randn(12, 6), torch.arange(12) % 3
codes = encoder(inputs)
assert codes.requires_grad
rows = marker_rows(codes, labels)
assert len(rows) == 10
assert any("o" in row for row in rows)
