"""NumPy's dtypes as programs write them down: "float32", ">i2", "<U10", "datetime64[D]"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flake8_tensorconv.knowledge.dtypes import UNKNOWN

#: In front of the name of a dtype whose bytes lie in the order that is foreign to the machine.
#: torch runs on little-endian machines.
FOREIGN = ">"

#: Dtypes of arrays that torch has no tensors for.
WITHOUT_TENSOR = frozenset(
    {"object", "str", "bytes", "void", "datetime64", "timedelta64", "longdouble", "clongdouble"}
)

_SPELLED = {
    "float": "float64", "double": "float64", "single": "float32", "half": "float16",
    "int": "int64", "long": "int64", "longlong": "int64", "intp": "int64", "int_": "int64",
    "intc": "int32", "short": "int16", "byte": "int8", "uint": "uint64", "uintp": "uint64",
    "ulong": "uint64", "ulonglong": "uint64", "uintc": "uint32", "ushort": "uint16",
    "ubyte": "uint8", "complex": "complex128", "cdouble": "complex128", "csingle": "complex64",
    "bool_": "bool", "object_": "object", "str_": "str", "unicode_": "str", "unicode": "str",
    "bytes_": "bytes", "string_": "bytes", "float_": "float64", "complex_": "complex128",
    "float128": "longdouble", "complex256": "clongdouble",
}  # fmt: skip
_NAMES = frozenset(
    {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
     "float32", "float64", "complex64", "complex128", *WITHOUT_TENSOR}
)  # fmt: skip
_LETTERS = {
    "?": "bool", "b": "int8", "B": "uint8", "h": "int16", "H": "uint16", "i": "int32",
    "I": "uint32", "l": "int64", "L": "uint64", "q": "int64", "Q": "uint64", "e": "float16",
    "f": "float32", "d": "float64", "g": "longdouble", "F": "complex64", "D": "complex128",
    "G": "clongdouble", "O": "object", "S": "bytes", "a": "bytes", "U": "str", "V": "void",
    "M": "datetime64", "m": "timedelta64",
}  # fmt: skip
_KINDS = {"b": "int", "i": "int", "u": "uint", "f": "float", "c": "complex"}
_CODE = re.compile(r"([<>=|]?)([?a-zA-Z])(\d*)(\[[^\]]*\])?$")


def dtype_named(text: str) -> str:
    """The dtype that a string, or the name of a scalar type, stands for.

    Args:
        text: "float32", "f4", ">i2", "datetime64[D]", "longdouble" ...

    Returns:
        Its name, with `FOREIGN` in front where the bytes are swapped; UNKNOWN for any other text.
    """
    plain = text.split("[", 1)[0]
    known = _SPELLED.get(plain, plain)
    if known in _NAMES:
        return known
    if "," in text:
        return "void"  # "f4, i4": a record
    code = _CODE.match(text)
    if code is None:
        return UNKNOWN
    order, letter, size = code[1], code[2], code[3]
    name = _sized(letter, size)
    if name == UNKNOWN or order != ">" or name in ("bool", "int8", "uint8", *WITHOUT_TENSOR):
        return name
    return FOREIGN + name


def _sized(letter: str, size: str) -> str:
    if not size or letter in "SaUVMm":
        return _LETTERS.get(letter, UNKNOWN)
    if letter == "b" and size == "1":
        return "bool"
    name = f"{_KINDS.get(letter, '?')}{8 * int(size)}"
    return name if name in _NAMES else _SPELLED.get(name, UNKNOWN)


def without_numbers(names: Sequence[str], operation: str) -> str | None:
    """The dtype of an operation on dates, texts or objects, which have rules of their own.

    Args:
        names: the dtypes of the operands.
        operation: "Add", "Sub", "Div" ..., as `ast` calls it.

    Returns:
        None if only numbers take part; UNKNOWN where no rule is known.
    """
    found = WITHOUT_TENSOR.intersection(names) - {"longdouble", "clongdouble"}
    if not found:
        return None
    if found == {"object"}:
        return "object"
    if operation in ("Add", "Sub") and len(found) == len(set(names)):
        if found == {"datetime64"}:
            return "timedelta64" if operation == "Sub" else UNKNOWN
        if found == {"datetime64", "timedelta64"}:
            return "datetime64"
        if found == {"timedelta64"}:
            return "timedelta64"
    return UNKNOWN


def is_foreign(dtype: str) -> bool:
    """Do the bytes lie in foreign order?"""
    return dtype.startswith(FOREIGN)


def native(dtype: str) -> str:
    """The same dtype in the order of the machine."""
    return dtype.removeprefix(FOREIGN)


def swapped(dtype: str) -> str:
    """The same dtype in the other order, if it has one."""
    if is_foreign(dtype):
        return native(dtype)
    ordered = dtype in _NAMES and dtype not in ("bool", "int8", "uint8", *WITHOUT_TENSOR)
    return FOREIGN + dtype if ordered else dtype
