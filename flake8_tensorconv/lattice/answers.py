"""What a test says, as text, so that it is known again where it is asked in other words."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from flake8_tensorconv.index.axes import counted, numbered
from flake8_tensorconv.index.syntax import last_name, walk

#: How the number of axes is called, however it is asked for.
AXES = ".ndim"


@dataclass(frozen=True)
class Answer:
    """A test and what it comes to.

    Attributes:
        test: the test without `not`, as text; `x is not None` is `x is None`, the other way round.
        subject: the same for all tests of which one at most can be true: for `phase == "train"`
            and `phase == "val"` alike.
        truth: the outcome.
        about: the same for all tests that bear on each other: those of the number of axes of one
            thing. "" if others do only if they have the same subject.
    """

    test: str
    subject: str
    truth: bool
    about: str = ""

    @property
    def group(self) -> str:
        """What it shares with all tests that bear on it."""
        return self.about or self.subject

    def opposite(self) -> Answer:
        """The other outcome."""
        return replace(self, truth=not self.truth)


def answer_of(test: ast.expr) -> Answer | None:
    """What an expression says if it is true; None if asking again may give something else."""
    truth = True
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, truth = test.operand, not truth
    told = _of_axes(test) or _of_anything(test)
    return told if told is None or truth else told.opposite()


def _of_axes(test: ast.expr) -> Answer | None:
    """What a test of the number of axes says; None if it is no such test."""
    if isinstance(test, ast.Compare):
        asked = numbered(test)
        if asked is None or (subject := counted(asked.left)) is None:
            return None
        operator, number = asked.operator, asked.number
    elif (subject := counted(test)) is not None:
        operator, number = ast.Gt, 0
    else:
        return None
    holder = _text(subject)
    if holder is None:
        return None
    positive = _NEGATIONS.get(operator, operator)
    truth = positive is operator
    if positive is ast.Lt and isinstance(number, int):  # they are whole numbers
        positive, number, truth = ast.Gt, number - 1, not truth
    axes = holder + AXES
    text = f"{axes} {positive.__name__} {number}"
    exclusive = f"{axes} {positive.__name__}"
    return Answer(text, exclusive if positive is ast.Eq else text, truth, axes)


def _of_anything(test: ast.expr) -> Answer | None:
    truth = True
    if not isinstance(test, ast.Compare):
        text = None if _is_spelled_out(test) else _text(test)
        return None if text is None else Answer(text, text, truth)
    if len(test.ops) != 1:
        return None
    compared = test.comparators[0]
    operator: type[ast.cmpop] = type(test.ops[0])
    left, right = _text(test.left), _text(compared)
    if left is None or right is None:
        return None
    positive = _NEGATIONS.get(operator)
    if positive is not None:
        operator, truth = positive, not truth
    text = f"{left} {operator.__name__} {right}"
    exclusive = operator is ast.Eq and _is_spelled_out(compared)
    return Answer(text, f"{left} {operator.__name__}" if exclusive else text, truth)


_NEGATIONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.NotEq: ast.Eq,
    ast.IsNot: ast.Is,
    ast.NotIn: ast.In,
    ast.GtE: ast.Lt,
    ast.LtE: ast.Gt,
}
#: Functions that answer the same as long as they are asked about the same.
_PURE = {"isinstance", "hasattr", "callable", "issubclass"}
#: Methods of texts that do so, whatever they are given.
_OF_TEXTS = {"lower", "upper", "casefold", "strip", "startswith", "endswith"}
#: How functions begin that answer a question: `is_quantized(kind)`, `cfg.has_labels()`.
_ASKING = re.compile("_*(is|has|uses?|should|can|needs?|supports?)(?![a-z])")


def _is_spelled_out(node: ast.expr) -> bool:
    """Is it a number or text, of which there are many more?"""
    return type(node) is ast.Constant and type(node.value) in (int, float, str, bytes)


def _text(node: ast.expr) -> str | None:
    """The source of an expression that names things without doing anything, else None."""
    match node:
        case ast.Attribute(value=holder, attr=attribute):
            inner = _text(holder)
            return None if inner is None else f"{inner}.{attribute}"
        case ast.Name(id=text):
            return text
        case ast.Constant(value=int() | float() | str() | bytes() | None as constant):
            return repr(constant)
        case ast.Subscript(value=holder, slice=key) if not isinstance(key, ast.Tuple):
            parts = _texts([holder, key])
            return None if parts is None else f"{parts[0]}[{parts[1]}]"
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            parts = _texts(elements)
            return None if parts is None else f"({', '.join(parts)})"
        case ast.Call(func=func, args=args, keywords=[]):
            asked = _text(func)
            parts = _texts(args) if asked is not None and _answers_alike(func, args) else None
            return None if parts is None else f"{asked}({', '.join(parts)})"
    return None


def _answers_alike(func: ast.expr, args: list[ast.expr]) -> bool:
    """Does a function answer the same where it is asked the same once more?"""
    name = last_name(func)
    if isinstance(func, ast.Attribute):
        alike = name in _OF_TEXTS or (name == "get" and bool(args))
    else:
        alike = name in _PURE
    return alike or _ASKING.match(name) is not None


def _texts(nodes: Iterable[ast.expr]) -> list[str] | None:
    found = [_text(node) for node in nodes]
    return [text for text in found if text is not None] if None not in found else None


@functools.lru_cache(maxsize=4096)
def named(test: ast.expr) -> frozenset[str]:
    """The names and the attributes (`.flag`) that a test depends on."""
    nodes = list(walk(test))
    names = {node.id for node in nodes if type(node) is ast.Name}
    names |= {f".{node.attr}" for node in nodes if type(node) is ast.Attribute}
    if any(isinstance(node, ast.expr) and counted(node) is not None for node in nodes):
        names.add(AXES)
    return frozenset(names)
