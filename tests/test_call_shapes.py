"""No call of a function that is known loses a file, however little or much it is given."""

from __future__ import annotations

import itertools

import pytest

from flake8_tensorconv import check_source
from flake8_tensorconv.knowledge.data_files import table
from flake8_tensorconv.knowledge.torch_operators import array_attributes, tensor_attributes

HEAD = """\
import collections, copy, functools, itertools, operator
import numpy as np
import torch

t = torch.ones(2, 3, requires_grad=True)
a = np.ones((2, 3))
given = input()
"""
#: What stands between the parentheses of a call.
SHAPES = (
    "",
    "t",
    "a",
    "[t, a]",
    "input=t",
    "self=t, other=a, condition=t > 0",
    "dim=0",
    "*given",
    "t, *given",
    "**given",
    "*[t, a], **{'out': a}",
    "t, t, t, t, t, t",
    "None",
    "'x'",
    "1, 2.0",
    "lambda x: x, [t]",
    "out=(t, a)",
    "dtype=given, device=given",
    "size=(2, 3), shape=(2, 3)",
)
PYTHON = [
    *(f"{name}" for name in ("len", "max", "min", "sum", "abs", "sorted", "zip", "map", "filter")),
    *("enumerate", "reversed", "list", "tuple", "dict", "set", "next", "iter", "getattr", "type"),
    *("isinstance", "hasattr", "callable", "issubclass", "setattr", "vars", "super", "slice"),
    *("property", "staticmethod", "classmethod", "round", "divmod", "pow", "int", "float", "str"),
    *(f"functools.{name}" for name in ("partial", "reduce", "wraps", "singledispatch", "cache")),
    *(f"itertools.{name}" for name in ("chain", "zip_longest", "islice", "cycle", "product")),
    *(f"collections.{name}" for name in ("deque", "defaultdict", "OrderedDict", "namedtuple")),
    *(f"copy.{name}" for name in ("copy", "deepcopy")),
    *(f"operator.{name}" for name in ("methodcaller", "itemgetter", "add")),
]


def _callees() -> list[str]:
    numpy = table("numpy_functions")
    torch = table("torch_operators")
    modules = table("torch_modules")
    names = {
        *PYTHON,
        *(name.replace("numpy.", "np.", 1) for name in numpy["functions"]),
        *(name for name in torch["functions"] if name.startswith("torch.")),
        *(f"t.{name}" for name in tensor_attributes()),
        *(f"a.{name}" for name in array_attributes()),
        *(f"torch.nn.{name}" for name in modules["modules"]),
        *(f"torch.nn.{name}(3, 3)" for name in modules["modules"]),
        *(f"torch.{name}" for name in ("where", "tensor", "as_tensor", "from_numpy", "asarray")),
        *(f"torch.{name}" for name in ("Tensor", "FloatTensor", "LongTensor", "no_grad", "device")),
        *(f"torch.{name}" for name in ("stack", "cat", "zeros", "full", "sparse_coo_tensor")),
        *("torch.utils.data.DataLoader", "torch.autograd.grad", "torch.set_grad_enabled"),
        *("torch.from_dlpack", "torch.frombuffer", "np.from_dlpack", "np.load", "np.frombuffer"),
    }
    return sorted(names)


def _chunks() -> list[list[str]]:
    rest = iter(_callees())
    return list(iter(lambda: list(itertools.islice(rest, 300)), []))


@pytest.mark.parametrize("shape", SHAPES)
def test_no_call_is_too_strange(shape: str) -> None:
    for callees in _chunks():
        calls = "\n".join(f"print({callee}({shape}))" for callee in callees)
        check_source(f"{HEAD}{calls}\nt.numpy()\n")
