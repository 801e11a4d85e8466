"""Functions and methods of other libraries that read arguments as arrays, by `Tensor.__array__`.

Such a call raises on a tensor that requires grad (while grad mode is on) or lies on an accelerator,
where a plain tensor on the CPU works. The table behind it is measured by running each function with
a plain tensor and with one that cannot be converted; its header names the versions of matplotlib,
pandas, scikit-learn, SciPy and seaborn. `python -m flake8_tensorconv.verify.tables.consumers`
makes it anew.

Not here: OpenCV's functions and `PIL.Image.fromarray` raise on *every* tensor (measured with
opencv-python 5.0 and Pillow 13), so a guard would not help them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from flake8_tensorconv.knowledge.data_files import table


@dataclass(frozen=True)
class Reads:
    """Some arguments of a function.

    Attributes:
        positional: their positions; None for all.
        keywords: their names; "**" for all that have no parameter of their own.
    """

    positional: frozenset[int] | None = frozenset()
    keywords: frozenset[str] = frozenset()


_NOTHING = Reads()


@dataclass(frozen=True)
class Consumer:
    """Which arguments of a function are read as arrays.

    Attributes:
        positional: the positions of those that may be tensors; None for all.
        keywords: their names; "**" for all that have no parameter of their own.
        elements: the arguments that may be lists, the tensors in which are read.
        values: the arguments that may be dicts, the tensors in which are read.
    """

    positional: frozenset[int] | None
    keywords: frozenset[str] = frozenset()
    elements: Reads = _NOTHING
    values: Reads = _NOTHING


def consumed(dotted: str) -> Consumer | None:
    """What the function (or class) of this dotted name reads as arrays; None: nothing known."""
    for alias in ("pylab.", "matplotlib.pylab."):
        if dotted.startswith(alias):
            dotted = f"matplotlib.pyplot.{dotted[len(alias) :]}"
    return _consumer(table("consumers")["functions"].get(dotted))


def consumed_method(cls: str, method: str) -> Consumer | None:
    """What a method of an instance reads as arrays; None: nothing known.

    Args:
        cls: dotted name of the class, "sklearn.cluster.KMeans".
        method: its name; positions do not count `self`.
    """
    return _consumer(table("consumers")["methods"].get(f"{cls}.{method}"))


def _consumer(record: Mapping[str, str] | None) -> Consumer | None:
    return None if record is None else _parsed(tuple(record.items()))


@functools.cache
def _parsed(record: tuple[tuple[str, str], ...]) -> Consumer:
    """The record of arguments ("0:x", "1:", "*", "c", "**") and how they are read."""
    whole = _reads(record, "tensor")
    elements, values = _reads(record, "list"), _reads(record, "dict")
    return Consumer(whole.positional, whole.keywords, elements, values)


def _reads(record: tuple[tuple[str, str], ...], form: str) -> Reads:
    positions: set[int] = set()
    keywords: set[str] = set()
    every = False
    for argument, forms in record:
        if form not in forms.split():
            continue
        position, colon, name = argument.rpartition(":")
        if argument == "*":
            every = True
        elif colon:
            positions.add(int(position))
        if name and name != "*":
            keywords.add(name)
    return Reads(None if every else frozenset(positions), frozenset(keywords))
