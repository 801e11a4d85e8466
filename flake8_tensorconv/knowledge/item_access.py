"""What tensors take as items and as indices."""

from __future__ import annotations

import functools

from flake8_tensorconv.knowledge.data_files import table


@functools.cache
def scalars_not_stored() -> frozenset[str]:
    """The dtypes of NumPy's scalars that raise TypeError in `tensor[0] = scalar`."""
    return frozenset(table("item_access")["scalars_not_stored"])
