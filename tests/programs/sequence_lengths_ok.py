"""A batching helper masks the tensor it is given, and reads the mask with tolist(), on any
device.
"""

from typing import Sequence

import numpy as np
from torch import Tensor, tensor


def lengths(tokens: Tensor, padding: int = 0) -> np.ndarray:
    """Count the tokens of each row that are not padding."""
    mask = tokens != padding
    return np.array(mask.sum(dim=1).tolist())


def buckets(batches: Sequence[Tensor], width: int) -> dict[int, list[tuple[int, int]]]:
    """Group rows of all batches by their length, rounded up to a multiple of width."""
    found: dict[int, list[tuple[int, int]]] = {}
    for number, batch in enumerate(batches):
        rounded = -(-lengths(batch) // width) * width
        for row, size in enumerate(rounded.tolist()):
            found.setdefault(size, []).append((number, row))
    return dict(sorted(found.items()))


rows = [[[4, 2, 0, 0, 0], [1, 0, 0, 0, 0]], [[9, 9, 9, 9, 9]]]
batches = [tensor(row).cuda() for row in rows]
found = buckets(batches, width=2)
assert list(found) == [2, 6]
assert found[2] == [(0, 0), (0, 1)]
