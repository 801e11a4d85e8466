"""Functions of other libraries that read arguments as arrays, through `Tensor.__array__`.

Measured with the versions that the data file names: each works with a plain tensor and raises on
one that requires grad or lies on an accelerator. Functions that raise on every tensor, such as
those of cv2, `PIL.Image.fromarray` and `scipy.io.wavfile.write`, and those that leave a tensor as
it is, such as `sklearn.model_selection.train_test_split`, are none of them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flake8_tensorconv.knowledge.data_files import table


@dataclass(frozen=True)
class Consumer:
    """Which arguments of a function are read as arrays.

    Attributes:
        positional: their positions; None for all.
        keywords: their names.
        elements: a list of such tensors, in place of one, is read as well. Not so where the list
            is kept as it is (`pandas.Series` makes objects of its elements).
    """

    positional: frozenset[int] | None
    keywords: frozenset[str] = frozenset()
    elements: bool = True


@functools.cache
def consumed(dotted: str) -> Consumer | None:
    """What a function reads as arrays; None if it reads nothing or is not known.

    Args:
        dotted: its public name; of a method, with the class: "matplotlib.axes.Axes.plot".
    """
    module, _, name = dotted.rpartition(".")
    if module == "pylab":
        dotted = f"matplotlib.pyplot.{name}"
    record: Mapping[str, Any] | None = table("consumers")["functions"].get(dotted)
    if record is None:
        return None
    positions = record["positions"]
    return Consumer(
        None if positions == "*" else frozenset(positions),
        frozenset(record.get("keywords", ())),
        record.get("elements", True),
    )


@functools.cache
def reading_methods_of(owner: str) -> frozenset[str]:
    """The names of the methods of a class, such as "matplotlib.axes.Axes", that read arguments."""
    prefix = f"{owner}."
    names = table("consumers")["functions"]
    return frozenset(name.removeprefix(prefix) for name in names if name.startswith(prefix))
