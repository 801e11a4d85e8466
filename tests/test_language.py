"""What Python itself does with classes, `finally`, properties and dispatch: each program is run.

A program that ends well must be silent, one that fails must be reported where it fails.
"""

from __future__ import annotations

import traceback

import pytest

from flake8_tensorconv import check_source

HEAD = """\
import functools

import numpy as np
import torch
from torch import nn


"""
CLASSES = """
class Base:
    def get(self):
        return torch.ones(2{base})


class Left(Base):
{left}


class Right(Base):
    def get(self):
        return {right}


class Both(Left, Right):
    pass


print(Both().get().numpy())
"""
GRAD = ", requires_grad=True"
DIAMONDS = {
    f"a diamond: base {base or 'plain'}, left {left or 'inherits'}, right {right}": CLASSES.format(
        base=base,
        left="    pass" if left is None else f"    def get(self):\n        return {left}",
        right=right,
    )
    for base in ("", GRAD)
    for left in (None, "super().get() * 2", "torch.zeros(2)")
    for right in ("super().get().detach()", "super().get().requires_grad_()", "torch.zeros(2)")
}
FINALLY = """
class Holder:
    def __init__(self):
        self.t = torch.ones(2{first})

    def read(self, rows):
        {loop}
        {inside}try:
            {inside}{way}
        {inside}finally:
            {inside}self.t = self.t{then}
        return 1


holder = Holder()
holder.read([1, 2])
print(holder.t.numpy())
"""
FINALS = {
    f"finally: {way}, {first or 'plain'}, {then}": FINALLY.format(
        first=first,
        then=then,
        way=way,
        loop="for row in rows:" if way in ("break", "continue") else "",
        inside="    " if way in ("break", "continue") else "",
    )
    for way in ("return 2", "pass", "break", "continue")
    for first, then in ((GRAD, ".detach()"), ("", ".requires_grad_()"))
}
PROPERTY = """
class Box{bases}:
    def __init__(self):
        self._t = torch.zeros(2)

    @property
    def t(self):
        return self._t

    @t.setter
    def t(self, value):
        self._t = {stored}


{more}


box = {made}
box.t = torch.ones(2{given})
print(box.t.numpy())
"""
SETTERS = {
    f"a setter: {stored}, {given or 'plain'}, {made}": PROPERTY.format(
        bases="", stored=stored, given=given, made=made, more=more
    )
    for stored in ("value", "value.detach()", "value.requires_grad_()")
    for given in ("", GRAD)
    for made, more in (
        ("Box()", ""),
        ("Inner()", "class Inner(Box):\n    pass"),
        (
            "Inner()",
            "class Inner(Box):\n    @Box.t.setter\n    def t(self, value):\n"
            "        self._t = value.clone()",
        ),
        (
            "Other()",
            "class Other:\n    def _get(self):\n        return self._t\n\n"
            "    def _set(self, value):\n        self._t = value * 1\n\n"
            "    t = property(_get, _set)",
        ),
    )
}
DISPATCH = """
@functools.singledispatch
def convert(value):
    return {otherwise}


{register}


for given in (nn.Linear(2, 2)(torch.ones(1, 2)), [1.0, 2.0], 3.0):
    print(convert(given))
"""
REGISTER = {
    "by annotation": "@convert.register\ndef _(value: torch.Tensor):\n    return {body}",
    "by class": "@convert.register(torch.Tensor)\ndef _(value):\n    return {body}",
    "by call": "def tensor(value):\n    return {body}\n\n\nconvert.register(torch.Tensor, tensor)",
    "one of two": "@convert.register(torch.Tensor)\n@convert.register(dict)\n"
    "def _(value):\n    return {body}",
    "beside others": "@convert.register(list)\ndef _(value):\n    return np.asarray(value)\n\n\n"
    "@convert.register\ndef _(value: torch.Tensor):\n    return {body}",
}
DISPATCHES = {
    f"singledispatch {how}: {body}": DISPATCH.format(
        otherwise="np.asarray(value)", register=text.format(body=body)
    )
    for how, text in REGISTER.items()
    for body in ("value.detach().numpy()", "value.numpy()")
} | {
    "singledispatch without an overload for tensors": DISPATCH.format(
        otherwise="np.asarray(value)",
        register="@convert.register(list)\ndef _(value):\n    return value",
    ),
    "a method that dispatches": """
class Log:
    def __init__(self):
        self.rows = []

    @functools.singledispatchmethod
    def add(self, value):
        self.rows.append(np.asarray(value))

    @add.register
    def _(self, value: torch.Tensor):
        self.rows.append(value.detach().numpy())


log = Log()
for given in (nn.Linear(2, 2)(torch.ones(1, 2)), [1.0]):
    log.add(given)
""",
    "a method that dispatches to a conversion": """
class Log:
    @functools.singledispatchmethod
    def add(self, value):
        return value

    @add.register(torch.Tensor)
    def _(self, value):
        return value.numpy()


Log().add([1.0])
Log().add(nn.Linear(2, 2)(torch.ones(1, 2)))
""",
}
TABLES = {
    f"a table by type: {how}, {body}": f"""
def tensor(value):
    return {body}


HOW = {{torch.Tensor: tensor, list: np.asarray, float: lambda value: np.array([value])}}


def convert(value):
    {how}


for given in (nn.Linear(2, 2)(torch.ones(1, 2)), [1.0, 2.0], 3.0):
    print(convert(given))
"""
    for how in (
        "return HOW[type(value)](value)",
        "return HOW[value.__class__](value)",
        "how = HOW.get(type(value), np.asarray)\n    return how(value)",
        "return next(how for cls, how in HOW.items() if isinstance(value, cls))(value)",
    )
    for body in ("value.detach().numpy()", "value.numpy()")
}
WAYS = {**DIAMONDS, **FINALS, **SETTERS, **DISPATCHES, **TABLES}


def _failing_line(text: str) -> int | None:
    try:
        exec(compile(text, "program", "exec"), {"__name__": "program"})
    except RuntimeError as error:
        frames = traceback.extract_tb(error.__traceback__)
        return [frame.lineno for frame in frames if frame.filename == "program"][-1]
    return None


@pytest.mark.parametrize("name", WAYS)
def test_what_is_said_is_what_happens(name: str) -> None:
    text = HEAD + WAYS[name]
    line = _failing_line(text)
    said = {each.span.line for each in check_source(text) if each.certainty.value == "proven"}
    if line is None:
        assert not said, text
    else:
        assert line in said, text
