"""Runs NumPy's functions on tensors and arrays and notes what they do with them."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from flake8_tensorconv.knowledge.data_files import Memory
from flake8_tensorconv.knowledge.dtypes import DtypeRule, resolve
from flake8_tensorconv.verify.tables import numpy_exceptions, numpy_samples, numpy_variations
from flake8_tensorconv.verify.tables.numpy_samples import Arguments, Array
from flake8_tensorconv.verify.tables.numpy_variations import kind, quietly

Record = dict[str, Any]

_SPACES = {
    "numpy": np,
    "numpy.linalg": np.linalg,
    "numpy.fft": np.fft,
    "numpy.random": np.random,
}
_DTYPES = ("float32", "float64", "int64", "int32", "complex64", "bool")
_NEEDS_DETACH = "Can't call numpy() on Tensor"


def matrix(dtype: str) -> Array:
    """A fresh, invertible sample matrix."""
    return np.array([[2, 1], [1, 3]]).astype(dtype)


def public_names() -> Iterator[tuple[str, Any]]:
    """The public callables of NumPy by dotted name."""
    for space, module in _SPACES.items():
        for name in dir(module):
            value = getattr(module, name)
            if not name.startswith("_") and callable(value):
                yield f"{space}.{name}", value
    elsewhere = [name for name in numpy_samples.CREATORS if name.startswith("numpy.polynomial.")]
    for name in (*numpy_samples.ELSEWHERE, *elsewhere):
        yield name, functools.reduce(getattr, name.split(".")[1:], np)


@contextlib.contextmanager
def _counted() -> Iterator[list[int]]:
    """Counts how often tensors are read as arrays."""
    reads: list[int] = []
    original = torch.Tensor.__array__

    def counting(self: torch.Tensor, *args: Any, **keywords: Any) -> Any:
        reads.append(1)
        return original(self, *args, **keywords)

    torch.Tensor.__array__ = counting
    try:
        yield reads
    finally:
        torch.Tensor.__array__ = original


def _as_tensors(value: Any, grad: bool) -> Any:
    """The argument with tensors in place of arrays; None if there is nothing to replace."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fciub":
        tensor = torch.from_numpy(value.copy())
        floating = tensor.is_floating_point() or tensor.is_complex()
        return tensor.requires_grad_(grad and floating)
    if isinstance(value, list | tuple) and any(
        isinstance(element, np.ndarray) for element in value
    ):
        return type(value)(_as_tensors(element, grad) for element in value)
    return None


def _make(name: str, function: Callable[..., Any]) -> Callable[[Array], Arguments] | None:
    """Sample arguments for a function that reads arrays."""
    special = numpy_samples.CALLS | numpy_samples.ELSEWHERE
    if name in special:
        return special[name]
    for make in numpy_samples.TEMPLATES:
        for dtype in ("float64", "int64"):
            try:
                quietly(function, make(matrix(dtype)))
            except Exception:  # these arguments do not suit it
                continue
            return make
    return None


def _dtype_of(value: Any) -> str | None:
    """The dtype of a result, or of the first of several."""
    if isinstance(value, list | tuple) and value:
        return _dtype_of(value[0])
    return str(value.dtype) if isinstance(value, np.ndarray | np.generic) else None


def _operands(arguments: Arguments) -> tuple[str, ...]:
    names: list[str] = []
    for place, argument in enumerate(arguments):
        if isinstance(argument, np.ndarray):
            names.append(str(argument.dtype))
        elif isinstance(argument, list | tuple):
            names.extend(str(e.dtype) for e in argument if isinstance(e, np.ndarray))
        elif isinstance(argument, bool | int | float) and place < 2:
            names.append(f"python {type(argument).__name__}")
    return tuple(names)


_RULES = (
    DtypeRule.SAME,
    DtypeRule.PROMOTE,
    DtypeRule.REAL,
    DtypeRule.FLOAT,
    DtypeRule.FLOAT_REAL,
    DtypeRule.SUM,
    DtypeRule.COMPLEX,
    DtypeRule.SECOND,
)


def _explains(rule: DtypeRule, operands: tuple[str, ...], dtype: str) -> bool:
    resolved = resolve(rule, operands, "numpy")
    # Of bool, a rule may say nothing: what becomes of it depends on the kind of function.
    return resolved == dtype or (resolved == "?" and "bool" in operands)


def _rule(pairs: set[tuple[tuple[str, ...], str]]) -> str:
    dtypes = {dtype for _, dtype in pairs}
    if len(dtypes) == 1 and len(pairs) > 1:
        return dtypes.pop()
    for considered in (pairs, {pair for pair in pairs if "bool" not in pair[0]}):
        for rule in _RULES:
            if considered and all(_explains(rule, *pair) for pair in considered):
                return rule.value
    return DtypeRule.UNKNOWN.value


def _array_facts(function: Callable[..., Any], make: Callable[[Array], Arguments]) -> Record:
    """Result, memory and dtype for arrays."""
    pairs: set[tuple[tuple[str, ...], str]] = set()
    memory: set[Memory] = set()
    results: list[str] = []
    for dtype in _DTYPES:
        for array in (matrix(dtype), np.asfortranarray(matrix(dtype))):
            try:
                arguments = make(array)
                result = quietly(function, arguments)
            except Exception:  # this dtype does not suit it
                continue
            results.append(kind(result))
            memory |= _sharing(result, arguments)
            with contextlib.suppress(Exception):  # some functions want equal dtypes
                pairs |= _dtypes(function, arguments, result)
    record: Record = {"result_of_array": results[0] if results else "other"}
    if memory:
        record["memory"] = (memory.pop() if len(memory) == 1 else Memory.MAYBE).value
    if pairs:
        record["dtype"] = _rule(pairs)
    return {**record, **_layout_facts(function, make), **_scalar_facts(function, make)}


def _scalar_facts(function: Callable[..., Any], make: Callable[[Array], Arguments]) -> Record:
    """Does it make a scalar of a number, and of an array one of the same shape?"""
    for dtype, number in (("float64", 0.5), ("int64", 1)):
        arguments = make(matrix(dtype))
        if not isinstance(arguments[0], np.ndarray):
            return {}
        numbers = tuple(number if isinstance(a, np.ndarray) else a for a in arguments)
        with contextlib.suppress(Exception):  # most functions of shapes take no numbers
            results = [quietly(function, make(np.ones(shape, dtype))) for shape in _SHAPES]
            same = all(np.shape(result) == shape for result, shape in zip(results, _SHAPES))
            if same and kind(quietly(function, numbers)) == "scalar":
                return {"elementwise": True}
    return {}


_SHAPES = ((2, 3), (4,))


def _layout_facts(function: Callable[..., Any], make: Callable[[Array], Arguments]) -> Record:
    """Does it turn axes round? Is what it gives read-only, whatever array it is given?"""
    results: list[Array] = []
    for dtype in _DTYPES:
        for array in (matrix(dtype), matrix(dtype)[0]):
            with contextlib.suppress(Exception):  # this dtype or shape does not suit it
                result = quietly(function, make(array))
                first = result[0] if isinstance(result, list | tuple) else result
                if isinstance(first, np.ndarray):
                    results.append(first)
    if not results:
        return {}
    record: Record = {}
    turned = {
        tuple(a for a, step in enumerate(r.strides) if step < 0) for r in results if r.ndim == 2
    }
    if len(turned) == 1 and (axes := turned.pop()):
        record["reverses"] = " ".join(map(str, axes))
    if not any(result.flags.writeable for result in results):
        record["read_only"] = True
    return record


def _dtypes(
    function: Callable[..., Any], arguments: Arguments, result: Any
) -> set[tuple[tuple[str, ...], str]]:
    """Operands and result of a call, and of the same call with two dtypes."""
    found = _dtype_of(result)
    if found is None:
        return set()
    pairs = {(_operands(arguments), found)}
    mixed = (arguments[0], *(_widened(argument) for argument in arguments[1:]))
    if isinstance(arguments[0], list):
        mixed = ([arguments[0][0], *map(_widened, arguments[0][1:])], *arguments[1:])
    if _operands(mixed) != _operands(arguments):
        found = _dtype_of(quietly(function, mixed))
        if found is not None:
            pairs.add((_operands(mixed), found))
    return pairs


def _widened(value: Any) -> Any:
    """A float32 array in float64, and nothing else changed."""
    narrow = isinstance(value, np.ndarray) and value.dtype == np.float32
    return value.astype(np.float64) if narrow else value


def _sharing(result: Any, arguments: Arguments) -> set[Memory]:
    first = next((a for a in arguments if isinstance(a, np.ndarray)), None)
    results = result if isinstance(result, list | tuple) else [result]
    arrays = [one for one in results if isinstance(one, np.ndarray)]
    if not arrays:
        return set()
    if first is None:
        return {Memory.FRESH}
    shares = any(np.shares_memory(first, array) for array in arrays)
    return {Memory.VIEW if shares else Memory.FRESH}


def _reads(function: Callable[..., Any], arguments: Arguments, place: int) -> Record | None:
    """What a plain tensor, and one that requires grad, does at one position."""
    plain = _as_tensors(arguments[place], False)
    if plain is None:
        return None
    before, after = arguments[:place], arguments[place + 1 :]
    record: Record = {}
    with _counted() as reads:
        try:
            record["result"] = kind(quietly(function, (*before, plain, *after)))
        except Exception as error:
            record["raises_always"] = type(error).__name__
        record["reads"] = bool(reads)
    needs_grad = _as_tensors(arguments[place], True)
    try:
        quietly(function, (*before, needs_grad, *after))
    except Exception as error:
        record["raises_on_grad"] = _NEEDS_DETACH in str(error)
    return record


def _names_of(function: Callable[..., Any], places: list[int]) -> list[str]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
    by_keyword = (inspect.Parameter.POSITIONAL_OR_KEYWORD,)
    return [
        parameters[place].name
        for place in places
        if place < len(parameters) and parameters[place].kind in by_keyword
    ]


def _tensor_facts(name: str, function: Callable[..., Any], arguments: Arguments) -> Record:
    """What the function does with tensors."""
    seen = {place: _reads(function, arguments, place) for place in range(len(arguments))}
    tried = {place: record for place, record in seen.items() if record is not None}
    if not tried:
        return {}
    first = next(iter(tried.values()))
    places = [
        place
        for place, record in tried.items()
        if record["reads"] and "raises_always" not in record
    ]
    facts: Record = {}
    if "raises_always" in first:
        facts["raises_always"] = first["raises_always"]
    else:
        facts["result"] = first["result"]
    if places:
        variadic = numpy_samples.VARIADIC.get(name)
        shown = [str(place) for place in places]
        if variadic is not None:
            shown = [str(variadic), "*"]
        facts["converts"] = " ".join(shown)
        names = _names_of(function, [] if variadic is not None else places)
        if names:
            facts["keywords"] = names
        facts["raises_on_grad"] = any(tried[place].get("raises_on_grad") for place in places)
        if isinstance(arguments[0], list) and 0 in places:
            facts["sequence"] = True
    return facts


def functions() -> dict[str, Record]:
    """The records of NumPy's functions by dotted name."""
    table: dict[str, Record] = {}
    for name, function in public_names():
        if name in numpy_exceptions.NOT_ABOUT_ARRAYS | numpy_exceptions.READS_FILE:
            continue
        if name in numpy_samples.CREATORS:
            table[name] = _creator(name, function, numpy_samples.CREATORS[name])
            continue
        make = _make(name, function)
        if make is None:
            continue
        sample = next(a for a in _working(function, make))
        table[name] = {
            **_tensor_facts(name, function, sample),
            **_array_facts(function, make),
            **numpy_variations.options(name, function, sample),
        }
        if not table[name].get("elementwise"):
            table[name] |= _variations(function, make)
    for name, correction in numpy_exceptions.CORRECTIONS.items():
        table[name] = {**table.get(name, {}), **correction.change}
    return table


def _working(function: Callable[..., Any], make: Callable[[Array], Arguments]) -> Iterator[Any]:
    for dtype in ("float32", "int64"):
        try:
            quietly(function, make(matrix(dtype)))
        except Exception:  # this dtype does not suit it
            continue
        yield make(matrix(dtype))


def _variations(function: Callable[..., Any], make: Callable[[Array], Arguments]) -> Record:
    """The kinds of result for arrays where there is more than one."""
    record: Record = {}
    varied = numpy_variations.kind_by_shape(function, make)
    if varied is not None:
        record["result_of_array"] = varied
    arrays = [*map(matrix, _DTYPES), *numpy_variations.samples()]
    results = numpy_variations.parts(function, make, arrays, _operands, _rule)
    return {**record, "parts": results} if results and varied is None else record


def _creator(name: str, function: Callable[..., Any], arguments: Arguments) -> Record:
    result = quietly(function, arguments)
    dtype = _dtype_of(result) or DtypeRule.UNKNOWN.value
    floats = tuple(float(a) if type(a) is int else a for a in arguments)
    with contextlib.suppress(Exception):  # most creators take no floats
        if _dtype_of(quietly(function, floats)) != dtype:
            dtype = DtypeRule.PROMOTE.value
    return {
        "creates": True,
        "result_of_array": kind(result),
        "memory": "fresh",
        "dtype": dtype,
        **numpy_variations.options(name, function, arguments),
    }


def methods() -> dict[str, Record]:
    """The records of the methods of `numpy.ndarray`."""
    table: dict[str, Record] = {}
    for name in array_attributes():
        method = getattr(np.ndarray, name)
        if not callable(method) or name in numpy_exceptions.METHODS_NOT_RUN:
            continue
        arguments = numpy_samples.METHODS.get(name, lambda a: ())

        def make(a: Array, arguments: Callable[[Array], Arguments] = arguments) -> Arguments:
            return (a, *arguments(a))

        facts = _array_facts(method, make)
        table[name] = {
            "result": facts["result_of_array"],
            "memory": facts.get("memory", Memory.FRESH.value),
            "dtype": facts.get("dtype", DtypeRule.UNKNOWN.value),
            **({"read_only": True} if facts.get("read_only") else {}),
        }
    for name, correction in numpy_exceptions.METHOD_CORRECTIONS.items():
        table[name] = {**table.get(name, {}), **correction.change}
    return table


def array_attributes() -> list[str]:
    """The names of all public attributes of `numpy.ndarray`."""
    return sorted(name for name in dir(np.ndarray) if not name.startswith("_"))
