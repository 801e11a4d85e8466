"""A recursive walk over nested tensors uses numpy(force=True), which detaches and copies as
needed.
"""

from typing import Iterator, Union

import numpy as np
import torch
from torch import Tensor

Nested = Union[Tensor, list["Nested"], dict[str, "Nested"]]


def leaves(tree: Nested, path: str = "") -> Iterator[tuple[str, Tensor]]:
    if isinstance(tree, Tensor):
        yield path or "/", tree
    elif isinstance(tree, dict):
        for key, child in tree.items():
            yield from leaves(child, f"{path}/{key}")
    else:
        for index, child in enumerate(tree):
            yield from leaves(child, f"{path}/{index}")


def fingerprint(tensor: Tensor) -> float:
    values = tensor.flatten().numpy(force=True)
    return round(float(np.abs(values).sum()), 4)


def fingerprints(tree: Nested) -> dict[str, float]:
    return {path: fingerprint(leaf) for path, leaf in leaves(tree)}


tree = {"a": torch.ones(3), "b": [torch.zeros(2), torch.full((2, 2), -1.0, requires_grad=True)]}
assert fingerprints(tree) == {"/a": 3.0, "/b/0": 0.0, "/b/1": 4.0}
