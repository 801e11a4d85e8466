"""Is a value true or false?"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import libcst as cst

from flake8_tensorconv.analysis.values import (
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
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
    cst.In: lambda left, right: left in right,
    cst.NotIn: lambda left, right: left not in right,
    cst.Is: operator.eq,
    cst.IsNot: operator.ne,
}


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
