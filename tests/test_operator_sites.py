"""Operators between tensors and arrays, however those come to their names."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from flake8_tensorconv import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT

HEAD = """\
import numpy as np
import torch
from torch import nn

model = nn.Linear(3, 3)
"""
TENSOR, ARRAY = "model(torch.ones(3, 3))", "np.ones((3, 3))"
#: What is done with a tensor `t` that requires grad and an array `a`, and what is said of it.
OPERATIONS = {
    "t * a": "TNC101",
    "t @ a": "TNC101",
    "t[0] + a[:, 0]": "TNC101",
    "-t * a": "TNC101",
    "t & a": "TNC101",
    "[x * a for x in t]": "TNC101",
    "2 * t - 3 * a": "TNC101",
    "t - a[:2]": "TNC101",
    "t += a": "TNC101",
    "t @= a": "TNC101",
    "a / t": "TNC101",
    "a /= t": "TNC101",
    "a[:2] /= t[:2]": "TNC101",
    "np.add(t, a, out=a)": "TNC101",
    "a * t": "TNC106",
    "a @ t": "TNC106",
    "a += t": "TNC106",
    "a[:2] *= t[:2]": "TNC106",
    "t < a": "TNC106",
    "assert (a >= t).all()": "TNC106",
    "t == a": "",
    "t != a": "",
    "a == t": "",
    "t.detach() * a": "",
    "t.detach() / a": "",
    "a / t.detach()": "",
    "t * torch.as_tensor(a).float()": "",
    "a * t.detach().numpy()": "",
    "t * a.size": "",
    "t + float(a.sum())": "",
}
#: Ways to a tensor `t` and an array `a`.
WAYS = {
    "the module": "t = {t}\na = {a}\n{do}\n",
    "variables": "def f():\n    t = {t}\n    a = {a}\n    {do}\nf()\n",
    "arguments": "def f(t, a):\n    {do}\nf({t}, {a})\n",
    "a default": "A = {a}\ndef f(t, a=A):\n    {do}\nf({t})\n",
    "attributes": """
class Scaled:
    def __init__(self):
        self.t = {t}
        self.a = {a}
    def run(self):
        t, a = self.t, self.a
        {do}
Scaled().run()
""",
    "an attribute and an argument": """
class Scaled:
    def __init__(self, a):
        self.a = a
    def run(self, t):
        a = self.a
        {do}
Scaled({a}).run({t})
""",
    "a dictionary": "def f(d):\n    t = d['t']\n    a = d['a']\n    {do}\nf(dict(t={t}, a={a}))\n",
    "a tuple": "def g():\n    return {t}, {a}\ndef f():\n    t, a = g()\n    {do}\nf()\n",
    "rows": "def f(rows):\n    for t, a in rows:\n        {do}\nf([({t}, {a})])\n",
    "two lists": "def f(ts, aa):\n    for t, a in zip(ts, aa):\n        {do}\nf([{t}], [{a}])\n",
    "a conversion": "def f():\n    t = {t}\n    a = t.detach().numpy().copy()\n    {do}\nf()\n",
    "other calls as well": "def f(t, a):\n    {do}\nf({t}, {a})\nf({t}, {t}.detach())\n",
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("way", WAYS)
def test_operators_are_seen_however_the_operands_come(way: str, operation: str) -> None:
    """The selection finds what the analysis of the whole file finds."""
    options = Options(unwanted=frozenset(OFF_BY_DEFAULT))
    text = HEAD + WAYS[way].format(t=TENSOR, a=ARRAY, do=operation)
    found = check_text(text, options)
    assert {each.code for each in found} == {OPERATIONS[operation]} - {""}
    assert found == check_text(text, options, whole=True)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_table_is_true(operation: str) -> None:
    """TNC101 is torch's RuntimeError, TNC106 Python's TypeError, and the rest runs."""
    tensor = (torch.ones(3, 3, requires_grad=True) * 2).double()
    array = np.ones((3, 3))
    if "&" in operation:
        array = array.astype(int)
    error: type[Exception] | None = None
    try:
        exec(operation, {"t": tensor, "a": array, "np": np, "torch": torch})
    except (RuntimeError, TypeError) as raised:
        error = type(raised)
    assert error is {"TNC101": RuntimeError, "TNC106": TypeError, "": None}[OPERATIONS[operation]]
