"""How what a function of NumPy gives varies with the shapes and the options that it is given."""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import torch

from flake8_tensorconv.verify.tables.numpy_samples import OPTIONS, Arguments, Array

Record = dict[str, Any]
Make = Callable[[Array], Arguments]
#: Pairs of the operands' dtypes and the result's dtype, to the rule behind them.
Rule = Callable[[set[tuple[tuple[str, ...], str]]], str]

#: As many results can be known one by one.
_MAX_PARTS = 6


def quietly(function: Callable[..., Any], arguments: Arguments) -> Any:
    """Call a function without its warnings and what it prints."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(None):
        warnings.simplefilter("ignore")
        return function(*arguments)


def kind(value: Any) -> str:
    """What a result is, in the words of `knowledge.numpy_functions`."""
    if isinstance(value, np.ndarray):
        return "ndarray"
    if isinstance(value, torch.Tensor):
        return "tensor"
    if isinstance(value, np.generic):
        return "scalar"
    if isinstance(value, list | tuple):
        return type(value).__name__ if type(value) in (list, tuple, torch.Size) else "tuple"
    return "python" if isinstance(value, bool | int | float | complex | str | None) else "other"


def samples() -> Iterator[Array]:
    """A vector, a matrix and a stack of matrices, of floats and of integers."""
    for dtype in ("float64", "int64"):
        grid = np.array([[2, 1], [1, 3]]).astype(dtype)
        yield from (grid[0], grid, np.stack([grid, grid]))


def calls(make: Make, arrays: Iterable[Array]) -> Iterator[tuple[Arguments, bool]]:
    """Arguments made of sample arrays.

    Args:
        make: makes arguments of one array.
        arrays: the sample arrays.

    Yields:
        The arguments, and the same with a number in place of one array; tells which is which.
    """
    usual = make(np.array([[2, 1], [1, 3]]))
    for array in arrays:
        with contextlib.suppress(Exception):  # this shape does not suit it
            arguments = make(array)
            yield (
                arguments,
                any(
                    isinstance(one, np.ndarray) and not isinstance(other, np.ndarray)
                    for one, other in zip(usual, arguments)
                ),
            )
            for place, argument in enumerate(arguments):
                if isinstance(argument, np.ndarray):
                    number = argument.flat[0].item()
                    yield (*arguments[:place], number, *arguments[place + 1 :]), True


def kind_by_shape(function: Callable[..., Any], make: Make) -> str | None:
    """The kind of result where it is not the same for all shapes and numbers.

    Returns:
        "as given" for an array as long as all arguments are arrays and perhaps a scalar if one is
        a number, "either" for arrays of some shapes and scalars for others, "varies" for other
        mixtures, None if there is only one kind.
    """
    of_arrays: set[str] = set()
    of_numbers: set[str] = set()
    for arguments, has_number in calls(make, samples()):
        with contextlib.suppress(Exception):  # most functions take no numbers
            found = kind(quietly(function, arguments))
            (of_numbers if has_number else of_arrays).add(found)
    kinds = of_arrays | of_numbers
    if len(kinds) < 2:
        return None
    if not kinds <= {"ndarray", "scalar", "python"}:
        return "varies"
    return "as given" if of_arrays == {"ndarray"} else "either"


def parts(
    function: Callable[..., Any],
    make: Make,
    arrays: Iterable[Array],
    operands: Callable[[Arguments], tuple[str, ...]],
    rule: Rule,
) -> list[str]:
    """What the results of a function are, one by one, as "kind dtype".

    Args:
        function: the function.
        make: makes its arguments of an array.
        arrays: sample arrays.
        operands: the dtypes of a call's arguments.
        rule: explains a dtype.

    Returns:
        Nothing if it gives a single result, results in no fixed number, or results that are all
        arrays of the same dtype.
    """
    found: list[tuple[tuple[str, ...], list[Any]]] = []
    for arguments, _ in calls(make, arrays):
        with contextlib.suppress(Exception):  # these arguments do not suit it
            result = quietly(function, arguments)
            if not isinstance(result, list | tuple):
                return []
            found.append((operands(arguments), list(result)))
    lengths = {len(results) for _, results in found}
    if len(lengths) != 1 or not 1 < max(lengths) <= _MAX_PARTS:
        return []
    described = [
        _part([(dtypes, results[place]) for dtypes, results in found], rule)
        for place in range(lengths.pop())
    ]
    uniform = len(set(described)) == 1 and described[0].startswith("ndarray ")
    return [] if uniform else described


def _part(found: list[tuple[tuple[str, ...], Any]], rule: Rule) -> str:
    """One of several results, in all sample calls."""
    kinds = {kind(result) for _, result in found}
    pairs = {
        (dtypes, str(result.dtype))
        for dtypes, result in found
        if isinstance(result, np.ndarray) and dtypes and "python" not in " ".join(dtypes)
    }
    mixed = "either" if kinds <= {"ndarray", "scalar", "python"} else "varies"
    return f"{kinds.pop() if len(kinds) == 1 else mixed} {rule(pairs) if pairs else 'unknown'}"


def options(name: str, function: Callable[..., Any], arguments: Arguments) -> Record:
    """The options that make it give something of another kind, or an array of another dtype.

    Args:
        name: the function's dotted name.
        function: the function.
        arguments: those of a sample call.
    """
    record: Record = {}
    places = _places(function)
    if "dtype" in places:
        record["dtype_at"] = places["dtype"]
    if "size" in places and name.startswith("numpy.random."):
        record["size_at"] = places["size"]
    if "axis" in places and places["axis"] != 1:
        record["axis_at"] = places["axis"]
    usual = quietly(function, arguments)
    other_kinds: dict[str, int] = {}
    other_dtypes: dict[str, int] = {}
    for option, value in {**_flags(function), **OPTIONS.get(name, {})}.items():
        with contextlib.suppress(Exception):  # it does not go with these arguments
            result = quietly(lambda: function(*arguments, **{option: value}), ())  # noqa: B023
            if _is_other_kind(usual, result):
                other_kinds[option] = places.get(option, -1)
            elif _dtypes(usual) != _dtypes(result):
                other_dtypes[option] = places.get(option, -1)
    if other_kinds:
        record["kind_with"] = other_kinds
    if other_dtypes:
        record["dtype_with"] = other_dtypes
    return record


def _is_other_kind(usual: Any, result: Any) -> bool:
    before, after = kind(usual), kind(result)
    if before == "scalar":  # with `keepdims` it is an array, which is looked at elsewhere
        return after not in ("scalar", "ndarray")
    return before != after or (
        isinstance(usual, list | tuple) and list(map(kind, usual)) != list(map(kind, result))
    )


def _dtypes(value: Any) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [str(each.dtype) for each in values if isinstance(each, np.ndarray | np.generic)]


def _places(function: Callable[..., Any]) -> dict[str, int]:
    """The parameters of a function by name, with their positions."""
    by_position = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.POSITIONAL_ONLY)
    return {
        parameter.name: place
        for place, parameter in enumerate(_parameters(function))
        if parameter.kind in by_position
    }


def _flags(function: Callable[..., Any]) -> dict[str, bool]:
    """The options of a function that are on or off, turned round."""
    return {
        parameter.name: not parameter.default
        for parameter in _parameters(function)
        if isinstance(parameter.default, bool)
    }


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
