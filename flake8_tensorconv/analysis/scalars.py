"""NumPy's scalars: what single elements and full reductions of arrays are."""

from __future__ import annotations

from flake8_tensorconv.analysis.values import (
    NUMBER,
    STRING,
    UNKNOWN,
    Dtypes,
    Plain,
    Value,
    value,
)
from flake8_tensorconv.knowledge.numpy_dtypes import native

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


def is_scalar(each: object) -> bool:
    """Is it surely a NumPy scalar, which is no Python number?"""
    return isinstance(each, Plain) and bool(each.dtype)
