"""What tensors take as items and as indices."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from flake8_tensorconv.knowledge.data_files import table


@functools.cache
def scalars_not_stored() -> frozenset[str]:
    """The dtypes of NumPy's scalars that raise TypeError in `tensor[0] = scalar`."""
    return frozenset(table("item_access")["scalars_not_stored"])


@dataclass(frozen=True)
class Index:
    """An argument of a function or module of torch that holds positions or classes.

    Attributes:
        position, keyword: where it stands.
        refused: the dtypes that raise there.
    """

    position: int
    keyword: str
    refused: frozenset[str]


@functools.cache
def index_of(dotted: str) -> Index | None:
    """The index that a function ("torch.gather") or module ("torch.nn.Embedding") takes."""
    record = table("item_access")["indices"].get(dotted)
    if record is None:
        return None
    return Index(record["at"], record["named"], frozenset(record["refused"]))


@functools.cache
def indexing_names() -> frozenset[str]:
    """The last names of the functions and modules that take an index."""
    return frozenset(name.rpartition(".")[2] for name in table("item_access")["indices"])
