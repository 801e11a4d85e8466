"""Is a value true or false?"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from flake8_tensorconv.lattice.values import (
    Alternative,
    Class,
    Constant,
    DeviceObject,
    DtypeObject,
    Function,
    Otherwise,
    Symbol,
    Tuple,
    Value,
)

#: What the operators of comparisons do with numbers.
OPERATORS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
}


#: Those that tell which number is greater.
ORDERING = {ast.Lt, ast.LtE, ast.Gt, ast.GtE}


def truth_of(tested: Value) -> bool | None:
    """Is the value surely true, surely false, or neither?"""
    known = {_truth(each) for each in tested.alternatives}
    return known.pop() if len(known) == 1 else None


def _truth(each: Alternative) -> bool | None:
    match each:
        case Constant(value=constant):
            return bool(constant)
        case Function() | Class() | Symbol() | DeviceObject() | DtypeObject():
            return True
        case Tuple(items=items):
            return bool(items)
        case Otherwise(what=what) if what is not None:
            return _truth(what)
        case _:
            return None


def that_are(tested: Value, truth: bool) -> Value:
    """The alternatives that can be true (or false)."""
    return Value(tuple(e for e in tested.alternatives if _truth(e) in (None, truth)))
