"""What tests of the number of axes leave of a value: `x.ndim == 2`, `if x.shape`, `x.numel() == 1`.

Some things happen only to what has axes, or has a certain number of them: a row is read backwards
in a matrix alone, and `torch.from_numpy` takes an array but no NumPy scalar, which has no axes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from flake8_tensorconv.contents.refining import refine, refine_holders
from flake8_tensorconv.contents.turns import narrowed
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.syntax import dotted_name, last_name
from flake8_tensorconv.lattice.truth import OPERATORS
from flake8_tensorconv.lattice.values import Alternative, Array, Constant, Plain, Tensor, Value

#: NumPy's arrays have no more axes than this.
_MOST = 64
_METHODS = {"dim", "ndimension"}
_ELEMENTS = {"numel", "nelement"}
_MIRRORED: dict[type, type] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}


def asks_for_axes(index: Index) -> bool:
    """Does a file ask anywhere how many axes something has?"""
    if index.mentions("ndim", "ndimension"):
        return True
    for kind, part in _ASKING.items():
        for node, _ in index.nodes.get(kind, ()):
            asked = getattr(node, part) if part else node
            if isinstance(asked, ast.expr) and axes_test(asked) is not None:
                return True
    return False


#: Where a number of axes is asked for: the node itself, or that part of it.
_ASKING = {ast.Call: "", ast.Compare: "", ast.UnaryOp: "operand", ast.If: "test", ast.IfExp: "test"}


@dataclass(frozen=True)
class AxesTest:
    """A test of the number of axes.

    Attributes:
        subject: what it is about.
        holds: is it true for a number of axes? None if that does not decide.
    """

    subject: ast.expr
    holds: Callable[[int], bool | None]


def axes_test(node: ast.expr) -> AxesTest | None:
    """The test that an expression is, if it is one of the number of axes."""
    if not isinstance(node, ast.Compare):
        counted = _counted(node)
        return None if counted is None else AxesTest(counted, bool)
    if len(node.ops) != 1:
        return None
    kind: type = type(node.ops[0])
    left, right = node.left, node.comparators[0]
    if kind in (ast.Eq, ast.NotEq) and (shape := _compared_shapes(left, right)) is not None:
        holder, length = shape
        unequal = kind is ast.NotEq
        return AxesTest(holder, lambda axes: _same_shape(axes, length, unequal))
    number = _number(right)
    if number is None:
        kind, left, number = _MIRRORED.get(kind, kind), right, _number(left)
    if number is None or kind not in OPERATORS:
        return None
    compare = OPERATORS[kind]
    if isinstance(number, Collection) != (kind in (ast.In, ast.NotIn)):
        return None
    if (subject := _counted(left)) is not None:
        return AxesTest(subject, lambda axes: compare(axes, number))
    if (subject := _measured(left)) is not None:
        return AxesTest(subject, lambda axes: compare(1, number) if axes == 0 else None)
    return None


def narrow_by_axes(run: Run, test: AxesTest, truth: bool) -> bool:
    """Go on under the assumption that the test turns out as `truth`.

    Returns:
        Whether that is possible at all.
    """
    answers = [test.holds(axes) for axes in range(_MOST)]
    left = [axes for axes, answer in enumerate(answers) if answer in (None, truth)]
    tested = run.peek(test.subject)

    def keep(each: Alternative) -> tuple[Alternative, ...]:
        return narrowed(each, lambda it: _with(it, left))

    kept = [k for each in tested.alternatives for k in keep(each)]
    if not kept and tested.alternatives:
        return False
    refine_holders(run, test.subject, keep)
    if kept != list(tested.alternatives):
        refine(run, test.subject, Value(tuple(kept)))
    return True


def _with(each: Alternative, left: list[int]) -> tuple[Alternative, ...]:
    """What remains of an alternative that has one of these numbers of axes."""
    match each:
        case Tensor(ndim=int(ndim)) | Array(ndim=int(ndim)):
            return (each,) if ndim in left else ()
        case Tensor():
            only = left[0] if len(left) == 1 else None
            return (replace(each, ndim=only, scalar=each.scalar and 0 in left),) if left else ()
        case Array():
            return (replace(each, ndim=left[0]),) if len(left) == 1 else (each,)
        case Plain() if each.is_number and 0 not in left:
            return ()
        case Constant(value=bool() | int() | float() | complex()) if 0 not in left:
            return ()
        case _:
            return (each,)


def _compared_shapes(left: ast.expr, right: ast.expr) -> tuple[ast.expr, int] | None:
    """The `x` of `x.shape == (2, 3)`, and how many axes the other shape has."""
    for one, other in ((left, right), (right, left)):
        subject = _shaped(one)
        if isinstance(other, ast.Call) and last_name(other.func) == "Size" and other.args:
            other = other.args[0]
        if subject is not None and isinstance(other, (ast.Tuple, ast.List)):
            if not any(isinstance(each, ast.Starred) for each in other.elts):
                return subject, len(other.elts)
    return None


def _same_shape(axes: int, length: int, unequal: bool) -> bool | None:
    """Is a shape equal (or unequal) to one of that length? None if its numbers decide."""
    if axes != length:
        return unequal
    return None if length else not unequal


def _number(node: ast.expr) -> int | tuple[int, ...] | None:
    """A number that is spelled out, or several."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        numbers = [_number(each) for each in node.elts]
        known = tuple(each for each in numbers if isinstance(each, int))
        return known if len(known) == len(numbers) else None
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def _counted(node: ast.expr) -> ast.expr | None:
    """The `x` of what gives its number of axes."""
    match node:
        case ast.Attribute(value=subject, attr="ndim"):
            return subject
        case ast.Call(func=ast.Attribute(value=subject, attr=name), args=[], keywords=[]):
            return subject if name in _METHODS else None
        case ast.Call(func=func, args=[given], keywords=[]) if not isinstance(given, ast.Starred):
            if isinstance(func, ast.Name):
                return _shaped(given) if func.id == "len" else None
            return given if dotted_name(func) in ("np.ndim", "numpy.ndim") else None
        case ast.Attribute(attr="shape"):
            return _shaped(node)
        case _:
            return None


def _shaped(node: ast.expr) -> ast.expr | None:
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


def _measured(node: ast.expr) -> ast.expr | None:
    """The `x` of what gives its number of elements."""
    match node:
        case ast.Attribute(value=subject, attr="size"):
            return subject
        case ast.Call(func=ast.Attribute(value=subject, attr=name), args=[], keywords=[]):
            return subject if name in _ELEMENTS else None
        case _:
            return None
