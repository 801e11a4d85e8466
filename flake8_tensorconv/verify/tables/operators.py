"""Asks torch's own operator database what each function and method gives back."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db

from flake8_tensorconv.verify.tables.observations import (
    Call,
    Observation,
    observe,
    tensors_in,
)

#: How many samples of each dtype are run; float32 shows grad and memory, the others the dtype.
_SAMPLES = {
    torch.float32: 12,
    torch.float64: 2,
    torch.int64: 4,
    torch.int32: 2,
    torch.bool: 2,
    torch.complex64: 4,
}


Arguments = tuple[tuple[Any, ...], dict[str, Any]]
_made: dict[tuple[str, str, torch.dtype], list[Arguments]] = {}


def _samples(op: Any, dtype: torch.dtype) -> list[Arguments]:
    """Arguments of calls, made once: functions, methods and in-place methods share them."""
    key = (op.name, op.variant_test_name, dtype)
    if key not in _made:
        torch.manual_seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _made[key] = list(_make_samples(op, dtype))
    return _made[key]


def sample_arguments(op: Any) -> list[Arguments]:
    """Arguments of calls of an entry with float32 tensors, or with whatever it takes instead."""
    if torch.float32 in op.supported_dtypes("cpu"):
        return _samples(op, torch.float32)
    return []


def _make_samples(op: Any, dtype: torch.dtype) -> Iterator[Arguments]:
    grad = dtype.is_floating_point or dtype.is_complex
    # Not `op.sample_inputs`, which sets the seed anew for each sample at a cost of milliseconds.
    for sample in islice(op.sample_inputs_func(op, "cpu", dtype, grad), _SAMPLES[dtype]):
        yield (sample.input, *sample.args), sample.kwargs
        if dtype is torch.float32 and _is_strided(sample):
            spread = sample.noncontiguous()
            yield (spread.input, *spread.args), spread.kwargs
            yield (_transposed(sample.input), *sample.args), sample.kwargs


def _transposed(value: Any) -> Any:
    """The same tensor with its elements in another order in memory, so that it has no flat view."""
    if not isinstance(value, torch.Tensor) or value.ndim < 2:
        return value
    copied = value.detach().transpose(0, -1).clone(memory_format=torch.contiguous_format)
    return copied.transpose(0, -1).requires_grad_(value.requires_grad)


def _is_strided(sample: Any) -> bool:
    tensors = tensors_in((sample.input, *sample.args))
    return all(tensor.layout is torch.strided for tensor in tensors)


def _require_grad(arguments: tuple[Any, ...]) -> None:
    """Make sure that something requires grad, also where torch's samples leave it out."""
    tensors = list(tensors_in(arguments))
    floating = [t for t in tensors if t.is_floating_point() or t.is_complex()]
    if floating and not any(t.requires_grad for t in tensors) and floating[0].is_leaf:
        floating[0].requires_grad_()


def _mixed(value: Any) -> Any:
    """The argument in float64 where it is a float32 tensor."""
    if isinstance(value, torch.Tensor):
        return value.double() if value.dtype is torch.float32 else value
    if isinstance(value, list | tuple):
        return type(value)(map(_mixed, value))
    return value


def _mixed_calls(call: Call) -> Iterator[Call]:
    """The call with all float32 tensors but the first in float64."""
    first, *others = call.arguments
    if isinstance(first, list | tuple) and len(first) > 1:
        mixed: Any = type(first)((first[0], *map(_mixed, first[1:])))
        yield Call(call.run, (mixed, *others), call.keywords)
    elif isinstance(first, torch.Tensor) and len(list(tensors_in(others))) > 0:
        yield Call(call.run, (first, *map(_mixed, others)), call.keywords)


def observations(op: Any, run: Callable[..., Any], in_place: bool = False) -> list[Observation]:
    """Run a function or method on the samples of an operator of torch's database."""
    seen: list[Observation | None] = []
    for dtype in _SAMPLES:
        if dtype not in op.supported_dtypes("cpu"):
            continue
        for place, (arguments, keywords) in enumerate(_samples(op, dtype)):
            _require_grad(arguments)
            if in_place:
                arguments = (_fresh(arguments[0]), *arguments[1:])
            call = Call(run, arguments, keywords)
            seen.append(observe(call))
            if dtype is torch.float32 and place < 12 and not in_place:
                seen.extend(map(observe, _mixed_calls(call)))
    return [observation for observation in seen if observation is not None]


def _fresh(value: Any) -> Any:
    """A copy that may be changed in place although it requires grad."""
    return value.clone() if isinstance(value, torch.Tensor) else copy.copy(value)


def lowered(op: Any, run: Callable[..., Any]) -> bool:
    """Does it compute in bfloat16 under autocast when it is given float32?"""
    if torch.float32 not in op.supported_dtypes("cpu"):
        return False
    samples = _samples(op, torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for arguments, keywords in samples:
            try:
                result = run(*arguments, **keywords)
            except Exception:  # not every sample has a bfloat16 kernel
                continue
            if any(tensor.dtype is torch.bfloat16 for tensor in tensors_in(result)):
                return True
    return False


def operators() -> dict[str, list[Any]]:
    """The entries of torch's database by name."""
    found: dict[str, list[Any]] = {}
    for op in op_db:
        found.setdefault(op.name, []).append(op)
    return found
