"""Which arguments of NumPy's functions and methods are read through `Tensor.__array__`.

Measured: a tensor does there what an array does, and raises where it cannot be converted.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from flake8_tensorconv.knowledge.data_files import table

#: How the methods of arrays and of random generators are called here.
ARRAY, GENERATOR = "numpy.ndarray", "numpy.random.Generator"


@dataclass(frozen=True)
class Reads:
    """The arguments that a function or method reads as arrays.

    Attributes:
        positional: their positions; of a method, without the object itself.
        keywords: their names.
        with_axes: those of them, by position and name, that ask a tensor without axes for a
            number instead.
    """

    positional: frozenset[int]
    keywords: frozenset[str]
    with_axes: frozenset[int | str]


@functools.cache
def reads(dotted: str) -> Reads | None:
    """What a function ("numpy.clip") or method ("numpy.ndarray.take") reads; None if nothing."""
    record: Mapping[str, list[int | str]] | None = table("numpy_reads")["functions"].get(dotted)
    if record is None:
        return None
    with_axes = frozenset(record.get("axes_at", ())) | frozenset(record.get("axes_named", ()))
    every = [*record.get("at", ()), *record.get("named", ()), *with_axes]
    return Reads(
        frozenset(each for each in every if isinstance(each, int)),
        frozenset(each for each in every if isinstance(each, str)),
        with_axes,
    )


@functools.cache
def reading_methods(owner: str) -> frozenset[str]:
    """The names of the methods of `ARRAY` or `GENERATOR` that read an argument."""
    prefix = f"{owner}."
    return frozenset(
        name.removeprefix(prefix)
        for name in table("numpy_reads")["functions"]
        if name.startswith(prefix)
    )
