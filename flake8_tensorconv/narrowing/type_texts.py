"""Tests of how the type of something is written: `"torch" in str(type(x))`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.contents.turns import narrowed
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import string_of
from flake8_tensorconv.lattice.values import Alternative, Value
from flake8_tensorconv.narrowing.classify import own_type

#: Where classes are that are known by a shorter name.
_HOMES = {"torch.nn.Parameter": "torch.nn.parameter.Parameter"}


@dataclass(frozen=True)
class TypeText:
    """A test of how the type of something is written.

    Attributes:
        subject: what it is asked of.
        text: the text that is tested, of a class by its dotted name.
        holds: the test.
    """

    subject: ast.expr
    text: Callable[[str], str]
    holds: Callable[[str], bool]


def type_text(test: ast.expr) -> TypeText | None:
    """The test, if it is one."""
    match test:
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as operator], comparators=[whole]):
            part, found = string_of(left), _written(whole)
            if part is None or found is None:
                return None
            inside, sought = isinstance(operator, ast.In), part
            return TypeText(*found, lambda text: (sought in text) is inside)
        case ast.Call(func=ast.Attribute(value=whole, attr=name), args=[given], keywords=[]):
            part, found = string_of(given), _written(whole)
            if part is None or found is None or name not in ("startswith", "endswith"):
                return None
            return TypeText(*found, lambda text: bool(getattr(text, name)(part)))
        case _:
            return None


def _written(node: ast.expr) -> tuple[ast.expr, Callable[[str], str]] | None:
    """Whose type a text writes, and how."""
    match node:
        case ast.Attribute(value=asked, attr="__name__" | "__qualname__"):
            subject, text = _asked(asked), _name
        case ast.Attribute(value=asked, attr="__module__"):
            subject, text = _asked(asked), _module
        case ast.Call(func=ast.Name(id="str" | "repr"), args=[asked], keywords=[]):
            subject, text = _asked(asked), _whole
        case _:
            return None
    return None if subject is None else (subject, text)


def _asked(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.Call(func=ast.Name(id="type"), args=[subject], keywords=[]):
            return subject
        case ast.Attribute(value=subject, attr="__class__"):
            return subject
        case _:
            return None


def _name(dotted: str) -> str:
    return dotted.rpartition(".")[2]


def _module(dotted: str) -> str:
    return _HOMES.get(dotted, dotted).rpartition(".")[0]


def _whole(dotted: str) -> str:
    return f"<class '{_HOMES.get(dotted, dotted).removeprefix('builtins.')}'>"


def narrow_by_type_text(run: Run, test: TypeText, truth: bool) -> bool:
    """Go on under the assumption that the test comes out as `truth`; False if it cannot."""

    def keep(each: Alternative) -> tuple[Alternative, ...]:
        own = own_type(each)
        return (each,) if own is None or test.holds(test.text(own)) is truth else ()

    tested = run.peek(test.subject)
    kept = [k for each in tested.alternatives for k in narrowed(each, keep)]
    if not kept and tested.alternatives:
        return False
    if kept != list(tested.alternatives):
        refine(run, test.subject, Value(tuple(kept)))
    return True
