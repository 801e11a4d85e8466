"""Arrays over memory that nobody may write to."""

from __future__ import annotations

from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.values import Constant, Plain, Value
from flake8_tensorconv.libraries.numpy.array_dtypes import asked_dtype
from flake8_tensorconv.libraries.python.foreign import IMAGE

#: They pass an array on as it is where nothing else is asked for.
PASSING_ON = {"numpy.asarray", "numpy.asanyarray"}


def reads_frozen(name: str, first: Value, args: Arguments) -> bool:
    """Is it made over memory that nobody may write to: of bytes, of an image, of a mapped file?"""
    if name == "numpy.frombuffer":
        return _is_bytes(first)
    if name in ("numpy.load", "numpy.memmap"):
        mode = args.value(None, "mmap_mode" if name == "numpy.load" else "mode")
        if mode is None and len(args.positional) > 1:
            mode = args.value(1 if name == "numpy.load" else 2)
        return mode is not None and any(c.value == "r" for c in mode.constants)
    if name in PASSING_ON and asked_dtype(1, args) is None and args.value(None, "copy") is None:
        return first.alternatives == (Plain(IMAGE),)
    return False


def _is_bytes(given: Value) -> bool:
    """Is it surely a `bytes` object? (A buffer is never a str.)"""
    return bool(given.alternatives) and all(
        (isinstance(each, Plain) and each.what == "str")
        or (isinstance(each, Constant) and isinstance(each.value, bytes))
        for each in given.alternatives
    )
