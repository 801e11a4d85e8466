"""The keys of dictionaries that are known: constants, and classes (`HOW[type(x)]`)."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_tensorconv.lattice.values import (
    Alternative,
    Class,
    Constant,
    Symbol,
    Tuple,
    Value,
    value,
)

_PARAMETER = "torch.nn.Parameter"


def known_key(key: Value) -> object | None:
    """The one key that a value stands for; None if it is not known."""
    if len(key.alternatives) != 1:
        return None
    only = key.alternatives[0]
    if isinstance(only, Constant):
        return only.value
    if isinstance(only, Symbol) and only.dotted.endswith(".Parameter"):
        return Symbol(_PARAMETER)
    if isinstance(only, Tuple):
        return _known_keys(only.items)
    return only if isinstance(only, (Symbol, Class)) else None


def _known_keys(parts: Sequence[Value]) -> tuple[object, ...] | None:
    """The one tuple that several values are together."""
    keys = tuple(map(known_key, parts))
    return None if None in keys or not keys else keys


def known_index(index: Sequence[Value]) -> object | None:
    """The one key that stands in brackets, `d[a]` or `d[a, b]`; None if it is not known."""
    return known_key(index[0]) if len(index) == 1 else _known_keys(index)


def key_value(key: object) -> Value:
    """A known key as a value."""
    if isinstance(key, tuple):
        return value(Tuple(tuple(map(key_value, key))))
    constant = key is None or isinstance(key, (str, bytes, int, float, complex, bool))
    return value(Constant(key) if constant else key)  # type: ignore[arg-type]


def classes_as_keys(key: Value) -> list[object]:
    """The classes that a value is one of; none if it may be something else."""
    keys = [known_key(value(each)) for each in key.alternatives]
    return keys if is_one_of_classes(key) and all(map(_is_class, key.alternatives)) else []


def is_one_of_classes(key: Value) -> bool:
    """Is it one of several classes, like the type of something that may be of either?

    What a table holds under that key goes with what it is the type of.
    """
    return len(key.alternatives) > 1 and any(map(_is_class, key.alternatives))


def _is_class(each: Alternative) -> bool:
    return isinstance(each, (Symbol, Class))
