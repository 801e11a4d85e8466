"""What refuses tensors of uint16, uint32 and uint64, for which torch has few kernels."""

from __future__ import annotations

import functools

from flake8_tensorconv.knowledge.data_files import table

#: The dtypes; uint8 is one like the others.
UNSIGNED = frozenset({"uint16", "uint32", "uint64"})
#: What stands for a tensor of the same dtype beside one in `refused_beside`.
SAME = "same"


@functools.cache
def refuses_unsigned(name: str, *, floats: bool) -> bool:
    """Does a function or method refuse them?

    Args:
        name: its name below `torch`: "abs", "clamp_", "nn.functional.interpolate".
        floats: may a float be beside them? Many a function computes in floats then.
    """
    bare = name.removesuffix("_")
    return bare in _names("refusing") or (not floats and bare in _names("refusing_without_floats"))


@functools.cache
def _names(section: str) -> frozenset[str]:
    return frozenset(table("torch_unsigned")[section])


@functools.cache
def refused_beside(operator: str) -> frozenset[str]:
    """The dtypes that an operator of Python does not take beside them.

    Args:
        operator: the name of its node: "Add", "Lt".

    Returns:
        Names of dtypes, "python int" and the like for numbers, and `SAME`.
    """
    return frozenset(table("torch_unsigned")["operators"].get(operator, ()))


@functools.cache
def unsigned_names() -> frozenset[str]:
    """The bare names of the functions and methods that refuse them."""
    names = _names("refusing") | _names("refusing_without_floats")
    return frozenset(name.rpartition(".")[2] for name in names)
