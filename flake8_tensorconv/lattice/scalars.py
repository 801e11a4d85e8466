"""Numbers: NumPy's scalars, and how numbers take part in dtype promotion."""

from __future__ import annotations

from flake8_tensorconv.knowledge.dtypes import is_floating
from flake8_tensorconv.knowledge.numpy_dtypes import native
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    NUMBER,
    STRING,
    UNKNOWN,
    Alternative,
    Array,
    Constant,
    Dtypes,
    Plain,
    Value,
    value,
)

_TEXTS = {"str", "bytes"}
_NO_NUMBERS = {"object", "void", *_TEXTS}


def numpy_scalar(dtype: Dtypes) -> Value:
    """One element of an array of this dtype."""
    if dtype <= _TEXTS:
        return STRING
    if "object" in dtype:
        return UNKNOWN
    numbers = frozenset(native(name) for name in dtype) - _NO_NUMBERS
    return value(Plain("number", numbers)) if numbers else NUMBER


def gives_objects(array: Array, indices: int) -> bool:
    """May so many indices into an array give what it holds, which may be anything?"""
    return "object" in array.dtype and (array.ndim is None or array.ndim <= indices)


def is_text(each: Alternative) -> bool:
    """Is it a `str` of Python?"""
    constant = isinstance(each, Constant) and isinstance(each.value, str)
    return constant or (isinstance(each, Plain) and each.what == "str")


def is_single(each: Alternative) -> bool:
    """Does NumPy take it for a single value? What another library's class makes may hold many."""
    if isinstance(each, Plain):
        return each.is_number or each.what in _TEXTS
    return isinstance(each, Constant)


def is_some_number(each: Alternative) -> bool:
    """Is it a number of which nothing else is known?"""
    return isinstance(each, Plain) and each.what == "number" and not each.dtype


def is_scalar(each: object) -> bool:
    """Is it surely a NumPy scalar, which is no Python number?"""
    return isinstance(each, Plain) and bool(each.dtype)


def number_dtype(each: Alternative) -> Dtypes | None:
    """How a Python number takes part in dtype promotion; None if it is no number."""
    if isinstance(each, Constant):
        for kind in (bool, int, float, complex):
            if isinstance(each.value, kind):
                return frozenset({f"python {kind.__name__}"})
    if isinstance(each, Plain) and each.dtype:
        return each.dtype
    if isinstance(each, Plain) and each.is_number:
        return frozenset({f"python {each.what.replace('number', 'int')}"})
    return None


def counts_as(each: Alternative) -> Dtypes:
    """How a number takes part in torch's promotion, which takes NumPy's scalars for Python's."""
    if is_scalar(each):
        floating = all(map(is_floating, number_dtype(each) or ()))
        return frozenset({"python float" if floating else "python int"})
    return number_dtype(each) or ANY_DTYPE
