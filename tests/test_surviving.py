"""What has gone through an operation is something that allows it."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
import torch
from said import HEAD

from flake8_tensorconv import check_source

OTHERS = {
    "list": "[1.0, 2.0]",
    "tuple": "(1.0, 2.0)",
    "dict": "{'a': 1.0}",
    "set": "{1.0}",
    "text": "'ab'",
    "number": "0.5",
    "none": "None",
    "array": "np.ones((2, 2))",
}
#: Operations that a tensor allows, and which of the others raise.
OPERATIONS = {
    "x.shape": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "x.detach()": set(OTHERS),
    "x.mean()": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "x.ndim": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "x.T": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "x.device": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "assert x.dtype is not None": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "assert x.size(0) == x.size(1)": set(OTHERS),
    "print(f'{x.requires_grad}')": set(OTHERS),
    "x[..., 0]": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "x[:, 0]": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "x[None]": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "x[0, 1]": {"list", "tuple", "dict", "set", "text", "number", "none"},
    "x[0]": {"dict", "set", "number", "none"},
    "x[:1]": {"dict", "set", "number", "none"},
    "len(x)": {"number", "none"},
    "for each in x: pass": {"number", "none"},
    "[0 for each in x]": {"number", "none"},
    "x + 1": {"list", "tuple", "dict", "set", "text", "none"},
    "1.0 - x": {"list", "tuple", "dict", "set", "text", "none"},
    "x * 2": {"dict", "set", "none"},
    "x + torch.ones(1)": {"list", "tuple", "dict", "set", "text", "none", "array"},
    "x / 2": {"list", "tuple", "dict", "set", "text", "none"},
    "isinstance(x, list)": set(),
    "print(x)": set(),
    "x is None": set(),
}
_TENSOR = "torch.ones(2, 2, requires_grad=True) * 2"
#: What is not told apart: nothing is dropped that may pass.
_KEPT = {
    ("dict", "x[0]"), ("dict", "x[0, 1]"), ("dict", "x[..., 0]"), ("dict", "x[None]"),
    ("set", "x + 1"), ("set", "1.0 - x"), ("set", "x * 2"), ("set", "x / 2"),
    ("set", "x + torch.ones(1)"), ("text", "x + 1"), ("text", "1.0 - x"), ("text", "x / 2"),
    ("text", "x + torch.ones(1)"), ("array", "x + torch.ones(1)"),
    ("array", "assert x.size(0) == x.size(1)"),
}  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("other", OTHERS)
def test_the_table_is_true(other: str, operation: str) -> None:
    """It is what Python, NumPy and torch do."""
    names = {"torch": torch, "np": np}
    exec(f"x = {OTHERS[other]}", names)
    raises = False
    with contextlib.redirect_stdout(None):
        try:
            exec(operation, names)
        except (TypeError, AttributeError, IndexError, KeyError):
            raises = True
    assert raises == (other in OPERATIONS[operation])


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("other", OTHERS)
def test_behind_an_operation_a_value_is_what_allows_it(other: str, operation: str) -> None:
    """`np.matmul` and `np.sort` read what is left: a fix is safe if that is a tensor."""
    body = f"def f(c):\n    x = {OTHERS[other]}\n    if c:\n        x = {_TENSOR}\n"
    body += f"    {operation}\n    return np.sort(x)\nf(input())\n"
    dropped = other in OPERATIONS[operation] and (other, operation) not in _KEPT
    assert _fix_is_safe(body) == dropped


def _fix_is_safe(body: str) -> bool:
    found = [each for each in check_source(HEAD + body) if each.code == "TNC101"]
    assert found
    return any(each.fix is not None and each.fix.applicability.value == "safe" for each in found)
