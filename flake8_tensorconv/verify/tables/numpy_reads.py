"""Which arguments of NumPy's functions and methods are read through `Tensor.__array__`.

Every function is called with each of its arguments as a tensor, by position and by name. A
parameter is read if a tensor does there what an array does, and if what `__array__` raises comes
out of the call. (Some of NumPy tries first and takes another way if that fails.)
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import numpy as np
import torch

from flake8_tensorconv.verify.tables import numpy_exceptions, numpy_samples
from flake8_tensorconv.verify.tables.numpy_samples import INDEX, MASK, Arguments, Array
from flake8_tensorconv.verify.tables.numpy_tables import matrix, public_names
from flake8_tensorconv.verify.tables.numpy_variations import quietly

Record = dict[str, list[Any]]
Make = Callable[[Array], Arguments]

#: Arguments that many functions take which take no array first.
_NUMBERS: tuple[Make, ...] = (
    lambda a: (2,),
    lambda a: (0.5,),
    lambda a: (1, 2),
    lambda a: (2, 0.5),
    lambda a: (0.5, 2.0, 3.0),
    lambda a: (2, 3, 4),
    lambda a: ((2,), 1),
    lambda a: (2, a[0] / 10),
    lambda a: (a[0], 1.0),
    lambda a: (a, a[0], a[1]),
    lambda a: (MASK, a),
    lambda a: (a.copy(), MASK, a[0]),
    lambda a: (a.copy(), INDEX, a[0]),
    lambda a: (a.copy(), 0, a[0]),
)
#: What an optional argument may be.
_VALUES: tuple[Any, ...] = (
    MASK,
    MASK[0],
    INDEX,
    np.ones((2, 2)),
    np.array([0.0, 1.0, 3.0]),
    np.array([0.5, 0.5]),
    np.array(1),
    np.array(0.5),
)
#: Options that are never arrays, or are written to.
_NO_ARRAYS = {"out", "dtype", "axis", "axes", "order", "casting", "subok", "keepdims", "like",
              "size", "device", "copy", "mode", "side", "kind", "endpoint", "signature", "shape",
              "overwrite_input", "method", "returned", "stable", "ndmin", "allow_pickle",
              "keepdim", "verbose", "err_msg", "hermitian", "shuffle", "replace"}  # fmt: skip
_ERRORS = (RuntimeError, TypeError)
_REFUSED = "a tensor that is not read"


def reads() -> dict[str, Record]:
    """The arguments that are read, of every function that reads any, by dotted name.

    A record has the positions and names of the parameters: "at" and "named" of those that are
    read whatever their shape, "axes_at" and "axes_named" of those of which a tensor without axes
    is not read (but asked for a number).
    """
    table: dict[str, Record] = {}
    for name, function, makes, first in _callables():
        record = _record(function, makes, first)
        if record:
            table[name] = record
    return table


def _callables() -> Iterator[tuple[str, Callable[..., Any], list[Make], int]]:
    """Dotted name, function, sample arguments, and how many of those are the object itself."""
    unwanted = numpy_exceptions.NOT_ABOUT_ARRAYS | numpy_exceptions.READS_FILE
    for name, function in public_names():
        if name not in unwanted and not _is_type(function):
            yield name, function, _makes(name), 0
    for name in dir(np.ma):
        function = getattr(np.ma, name)
        if name[0] != "_" and callable(function) and not _is_type(function) and name != "test":
            yield f"numpy.ma.{name}", function, _makes(f"numpy.{name}"), 0
    for name, ufunc in vars(np).items():
        if isinstance(ufunc, np.ufunc) and ufunc.__name__ == name:
            for method in ("reduce", "accumulate", "outer", "at", "reduceat"):
                yield f"numpy.{name}.{method}", getattr(ufunc, method), _makes(""), 0
    generator = np.random.default_rng(0)
    for name in dir(generator):
        if name[0] != "_" and callable(getattr(generator, name)):
            makes = _makes(f"numpy.random.{name}")
            yield f"numpy.random.Generator.{name}", getattr(generator, name), makes, 0
    for name in dir(np.ndarray):
        function = getattr(np.ndarray, name)
        if name[0] != "_" and callable(function) and name not in numpy_exceptions.METHODS_NOT_RUN:
            given = numpy_samples.METHODS.get(name, lambda a: ())
            yield f"numpy.ndarray.{name}", function, [_bound(given), *_METHODS], 1


def _is_type(function: Any) -> bool:
    return inspect.isclass(function) and not issubclass(function, np.generic)


def _bound(arguments: Make) -> Make:
    return lambda a: (a, *arguments(a))


_METHODS: list[Make] = [
    lambda a: (a.ravel(), INDEX),
    lambda a: (np.array([0.0, 1.0]), a[0]),
    lambda a: (a.copy(), INDEX, a[0]),
]


def _makes(name: str) -> list[Make]:
    """Sample arguments that may suit a function."""
    special = numpy_samples.CALLS | numpy_samples.ELSEWHERE
    creator = numpy_samples.CREATORS.get(name)
    makes: list[Make] = [special[name]] if name in special else []
    if creator is not None:
        makes.append(lambda a: creator)
    return [*makes, *numpy_samples.TEMPLATES, *_NUMBERS]


def _record(function: Callable[..., Any], makes: list[Make], first: int) -> Record:
    parameters = _parameters(function)
    seen: dict[tuple[int | None, str], set[tuple[bool, bool]]] = {}
    for make in makes:
        for dtype in ("float64", "int64"):
            fresh = functools.partial(_fresh, make, dtype)
            if not _runs(lambda fresh=fresh: quietly(function, fresh())):  # type: ignore[misc]
                continue
            for place, value in enumerate(fresh()[first:], first):
                slot = (place, _name(parameters, place))
                for each in _alternatives(value):
                    seen.setdefault(slot, set()).update(_tried(function, fresh, place, each))
            for name in _options(parameters, len(fresh())):
                place_of = _place(parameters, name)
                for each in _VALUES:
                    tried = _tried(function, fresh, name, each)
                    seen.setdefault((place_of, name), set()).update(tried)
            break
    return _summary(seen, first)


def _summary(seen: dict[tuple[int | None, str], set[tuple[bool, bool]]], first: int) -> Record:
    record: Record = {}
    for (place, name), outcomes in sorted(seen.items(), key=str):
        flat = {read for has_axes, read in outcomes if not has_axes}
        deep = {read for has_axes, read in outcomes if has_axes}
        if deep != {True} and not (not deep and flat == {True}):
            continue
        prefix = "axes_" if False in flat else ""
        if place is not None:
            record.setdefault(f"{prefix}at", []).append(place - first)
        if name:
            record.setdefault(f"{prefix}named", []).append(name)
    return {key: sorted(set(values)) for key, values in sorted(record.items())}


def _fresh(make: Make, dtype: str) -> Arguments:
    return make(matrix(dtype))


def _alternatives(value: Any) -> list[Any]:
    """What may stand in the place of a sample argument: an array of the same numbers."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fciub":
        return [value, value[(0,) * value.ndim]]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return [np.array([value, value]), np.array(value)]
    return []


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    with contextlib.suppress(TypeError, ValueError):
        return list(inspect.signature(function).parameters.values())
    return []


_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_BY_NAME = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _name(parameters: list[inspect.Parameter], place: int) -> str:
    """The name by which the argument at a position can be given; "" if there is none."""
    if place < len(parameters) and parameters[place].kind in _BY_NAME:
        return parameters[place].name
    return ""


def _place(parameters: list[inspect.Parameter], name: str) -> int | None:
    for place, parameter in enumerate(parameters):
        if parameter.name == name and parameter.kind in _BY_PLACE:
            return place
    return None


def _options(parameters: list[inspect.Parameter], given: int) -> Iterator[str]:
    for place, parameter in enumerate(parameters):
        behind = place >= given or parameter.kind is inspect.Parameter.KEYWORD_ONLY
        if behind and parameter.kind in _BY_NAME and parameter.name not in _NO_ARRAYS:
            yield parameter.name


def _tried(
    function: Callable[..., Any], fresh: Callable[[], Arguments], slot: int | str, value: Any
) -> set[tuple[bool, bool]]:
    """Has the value axes, and is it read there as a tensor? Nothing if no array suits."""

    def call(given: Any) -> Any:
        arguments = fresh()
        if isinstance(slot, str):
            return quietly(functools.partial(function, **{slot: given}), arguments)
        return quietly(function, (*arguments[:slot], given, *arguments[slot + 1 :]))

    array = np.array(value)
    if not _runs(lambda: call(array.copy())):
        return set()
    tensor = torch.from_numpy(array.copy())
    if not _runs(lambda: call(tensor)):
        return {(bool(array.ndim), False)}
    read = all(_is_let_out(lambda: call(tensor), error) for error in _ERRORS)
    return {(bool(array.ndim), read)}


def _runs(call: Callable[[], Any]) -> bool:
    try:
        call()
    except Exception:  # these arguments do not suit it
        return False
    return True


def _is_let_out(call: Callable[[], Any], error: type[Exception]) -> bool:
    """Does what `Tensor.__array__` raises come out of the call?"""
    refusing = mock.Mock(side_effect=error(_REFUSED))
    with mock.patch.object(torch.Tensor, "__array__", refusing):
        try:
            call()
        except Exception as raised:
            return _REFUSED in str(raised)
    return False
