"""What asks for the number of axes of something, in any spelling."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import dataclass

from flake8_tensorconv.index.syntax import dotted_name, last_name

_METHODS = {"dim", "ndimension"}
#: Methods that change the axes of what they are called on.
RESHAPING = {"squeeze_", "unsqueeze_", "resize_", "resize_as_", "set_", "as_strided_", "resize"}
_ELEMENTS = {"numel", "nelement"}
_MIRRORED: dict[type, type] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


@dataclass(frozen=True)
class Numbered:
    """A comparison with a number, or with several, that is spelled out.

    Attributes:
        left: what is compared.
        operator: how.
        number: the number, or those that it is searched among.
    """

    left: ast.expr
    operator: type[ast.cmpop]
    number: int | tuple[int, ...]


def numbered(node: ast.Compare) -> Numbered | None:
    """The comparison `left operator number`, also if it is written the other way round."""
    if len(node.ops) != 1:
        return None
    kind: type[ast.cmpop] = type(node.ops[0])
    left, right = node.left, node.comparators[0]
    number = _number(right)
    if number is None:
        kind, left, number = _MIRRORED.get(kind, kind), right, _number(left)
    if number is None or isinstance(number, Collection) != (kind in (ast.In, ast.NotIn)):
        return None
    return Numbered(left, kind, number)


def compared_shapes(node: ast.Compare) -> tuple[ast.expr, int] | None:
    """The `x` of `x.shape == (2, 3)`, and how many axes the other shape has."""
    if len(node.ops) != 1:
        return None
    left, right = node.left, node.comparators[0]
    for one, other in ((left, right), (right, left)):
        subject = shaped(one)
        if isinstance(other, ast.Call) and last_name(other.func) == "Size" and other.args:
            other = other.args[0]
        if subject is not None and isinstance(other, (ast.Tuple, ast.List)):
            if not any(isinstance(each, ast.Starred) for each in other.elts):
                return subject, len(other.elts)
    return None


def _number(node: ast.expr) -> int | tuple[int, ...] | None:
    """A number that is spelled out, or several."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        numbers = [_number(each) for each in node.elts]
        known = tuple(each for each in numbers if isinstance(each, int))
        return known if len(known) == len(numbers) else None
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def counted(node: ast.expr) -> ast.expr | None:
    """The `x` of what gives its number of axes."""
    match node:
        case ast.Attribute(value=subject, attr="ndim"):
            return subject
        case ast.Call(func=ast.Attribute(value=subject, attr=name), args=[], keywords=[]):
            return subject if name in _METHODS else None
        case ast.Call(func=func, args=[given], keywords=[]) if not isinstance(given, ast.Starred):
            if isinstance(func, ast.Name):
                return shaped(given) if func.id == "len" else None
            return given if dotted_name(func) in ("np.ndim", "numpy.ndim") else None
        case ast.Attribute(attr="shape"):
            return shaped(node)
        case ast.NamedExpr(value=inner):
            return counted(inner)
        case _:
            return None


def shaped(node: ast.expr) -> ast.expr | None:
    """The `x` of what gives its shape."""
    match node:
        case ast.Attribute(value=subject, attr="shape"):
            return subject
        case ast.Call(func=ast.Attribute(value=subject, attr="size"), args=[], keywords=[]):
            return subject
        case ast.Call(func=func, args=[given], keywords=[]) if not isinstance(given, ast.Starred):
            return given if dotted_name(func) in ("np.shape", "numpy.shape") else None
        case _:
            return None


def measured(node: ast.expr) -> ast.expr | None:
    """The `x` of what gives its number of elements."""
    match node:
        case ast.Attribute(value=subject, attr="size"):
            return subject
        case ast.Call(func=ast.Attribute(value=subject, attr=name), args=[], keywords=[]):
            return subject if name in _ELEMENTS else None
        case _:
            return None
