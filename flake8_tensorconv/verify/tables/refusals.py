"""Which functions of torch refuse an array where they take a tensor first."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import torch

from flake8_tensorconv.verify.tables import samples
from flake8_tensorconv.verify.tables.operators import sample_arguments
from flake8_tensorconv.verify.tables.torch_tables import look_up, named_entries

#: How many samples are run for each function.
_SAMPLES = 3


def _as_array(value: Any) -> Any:
    """A tensor as an array, a list of tensors as a list of arrays; None for anything else."""
    if isinstance(value, torch.Tensor):
        plain = value.layout is torch.strided and not value.is_conj() and not value.is_neg()
        return value.detach().numpy() if plain else None
    if isinstance(value, list | tuple) and value:
        arrays = [_as_array(each) for each in value]
        return None if any(each is None for each in arrays) else arrays
    return None


def _error(call: Callable[[], Any]) -> str | None:
    """The type of the exception that a call raises; None if it runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception as error:  # whatever it is, it is what the user sees
            return type(error).__name__
    return None


def _refused(
    function: Callable[..., Any], calls: Iterable[tuple[tuple[Any, ...], dict[str, Any]]]
) -> str | None:
    """The exception that arrays bring about in every sample; None if one of them runs."""
    errors: set[str | None] = set()
    for arguments, keywords in calls:
        array = _as_array(arguments[0]) if arguments else None
        call = functools.partial(function, **keywords)
        if array is not None and _error(functools.partial(call, *arguments)) is None:
            errors.add(_error(functools.partial(call, array, *arguments[1:])))
    return errors.pop() if len(errors) == 1 else None


def _calls() -> Iterator[tuple[str, Iterable[tuple[tuple[Any, ...], dict[str, Any]]]]]:
    for name, ops in named_entries().items():
        found = [call for op in ops for call in islice(sample_arguments(op), _SAMPLES)]
        yield f"torch.{name}", found
    matrix = torch.tensor([[0.25, 0.75], [0.5, 1.0]])
    for dotted, make in samples.FUNCTIONS.items():
        yield dotted, [(arguments, {}) for arguments in make(matrix.clone())]


def refusals() -> dict[str, str]:
    """The exception that each function raises for an array, by its dotted name."""
    found: dict[str, str] = {}
    for dotted, calls in _calls():
        function = look_up(dotted)
        error = _refused(function, calls) if callable(function) else None
        if error in ("TypeError", "AttributeError"):
            found[dotted] = error
    return dict(sorted(found.items()))
