"""What the classes of `torch.nn` are and what calling an instance gives."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flake8_tensorconv.knowledge.data_files import Memory, table
from flake8_tensorconv.knowledge.dtypes import Dtype, parse


@dataclass(frozen=True)
class Switch:
    """An argument that says whether a layer has some of its parameters, such as `bias`.

    Attributes:
        name, place: the argument; None is no place.
        default: what it is if it is left out.
        lost: the names of the parameters that the layer has not where it is false, or, where
            names vary, the numbers of axes that none has then.
    """

    name: str
    place: int | None
    default: bool
    lost: frozenset[str | int]


@dataclass(frozen=True)
class Module:
    """A class of `torch.nn`.

    Attributes:
        name: its name, such as "Linear".
        parameters: an instance owns parameters.
        container: it holds other modules and has none of its own; ask those.
        grad: the result requires grad when a floating input does.
        memory: whose memory the result lies in.
        dtype: of the result, from that of the input.
        result: shape of the result: "tensor"; "tuple" of tensors; or, nested, such as
            "(tensor, (tensor, tensor))".
        matmul: the result has the lower precision under autocast.
        one_dtype: its parameters refuse inputs of another floating dtype.
        own: how many axes its parameters have, by their names, if these are always the same.
        axes: the numbers of axes that its parameters may have, if the names vary.
        shape: the place of the argument whose length is the number of axes of all of them; None
            where that is always the same.
        bases: the names of the other modules that it derives from, `Module` left out.
        attributes: which of the names that layers give their parameters, buffers and settings it
            has, be it None; see `attribute_names`.
        switches: the arguments that leave some of its parameters out.
    """

    name: str
    parameters: bool
    container: bool
    grad: bool
    memory: Memory
    dtype: Dtype
    result: str
    matmul: bool
    one_dtype: bool
    own: Mapping[str, int]
    axes: tuple[int, ...]
    shape: int | None
    bases: tuple[str, ...]
    attributes: frozenset[str]
    switches: tuple[Switch, ...]


@functools.cache
def module(name: str) -> Module | None:
    """The record of a class of `torch.nn` by its bare name ("Linear"), or None."""
    record: Mapping[str, Any] | None = table("torch_modules")["modules"].get(name)
    if record is None:
        return None
    return Module(
        name,
        record.get("parameters", False),
        record.get("container", False),
        record.get("grad", False),
        Memory(record.get("memory", "maybe")),
        parse(record.get("dtype", "unknown")),
        record.get("result", "unknown"),
        record.get("matmul", False),
        record.get("one_dtype", False),
        record.get("own", {}),
        tuple(record.get("axes", ())),
        record.get("shape"),
        tuple(record.get("bases", ())),
        frozenset(record.get("attributes", ())),
        tuple(
            Switch(switch, place, default, frozenset(lost))
            for switch, (place, default, lost) in record.get("switches", {}).items()
        ),
    )


@functools.cache
def attribute_names() -> frozenset[str]:
    """What layers call their parameters, buffers and settings: "weight", "kernel_size" ..."""
    records = table("torch_modules")["modules"].values()
    return frozenset(name for record in records for name in record.get("attributes", ()))


#: What all modules derive from, and what an instance of an unknown class is taken to be.
ANY_MODULE = "Module"


def derives(name: str, base: str) -> bool | None:
    """Is a class of `torch.nn` another one, or derived from it? None if that is not known.

    Args:
        name: its bare name; "Module" is any module.
        base: that of the other one.
    """
    record = module(name)
    if name == base or base == ANY_MODULE:
        return True
    if record is None or name == ANY_MODULE:
        return None
    if base in record.bases:
        return True
    return None if module(base) is None and not base.startswith("_") else False
