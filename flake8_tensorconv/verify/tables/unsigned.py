"""Which operators refuse tensors of unsigned integers with more than 8 bits.

torch has uint16, uint32 and uint64 since 2.3, and kernels for some operators only.
"""

from __future__ import annotations

import enum
import operator
import warnings
from collections.abc import Callable
from itertools import islice
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._pytree import tree_map

_DTYPES = (torch.uint16, torch.uint32, torch.uint64)
#: Of the dtypes that a sample may have, the first that the operator takes.
_BASES = (torch.int64, torch.uint8, torch.float32)
#: How many samples of torch's database are run for each operator.
_SAMPLES = 16
#: Not called by programs, or random.
_LEFT_OUT = ("_", "native_", "jiterator", "torch.ops", "cauchy", "exponential", "geometric",
             "log_normal", "normal", "uniform", "multinomial")  # fmt: skip
#: They take some of these, which the samples do not show.
_TAKING = frozenset({"div", "nn.functional.pad", "round", "unravel_index"})
#: The operators of Python, by the names of their nodes.
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "MatMult": operator.matmul,
    "BitAnd": operator.and_,
    "BitOr": operator.or_,
    "BitXor": operator.xor,
    "LShift": operator.lshift,
    "RShift": operator.rshift,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Eq": operator.eq,
    "NotEq": operator.ne,
}
#: What stands on the other side.
_NUMBERS = {"python int": 2, "python float": 0.5, "python bool": True}
_OTHERS = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64",
           "bfloat16")  # fmt: skip


class _Answer(enum.Enum):
    """What a sample tells."""

    NOTHING = 0  # it is refused as it is
    TAKES = 1
    REFUSES = 2
    REFUSES_WITHOUT_FLOATS = 3


def _fails(call: Callable[[], Any]) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception:  # whatever it is, it does not run
            return True
    return False


def _cast(value: Any, dtype: torch.dtype) -> Any:
    """The same with every tensor of numbers cast."""

    def cast(each: Any) -> Any:
        numbers = isinstance(each, torch.Tensor) and each.dtype in _BASES
        return each.detach().to(dtype) if numbers else each

    return tree_map(cast, value)


def operators() -> dict[str, bool]:
    """The names, below `torch`, of what refuses them in every sample.

    Returns:
        By name: does it refuse them also with floats beside them? Else it computes in floats.
    """
    found: dict[str, bool] = {}
    for each in op_db:
        base = next((dtype for dtype in _BASES if each.supports_dtype(dtype, "cpu")), None)
        if base is None or each.name.startswith(_LEFT_OUT) or each.name in _TAKING:
            continue
        torch.manual_seed(0)
        answers: set[_Answer] = set()
        for sample in islice(each.sample_inputs("cpu", base), _SAMPLES):
            answers.add(_refuses(each.op, sample))
            if _Answer.TAKES in answers:
                break
        answers.discard(_Answer.NOTHING)
        if answers and _Answer.TAKES not in answers:
            whatever = answers == {_Answer.REFUSES}
            found.update(dict.fromkeys((each.name, *(a.name for a in each.aliases)), whatever))
    return found


def _refuses(function: Callable[..., Any], sample: Any) -> _Answer:
    """Does it refuse the sample in all these dtypes?"""
    given, named = sample.args, sample.kwargs
    if _fails(lambda: function(sample.input, *given, **named)):
        return _Answer.NOTHING

    def refuses(beside: Any, keywords: Any, dtype: torch.dtype) -> bool:
        return _fails(lambda: function(_cast(sample.input, dtype), *beside, **keywords))

    if not all(
        refuses((), {}, dtype)
        and refuses(given, named, dtype)
        and refuses(_cast(given, dtype), _cast(named, dtype), dtype)
        for dtype in _DTYPES
    ):
        return _Answer.TAKES
    floats = _cast(given, torch.float32), _cast(named, torch.float32)
    whatever = all(refuses(*floats, dtype) for dtype in _DTYPES)
    return _Answer.REFUSES if whatever else _Answer.REFUSES_WITHOUT_FLOATS


def python_operators() -> dict[str, list[str]]:
    """By Python's operators the dtypes that they refuse beside these, on either side."""
    found = {}
    for name, compute in _OPERATORS.items():
        refused = [
            other
            for other in (*_NUMBERS, *_OTHERS, "same")
            if all(_clash(compute, dtype, other) for dtype in _DTYPES)
        ]
        if refused:
            found[name] = refused
    return found


def _clash(compute: Callable[[Any, Any], Any], dtype: torch.dtype, other: str) -> bool:
    tensor = torch.ones(2, 2).to(dtype)
    beside: Any = _NUMBERS.get(other)
    if beside is None:
        beside = tensor if other == "same" else torch.ones(2, 2).to(getattr(torch, other))
    return _fails(lambda: compute(tensor, beside)) and _fails(lambda: compute(beside, tensor))
