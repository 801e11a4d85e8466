"""Which numbers of NumPy a tensor refuses to store as an item."""

from __future__ import annotations

import numpy as np
import torch

_SCALARS = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
    "float32", "float64", "complex64", "complex128",
)  # fmt: skip


def scalars_not_stored() -> list[str]:
    """The dtypes whose scalars raise TypeError in `tensor[0] = scalar`."""
    return [name for name in _SCALARS if _is_refused(np.dtype(name).type(1))]


def _is_refused(scalar: np.generic) -> bool:
    complex_too = torch.zeros(2, dtype=torch.complex128)
    try:
        complex_too[0] = scalar
    except TypeError:
        return True
    return False
