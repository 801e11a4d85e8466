"""What the rules about the wrong library share: what a value surely is, and how code is written."""

from __future__ import annotations

import ast

from flake8_tensorconv.index.syntax import string_of
from flake8_tensorconv.knowledge.equivalents import dtype_name
from flake8_tensorconv.lattice.values import Alternative, Array, Plain, Tensor, Value
from flake8_tensorconv.rules.building import attribute, name
from flake8_tensorconv.rules.record import Replacement
from flake8_tensorconv.source.findings import Applicability


def is_tensor(each: Alternative) -> bool:
    """Is it surely a tensor?"""
    return isinstance(each, Tensor) and each.sure


def is_array(each: Alternative) -> bool:
    """Is it surely an array (of numbers), or a NumPy scalar?"""
    if isinstance(each, Array):
        return each.sure and "object" not in each.dtype
    return isinstance(each, Plain) and bool(each.dtype) and "?" not in each.dtype


def are_tensors(given: Value) -> bool:
    """Are all alternatives tensors?"""
    return bool(given.alternatives) and all(map(is_tensor, given.alternatives))


def are_arrays(given: Value) -> bool:
    """Are all alternatives arrays?"""
    return any(isinstance(each, Array) for each in given.alternatives) and all(
        map(is_array, given.alternatives)
    )


def dtype_of_library(dtype: str, library: str, used: str | None) -> ast.Attribute | None:
    """`np.float32`: a dtype as a library spells it; None where it or its name is missing."""
    spelled = dtype_name(dtype, library)
    if spelled is None or used is None:
        return None
    return attribute(name(used), spelled)


def is_spelled_out(argument: ast.expr, *libraries: str | None) -> bool:
    """Does the expression itself name a dtype: `np.float32`, `float`, `"float32"`?"""
    if isinstance(argument, ast.Attribute) and isinstance(argument.value, ast.Name):
        return argument.value.id in libraries
    if isinstance(argument, ast.Name):
        return argument.id in ("float", "int", "bool", "complex")
    return string_of(argument) is not None


def replacement(old: ast.expr, new: ast.expr, *, safe: bool = True) -> Replacement:
    """One expression instead of another, in the parentheses of the old one."""
    return Replacement(Applicability.SAFE if safe else Applicability.UNSAFE, old, new)
