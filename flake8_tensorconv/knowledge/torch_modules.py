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
        name, place: the argument.
        default: what it is if it is left out.
        parameters: those that the layer has not where it is false.
    """

    name: str
    place: int
    default: bool
    parameters: frozenset[str]


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
        own: the names of all its parameters, if they are always the same.
        switches: the arguments that leave some of these out.
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
    own: tuple[str, ...]
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
        tuple(record.get("own", ())),
        tuple(
            Switch(switch, place, default, frozenset(parameters))
            for switch, (place, default, parameters) in record.get("switches", {}).items()
        ),
    )
