"""Which operators and modules refuse operands of different floating dtypes."""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._pytree import tree_leaves, tree_map

#: How many samples of torch's database are run for each operator.
_SAMPLES = 4
#: They refuse for other reasons, or mix after all where the sample does not show it.
_LEFT_OUT = ("_", "linalg.ldl", "native_")


def _floats(value: Any) -> int:
    if isinstance(value, torch.Tensor):
        return int(value.is_floating_point())
    return sum(map(_floats, value)) if isinstance(value, list | tuple) else 0


def _cast(value: Any, dtypes: Iterator[torch.dtype]) -> Any:
    """The same with every floating tensor cast to the next of the dtypes."""
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        return value.detach().to(next(dtypes))
    if isinstance(value, list | tuple):
        return type(value)(_cast(each, dtypes) for each in value)
    return value


def doubles(value: Any) -> Any:
    """The same with every floating tensor as float64."""
    return _cast(value, itertools.repeat(torch.float64))


def _first_double() -> Iterator[torch.dtype]:
    yield torch.float64
    while True:
        yield torch.float32


def _first_single() -> Iterator[torch.dtype]:
    yield torch.float32
    while True:
        yield torch.float64


_ORDERS = (_first_double, _first_single)


def _runs(call: Callable[[], Any]) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception:  # whatever it is, the sample says nothing
            return False
    return True


def refuses(function: Callable[..., Any], arguments: Any, keywords: dict[str, Any]) -> bool | None:
    """Does a function refuse two dtypes, whichever comes first? None if the sample says nothing."""
    return _always_fails(function, arguments, keywords)


def _refuses_backward(
    function: Callable[..., Any], arguments: Any, keywords: dict[str, Any]
) -> bool | None:
    """Does a function take two dtypes, but refuse to compute the gradient of what comes first?"""
    if _always_fails(function, arguments, keywords) is not False:
        return None

    def learn(*given: Any, **named: Any) -> None:
        first = next(each for each in tree_leaves(given) if _floats(each))
        with torch.enable_grad():
            made = function(
                *tree_map(lambda e: e.requires_grad_() if e is first else e, given), **named
            )
            sum(each.sum() for each in tree_leaves(made) if _floats(each)).backward()

    return _always_fails(learn, arguments, keywords)


def _always_fails(
    function: Callable[..., Any], arguments: Any, keywords: dict[str, Any]
) -> bool | None:
    """Does a call fail with two dtypes, whichever is first? None if it fails with one, too."""
    names = list(keywords)
    whole = [*arguments, *(keywords[name] for name in names)]
    if _floats(whole) < 2 or not _runs(lambda: function(*arguments, **keywords)):
        return None

    def call(dtypes: Iterator[torch.dtype]) -> Any:
        values = _cast(whole, dtypes)
        count = len(arguments)
        return function(*values[:count], **dict(zip(names, values[count:], strict=True)))

    return not any(_runs(functools.partial(call, order())) for order in _ORDERS)


def operators() -> list[str]:
    """The names of the operators that refuse two floating dtypes in every sample, below `torch`."""
    return _those_that(refuses)


def operators_backward() -> list[str]:
    """The names of those that refuse them only when gradients are computed."""
    return _those_that(_refuses_backward)


def _those_that(refuse: Callable[..., bool | None]) -> list[str]:
    found = []
    for operator in op_db:
        if torch.float32 not in operator.supported_dtypes("cpu"):
            continue
        if operator.name.startswith(_LEFT_OUT):
            continue
        torch.manual_seed(0)
        answers = set()
        for sample in islice(operator.sample_inputs("cpu", torch.float32), _SAMPLES):
            inputs = (sample.input, *sample.args)
            answers.add(refuse(operator.op, inputs, dict(sample.kwargs)))
        if answers - {None} == {True}:
            found.append(operator.name)
    return sorted(set(found))
