"""Dtypes by name: how a result's dtype follows from the operands', and torch's type promotion.

A dtype is named as torch and NumPy print it ("float32", "bfloat16"). Python numbers take part in
promotion as well; they are named "python bool", "python int", "python float", "python complex".
UNKNOWN ("?") is a dtype that nothing is known of.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Literal

UNKNOWN = "?"

#: The classes of torch that make tensors of one dtype.
LEGACY_CONSTRUCTORS = {
    "Tensor": "float32", "FloatTensor": "float32", "DoubleTensor": "float64",
    "HalfTensor": "float16", "BFloat16Tensor": "bfloat16", "LongTensor": "int64",
    "IntTensor": "int32", "ShortTensor": "int16", "CharTensor": "int8", "ByteTensor": "uint8",
    "BoolTensor": "bool",
}  # fmt: skip

#: The library whose promotion rules apply and whose default float a rule yields.
Library = Literal["torch", "numpy"]


class DtypeRule(enum.Enum):
    """How the dtype of a result follows from those of the operands."""

    SAME = "same"  # that of the first operand
    PROMOTE = "promote"  # all operands promoted
    FLOAT = "float"  # promoted; integers and bool become the default float
    REAL = "real"  # promoted; complex becomes its real part's
    FLOAT_REAL = "float-real"  # both of the above
    COMPLEX = "complex"  # promoted; real numbers become the complex dtype of their precision
    SECOND = "second"  # that of the second operand (`embedding`)
    SUM = "sum"  # that of the first operand; integers and bool become int64
    PARAMETERS = "parameters"  # that of a module's parameters (`nn.Embedding`)
    UNKNOWN = "unknown"  # none of these


#: A rule, or the name of the dtype that every result has.
Dtype = DtypeRule | str

_BOOL, _INTEGER, _FLOAT, _COMPLEX = range(4)

_SIGNED = ("int8", "int16", "int32", "int64")
_UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
_FLOATS = ("bfloat16", "float16", "float32", "float64")
_REAL_OF = {"complex32": "float16", "complex64": "float32", "complex128": "float64"}
_COMPLEX_OF = {real: name for name, real in _REAL_OF.items()} | {"bfloat16": "complex64"}
#: The dtypes of torch that NumPy has as well.
NUMPY_DTYPES = {"bool", *_SIGNED, *_UNSIGNED, *_FLOATS, *_REAL_OF} - {"bfloat16", "complex32"}
_PYTHON = {
    "python bool": _BOOL,
    "python int": _INTEGER,
    "python float": _FLOAT,
    "python complex": _COMPLEX,
}
_DEFAULT_FLOAT: dict[Library, str] = {"torch": "float32", "numpy": "float64"}
_DEFAULT_COMPLEX: dict[Library, str] = {"torch": "complex64", "numpy": "complex128"}


def is_floating(dtype: str) -> bool:
    """Is it a real floating dtype (float8 included)?"""
    return "float" in dtype


def is_complex(dtype: str) -> bool:
    """Is it a complex dtype?"""
    return "complex" in dtype


def is_numpy_dtype(dtype: str) -> bool | None:
    """Does NumPy have this dtype of torch's? None if the dtype is unknown."""
    return None if dtype == UNKNOWN else dtype in NUMPY_DTYPES


def can_require_grad(dtype: str) -> bool | None:
    """May a tensor of this dtype require grad? None if the dtype is unknown."""
    return None if dtype == UNKNOWN else is_floating(dtype) or is_complex(dtype)


def _category(dtype: str) -> int | None:
    if dtype in _PYTHON:
        return _PYTHON[dtype]
    if dtype == "bool":
        return _BOOL
    if dtype in _SIGNED or dtype in _UNSIGNED:
        return _INTEGER
    if dtype in _FLOATS:
        return _FLOAT
    return _COMPLEX if dtype in _REAL_OF else None


def number_like(dtype: str) -> str | None:
    """The Python number of the same category; None for a number and for what is not known."""
    category = None if dtype in _PYTHON else _category(dtype)
    return None if category is None else tuple(_PYTHON)[category]


def outdoes(dtype: str, other: str) -> bool:
    """Is it the dtype of a tensor, of the same category as another one or of a higher one?"""
    own, least = _category(dtype), _category(other)
    return dtype not in _PYTHON and own is not None and least is not None and own >= least


def _from_number(category: int, library: Library) -> str:
    if category == _BOOL:
        return "bool"
    if category == _INTEGER:
        return "int64"
    return _DEFAULT_FLOAT[library] if category == _FLOAT else _DEFAULT_COMPLEX[library]


def _integers(one: str, other: str, library: Library) -> str:
    bits = {name: 8 << place for names in (_SIGNED, _UNSIGNED) for place, name in enumerate(names)}
    low, high = sorted((one, other), key=lambda name: bits[name])
    if (low in _SIGNED) == (high in _SIGNED) or (high in _SIGNED and bits[high] > bits[low]):
        return high
    if bits[high] < 64:  # signed and unsigned: the next wider signed one
        return f"int{2 * bits[high]}"
    return UNKNOWN if library == "torch" else "float64"


def _floats(one: str, other: str) -> str:
    if {one, other} == {"bfloat16", "float16"}:
        return "float32"
    return max(one, other, key=_FLOATS.index)


def _integer_with_float(integer: str, floating: str, library: Library) -> str:
    if library == "torch" or integer == "bool":
        return floating
    bits = int(integer.lstrip("uint"))
    least = "float16" if bits == 8 else "float32" if bits == 16 else "float64"
    return _floats(least, floating)


def _pair(one: str, other: str, library: Library) -> str:
    """Promote two dtypes of tensors or arrays."""
    low, high = sorted((one, other), key=lambda name: _category(name) or 0)
    category, highest = _category(low), _category(high)
    if category is None or highest is None:
        return one if one == other else UNKNOWN
    if low == high or category == _BOOL:
        return high
    if highest == _INTEGER:
        return _integers(low, high, library)
    if highest == _FLOAT:
        if category == _FLOAT:
            return _floats(low, high)
        return _integer_with_float(low, high, library)
    if category == _COMPLEX:
        return max(low, high, key=tuple(_REAL_OF).index)
    real = _pair(low, _REAL_OF[high], library)
    return _COMPLEX_OF.get(real, UNKNOWN)


def _with_number(dtype: str, number: str, library: Library) -> str:
    """Promote a dtype with a Python number: only a higher category changes it."""
    category, own = _PYTHON[number], _category(dtype)
    if own is None or own >= category:
        return dtype
    if category == _COMPLEX:
        if own == _FLOAT:
            exact = _COMPLEX_OF[dtype]
            return "complex64" if library == "numpy" and exact == "complex32" else exact
        return _DEFAULT_COMPLEX[library]
    return _from_number(category, library)


def promote(operands: Sequence[str], library: Library = "torch") -> str:
    """Promote dtypes of tensors (or arrays) and Python numbers.

    Args:
        operands: dtype names, with "python int" and the like for numbers.
        library: whose rules apply.

    Returns:
        The name of the common dtype, "?" if it is not known. Tensors are taken to have axes, all
        or none of them; beside those, torch lets tensors without any count as little as numbers.
    """
    if not operands or UNKNOWN in operands:
        return UNKNOWN
    dtypes = [name for name in operands if name not in _PYTHON]
    numbers = [name for name in operands if name in _PYTHON]
    if not dtypes:
        return _from_number(max(_PYTHON[name] for name in numbers), library)
    result = dtypes[0]
    for name in dtypes[1:]:
        result = _pair(result, name, library)
    for number in numbers:
        result = _with_number(result, number, library)
    return result


def resolve(dtype: Dtype, operands: Sequence[str], library: Library = "torch") -> str:
    """Apply a rule to the dtypes of the operands.

    Args:
        dtype: the rule, or the dtype of every result.
        operands: the dtypes of the tensor (array) arguments in order, elements of sequences
            included, with "python int" and the like for numbers among the first two arguments.
        library: whose promotion rules and default dtypes apply.

    Returns:
        The name of the result's dtype, "?" if it is not known.
    """
    if isinstance(dtype, str):
        return dtype
    if dtype in (DtypeRule.UNKNOWN, DtypeRule.PARAMETERS) or not operands:
        return UNKNOWN
    if dtype in (DtypeRule.SAME, DtypeRule.SUM):
        operands = operands[:1]
    elif dtype is DtypeRule.SECOND:
        operands = operands[1:2]
    base = promote(operands, library)
    category = _category(base)
    if base == UNKNOWN or category is None:
        return base if dtype in (DtypeRule.SAME, DtypeRule.SECOND, DtypeRule.PROMOTE) else UNKNOWN
    if dtype in (DtypeRule.FLOAT, DtypeRule.FLOAT_REAL) and category < _FLOAT:
        # A ufunc of NumPy makes float16 of 8 bits and float32 of 16, a mean float64 of both.
        narrow = library == "numpy" and base in ("bool", "int8", "uint8", "int16", "uint16")
        return UNKNOWN if narrow else _DEFAULT_FLOAT[library]
    if dtype in (DtypeRule.REAL, DtypeRule.FLOAT_REAL):
        return _REAL_OF.get(base, base)
    if dtype is DtypeRule.COMPLEX and category < _COMPLEX:
        return _COMPLEX_OF[base] if category == _FLOAT else _DEFAULT_COMPLEX[library]
    if dtype is DtypeRule.SUM and category < _FLOAT:
        return "uint64" if library == "numpy" and base in _UNSIGNED else "int64"
    return base


def parse(text: str) -> Dtype:
    """Read a dtype or rule as the data files store it; a name that is no rule is a dtype."""
    try:
        return DtypeRule(text)
    except ValueError:
        return text
