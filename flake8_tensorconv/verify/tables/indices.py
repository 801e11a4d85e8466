"""Which dtypes of indices, classes and targets the functions of torch refuse."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

_DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64",
           "float16", "float32", "float64")  # fmt: skip
_TABLE = torch.tensor([[0.5, 1.0], [1.5, 2.0]])

#: By function: the position and name of the index, and calls with one. What fails in all of
#: them is refused: floats are probabilities to `cross_entropy` if they have the right shape.
_CALLS: dict[str, tuple[int, str, tuple[Callable[[torch.Tensor], Any], ...]]] = {
    "torch.nn.functional.one_hot": (0, "input", (functional.one_hot,)),
    "torch.nn.functional.cross_entropy": (
        1,
        "target",
        (
            lambda i: functional.cross_entropy(_TABLE, i),
            lambda i: functional.cross_entropy(_TABLE[0], i),
        ),
    ),
    "torch.nn.functional.nll_loss": (1, "target", (lambda i: functional.nll_loss(_TABLE, i),)),
    "torch.nn.functional.embedding": (0, "input", (lambda i: functional.embedding(i, _TABLE),)),
    "torch.nn.functional.embedding_bag": (
        0,
        "input",
        (lambda i: functional.embedding_bag(i.view(1, 2), _TABLE),),
    ),
    "torch.gather": (2, "index", (lambda i: torch.gather(_TABLE[0], 0, i),)),
    "torch.put": (1, "index", (lambda i: torch.put(_TABLE, i, _TABLE[0]),)),
    "torch.take_along_dim": (1, "indices", (lambda i: torch.take_along_dim(_TABLE[0], i),)),
    "torch.take": (1, "index", (lambda i: torch.take(_TABLE, i),)),
    "torch.index_select": (2, "index", (lambda i: torch.index_select(_TABLE, 0, i),)),
    "torch.index_add": (2, "index", (lambda i: torch.index_add(_TABLE, 0, i, _TABLE),)),
    "torch.index_copy": (2, "index", (lambda i: torch.index_copy(_TABLE, 0, i, _TABLE),)),
    "torch.index_fill": (2, "index", (lambda i: torch.index_fill(_TABLE, 0, i, 1.0),)),
    "torch.scatter": (
        2,
        "index",
        (
            lambda i: torch.scatter(_TABLE[0], 0, i, 1.0),
            lambda i: torch.scatter(_TABLE[0], 0, i, _TABLE[1]),
        ),
    ),
    "torch.scatter_add": (2, "index", (lambda i: torch.scatter_add(_TABLE[0], 0, i, _TABLE[1]),)),
    "torch.scatter_reduce": (
        2,
        "index",
        (lambda i: torch.scatter_reduce(_TABLE[0], 0, i, _TABLE[1], "sum"),),
    ),
}
#: Modules whose call is that of a function, with the position of the index.
_MODULES = {
    "torch.nn.Embedding": ("torch.nn.functional.embedding", 0),
    "torch.nn.EmbeddingBag": ("torch.nn.functional.embedding_bag", 0),
    "torch.nn.CrossEntropyLoss": ("torch.nn.functional.cross_entropy", 1),
    "torch.nn.NLLLoss": ("torch.nn.functional.nll_loss", 1),
}


def indices() -> dict[str, dict[str, Any]]:
    """The position and name of the index, and the refused dtypes, by the name of the function."""
    found = {
        name: {"at": at, "named": named, "refused": _refused(calls)}
        for name, (at, named, calls) in _CALLS.items()
    }
    for name, (function, at) in _MODULES.items():
        found[name] = {**found[function], "at": at}
    return found


def _refused(calls: tuple[Callable[[torch.Tensor], Any], ...]) -> list[str]:
    positions = torch.tensor([0, 1])
    return [
        name
        for name in _DTYPES
        if all(_fails(call, positions.to(getattr(torch, name))) for call in calls)
    ]


def _fails(call: Callable[[torch.Tensor], Any], index: torch.Tensor) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call(index)
        except (RuntimeError, IndexError):  # the same complaint
            return True
    return False
