"""Tests of values that are asked what they are by trying, or by looking their type up in a table.

Each helper is run on a tensor that requires grad, on a number and on an array; the good ones must
be silent, and the bad ones, which raise for the tensor, must be reported.
"""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT

GOOD = {
    "passed over": (
        "try:\n v = v.detach().cpu()\nexcept AttributeError:\n pass\nreturn np.asarray(v)"
    ),
    "every exception": "try:\n v = v.detach()\nexcept Exception:\n pass\nreturn np.asarray(v)",
    "none named": "try:\n v = v.data.cpu()\nexcept:\n v = v\nreturn np.asarray(v)",
    "two named": (
        "try:\n v = v.detach()\nexcept (AttributeError, TypeError):\n v = np.asarray(v)\n"
        "else:\n v = v.cpu().numpy()\nreturn v"
    ),
    "another return": (
        "try:\n return v.detach().cpu().numpy()\nexcept AttributeError:\n return np.array(v)"
    ),
    "told": (
        "try:\n v = v.detach().numpy()\nexcept AttributeError as error:\n print(error)\n"
        "return np.mean(v)"
    ),
    "appended": (
        "out = []\ntry:\n out.append(v.detach().numpy())\nexcept AttributeError:\n"
        " out.append(np.asarray(v))\nreturn out[0]"
    ),
    "only asked": (
        "try:\n v.requires_grad\nexcept AttributeError:\n return np.asarray(v)\n"
        "return v.detach().cpu().numpy()"
    ),
    "kept in an object": (
        "box = Box(v)\ntry:\n v = box.v.detach()\nexcept AttributeError:\n v = box.v\n"
        "return np.array(v)"
    ),
    "default method": 'return np.asarray(getattr(v, "detach", lambda: v)())',
    "table": "return HANDLERS[type(v)](v)",
    "table with a default": "return HANDLERS.get(type(v), np.asarray)(v)",
    "table of an object": "return REGISTRY(v)",
    "first rule that fits": (
        "f = next((f for kind, f in RULES if isinstance(v, kind)), np.asarray)\nreturn f(v)"
    ),
}
BAD = {
    "tensors come here": (
        "try:\n return v.detach().numpyy()\nexcept AttributeError:\n return np.asarray(v)"
    ),
    "another method": (
        "try:\n v = v.astype(float)\nexcept AttributeError:\n pass\nreturn np.asarray(v)"
    ),
    "in the body": ("try:\n return v.numpy()\nexcept AttributeError:\n return np.asarray(v)"),
    "default of what is there": 'return np.asarray(getattr(v, "clone", lambda: v)())',
    "another default": 'return getattr(v, "detached", lambda: np.asarray(v))()',
}
PROGRAM = """\
import numpy as np
import torch

HANDLERS = {{}}


def handles(*kinds):
    def register(function):
        for kind in kinds:
            HANDLERS[kind] = function
        return function

    return register


@handles(int, float)
def of_number(v):
    return np.asarray(v)


@handles(np.ndarray)
def of_array(v):
    return v


@handles(torch.Tensor, torch.nn.Parameter)
def of_tensor(v):
    return np.asarray(v.detach().cpu())


class Registry:
    def __init__(self):
        self.table = {{}}

    def register(self, kind, function):
        self.table[kind] = function

    def __call__(self, v):
        return self.table[type(v)](v)


class Box:
    def __init__(self, v):
        self.v = v


REGISTRY = Registry()
REGISTRY.register(torch.Tensor, of_tensor)
REGISTRY.register(float, of_number)
REGISTRY.register(np.ndarray, of_array)
RULES = [(torch.Tensor, of_tensor), ((int, float), of_number)]


def convert(v):
{body}


convert(1.5)
convert(np.ones(2))
convert(torch.ones(3, requires_grad=True))
"""


def codes(text: str) -> list[str]:
    """The codes of the findings that are on by default."""
    return [each.code for each in check_source(text) if each.code not in OFF_BY_DEFAULT]


def program(body: str) -> str:
    """The program with one body of `convert`."""
    return PROGRAM.format(body="\n".join(f"    {line}" for line in body.splitlines()))


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_forgiving_code_is_silent(body: str) -> None:
    text = program(body)
    exec(compile(text, "program", "exec"), {"__name__": "program"})
    assert codes(text) == []


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_what_reaches_a_conversion_is_reported(body: str) -> None:
    text = program(body)
    with pytest.raises(RuntimeError, match="requires grad"):
        exec(compile(text, "program", "exec"), {"__name__": "program"})
    assert "TNC101" in codes(text)


LOOPS = (
    "range(2)",
    "range(batch.size(0))",
    "range(len(batch))",
    "numbers()",
    "range(batch.shape[0])",
)


@pytest.mark.parametrize("loop", LOOPS)
def test_rows_of_another_turn_are_not_changed(loop: str) -> None:
    text = (
        "import torch\n\n\ndef numbers():\n    return open('numbers')\n\n\ndef f(batch):\n"
        f"    for i in {loop}:\n        row = batch[i].numpy()\n        row -= row.min()\n"
        "        print(row.mean())\n\n\nf(torch.rand(2, 3))\n"
    )
    assert codes(text) == []
    used = text.replace("row.mean()", "batch.mean()")
    assert codes(used) == ["TNC301"]
