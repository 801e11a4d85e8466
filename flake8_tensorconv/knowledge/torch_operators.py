"""What torch's functions and the methods of `torch.Tensor` give back."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flake8_tensorconv.knowledge.data_files import Memory, table
from flake8_tensorconv.knowledge.dtypes import Dtype, parse

__all__ = [
    "Creation",
    "Memory",
    "Operator",
    "Output",
    "array_only_attributes",
    "creation",
    "function",
    "method",
    "scalar_functions",
    "scalar_methods",
    "tensor_attributes",
]


@dataclass(frozen=True)
class Output:
    """One result of an operator.

    Attributes:
        grad: requires grad when a floating or complex input does and grad mode is on.
        memory: whose memory it lies in.
        dtype: the rule, or the fixed name, of its dtype.
    """

    grad: bool
    memory: Memory
    dtype: Dtype


@dataclass(frozen=True)
class Operator:
    """A function of torch or a method of `torch.Tensor` that gives tensors.

    Attributes:
        name: the dotted name of the function ("torch.relu"), or "Tensor.relu".
        outputs: one for each result; a single one if the result is a tensor.
        fields: names of the results of a structured tuple, such as ("values", "indices").
        sequence: gives a tuple or list of any length, each element like `outputs[0]`; a view
            among them lies in the memory of the first argument or, if there are several tensor
            arguments (`meshgrid`, `broadcast_tensors`), of the argument at its own place.
        matmul: computes in the lower precision under autocast.
        with_dim: what it gives instead when `dim` is among the arguments, if that differs.
        with_keyword: what it gives instead when the argument of this name is true
            (`return_indices`, `as_tuple` ...).
    """

    name: str
    outputs: tuple[Output, ...]
    fields: tuple[str, ...] = ()
    sequence: bool = False
    matmul: bool = False
    with_dim: Operator | None = None
    with_keyword: Mapping[str, Operator] | None = None


@dataclass(frozen=True)
class Creation:
    """A function (or `new_*` method) that makes a tensor from something that is none.

    Attributes:
        name: its dotted name.
        dtype: of the result when no dtype is given: a rule about the arguments
            (SAME: that of the tensor argument; PROMOTE: follows from the Python numbers or data
            given), or a fixed name.
        keywords: which of `device`, `requires_grad`, `dtype`, `out` it takes.
    """

    name: str
    dtype: Dtype
    keywords: frozenset[str]


def _output(text: str) -> Output:
    grad, memory, dtype = text.split()
    return Output(grad == "grad", Memory(memory), parse(dtype))


def _operator(name: str, record: Mapping[str, Any]) -> Operator:
    with_dim = record.get("with_dim")
    forms = record.get("with_keyword", {})
    return Operator(
        name,
        tuple(map(_output, record["outputs"])),
        tuple(record.get("fields", ())),
        record.get("sequence", False),
        record.get("matmul", False),
        None if with_dim is None else _operator(name, with_dim),
        {keyword: _operator(name, form) for keyword, form in forms.items()} or None,
    )


@functools.cache
def function(dotted: str) -> Operator | None:
    """The operator of a dotted name such as "torch.linalg.inv", or None if there is none."""
    record = table("torch_operators")["functions"].get(dotted)
    return None if record is None else _operator(dotted, record)


@functools.cache
def method(name: str) -> Operator | None:
    """The operator of a method of `torch.Tensor` such as "relu_", or None if there is none."""
    record = table("torch_operators")["methods"].get(name)
    return None if record is None else _operator(f"Tensor.{name}", record)


@functools.cache
def creation(dotted: str) -> Creation | None:
    """The record of a creating function ("torch.zeros", "Tensor.new_zeros"), or None."""
    record = table("torch_operators")["creations"].get(dotted)
    if record is None:
        return None
    return Creation(dotted, parse(record["dtype"]), frozenset(record["keywords"]))


@functools.cache
def scalar_methods() -> Mapping[str, str]:
    """Attributes and methods of `torch.Tensor` that give no tensor, with the type they give.

    The type is Python's or torch's name of it: "int", "float", "tuple", "NoneType", "dtype" ...;
    "number" is that of the element.
    """
    methods: dict[str, str] = table("torch_operators")["scalar_methods"]
    return methods


@functools.cache
def scalar_functions() -> Mapping[str, str]:
    """Functions of torch by dotted name that give no tensor, with the type they give."""
    functions: dict[str, str] = table("torch_operators")["scalar_functions"]
    return functions


@functools.cache
def tensor_attributes() -> frozenset[str]:
    """The names of all public attributes of `torch.Tensor`."""
    return frozenset(table("torch_operators")["tensor_attributes"])


@functools.cache
def wants_one_dtype(name: str) -> bool:
    """Does an operator, such as "matmul" or "addmm_", refuse two floating dtypes?"""
    return name.removesuffix("_") in frozenset(table("torch_operators")["one_dtype"])


@functools.cache
def refuses_backward(name: str) -> bool:
    """Does an operator take two floating dtypes, and raise when its gradients are computed?"""
    return name in frozenset(table("torch_operators")["one_dtype_backward"])


@functools.cache
def _one_device() -> frozenset[str]:
    return frozenset(table("torch_devices")["one_device"])


def wants_one_device(name: str) -> bool:
    """Does an operator, such as "matmul" or "add_", refuse tensors on different devices?"""
    return name.removesuffix("_") in _one_device()


@functools.cache
def operators_of_one_device() -> frozenset[str]:
    """The bare names of the operators that refuse tensors on different devices."""
    return frozenset(name.rpartition(".")[2] for name in _one_device())


@functools.cache
def refuses_array(dotted: str) -> str | None:
    """The exception that a function raises if its first argument is an array; None if none."""
    error: str | None = table("torch_operators")["refusing_arrays"].get(dotted)
    return error


@functools.cache
def array_attributes() -> frozenset[str]:
    """The names of all public attributes of `numpy.ndarray`."""
    return frozenset(table("numpy_functions")["array_attributes"])


@functools.cache
def array_only_attributes() -> frozenset[str]:
    """The names of all public attributes of `numpy.ndarray` that `torch.Tensor` lacks."""
    return array_attributes() - tensor_attributes()


@functools.cache
def tensor_only_attributes() -> frozenset[str]:
    """The names of all public attributes of `torch.Tensor` that `numpy.ndarray` lacks."""
    return tensor_attributes() - array_attributes()


@functools.cache
def viewing_operators() -> frozenset[str]:
    """Names of the functions and methods whose result may lie in the memory of an argument."""
    known = table("torch_operators")
    return frozenset(
        name
        for records in (known["functions"], known["methods"])
        for name, record in records.items()
        if any(" fresh " not in f" {output} " for output in record["outputs"])
    )
