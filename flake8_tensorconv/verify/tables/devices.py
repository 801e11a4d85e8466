"""Which operators refuse operands on different devices, asked of the simulated accelerator."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._pytree import tree_leaves, tree_map

from flake8_tensorconv.verify.simulated import accelerator

#: How many samples of torch's database are run for each operator.
_SAMPLES = 6
_REFUSAL = "same device"
#: CUDA compares the types of the operands of these, and says so.
_REFUSAL_OF_TYPES = "should be the same"
#: The simulation refuses them, while CUDA takes some operands from the CPU or copies them.
_MIXING = frozenset({"diagonal_scatter", "slice_scatter", "index_put", "nn.functional.ctc_loss"})


def _accelerated(value: Any, places: Iterator[bool]) -> Any:
    if not isinstance(value, torch.Tensor):
        return value
    return value.detach().to("cuda") if next(places) else value.detach()


def _the_first() -> Iterator[bool]:
    yield True
    while True:
        yield False


def _all_but_the_first() -> Iterator[bool]:
    yield False
    while True:
        yield True


def _is_refused(call: Callable[[], Any]) -> bool | None:
    """Is a call refused for the devices? None if it fails for another reason."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception as error:
            told = str(error)
            return True if _REFUSAL in told or _REFUSAL_OF_TYPES in told else None
    return False


def _refuses(operator: Any, sample: Any, places: Iterator[bool]) -> bool | None:
    """Does an operator refuse a sample of which some tensors are on the accelerator?"""
    whole = (sample.input, sample.args, sample.kwargs)
    with accelerator():
        first, args, keywords = tree_map(lambda value: _accelerated(value, places), whole)
        return _is_refused(lambda: operator.op(first, *args, **keywords))


def _tells(sample: Any) -> bool:
    """Are there several tensors, none of which may stay on the CPU for having no axes?"""
    leaves = tree_leaves((sample.input, sample.args, sample.kwargs))
    tensors = [each for each in leaves if isinstance(each, torch.Tensor)]
    return len(tensors) > 1 and all(each.ndim > 0 for each in tensors)


def operators() -> list[str]:
    """The names of the operators that refuse two devices in every sample, below `torch`."""
    found = []
    for operator in op_db:
        if torch.float32 not in operator.supported_dtypes("cpu"):
            continue
        if operator.name.startswith("_") or operator.name in _MIXING:
            continue
        torch.manual_seed(0)
        answers: set[bool | None] = set()
        for sample in islice(operator.sample_inputs("cpu", torch.float32), _SAMPLES):
            if _tells(sample):
                places = (_the_first(), _all_but_the_first())
                answers.update(_refuses(operator, sample, each) for each in places)
        if answers - {None} == {True}:
            found.append(operator.name)
    return sorted(set(found))
