"""What tests of the number of axes leave of a value: `x.ndim == 2`, `if x.shape`, `x.numel() == 1`.

Some things happen only to what has axes, or has a certain number of them: a row is read backwards
in a matrix alone, and `torch.from_numpy` takes an array but no NumPy scalar, which has no axes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace

from flake8_tensorconv.contents.refining import refine, refine_holders
from flake8_tensorconv.contents.turns import narrowed
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.axes import Numbered, compared_shapes, counted, measured, numbered
from flake8_tensorconv.index.index import Index
from flake8_tensorconv.lattice.truth import OPERATORS
from flake8_tensorconv.lattice.values import Alternative, Array, Constant, Plain, Tensor, Value
from flake8_tensorconv.narrowing.class_conditions import remembered_test

#: NumPy's arrays have no more axes than this.
_MOST = 64


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


def held_axes_test(run: Run, node: ast.expr) -> AxesTest | None:
    """The test that an expression is, also of a variable that holds a number of axes."""
    asked = numbered(node) if isinstance(node, ast.Compare) else None
    if asked is not None and isinstance(asked.left, ast.Name):
        held = remembered_test(run, asked.left)
        return None if held is None else _numbered_test(replace(asked, left=held))
    return axes_test(node)


def axes_test(node: ast.expr) -> AxesTest | None:
    """The test that an expression is, if it is one of the number of axes."""
    if not isinstance(node, ast.Compare):
        subject = counted(node)
        return None if subject is None else AxesTest(subject, bool)
    if type(node.ops[0]) in (ast.Eq, ast.NotEq) and (shape := compared_shapes(node)) is not None:
        holder, length = shape
        unequal = type(node.ops[0]) is ast.NotEq
        return AxesTest(holder, lambda axes: _same_shape(axes, length, unequal))
    asked = numbered(node)
    return None if asked is None else _numbered_test(asked)


def _numbered_test(asked: Numbered) -> AxesTest | None:
    if asked.operator not in OPERATORS:
        return None
    compare, number = OPERATORS[asked.operator], asked.number
    if (subject := counted(asked.left)) is not None:
        return AxesTest(subject, lambda axes: compare(axes, number))
    if (subject := measured(asked.left)) is not None:
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


def _same_shape(axes: int, length: int, unequal: bool) -> bool | None:
    """Is a shape equal (or unequal) to one of that length? None if its numbers decide."""
    if axes != length:
        return unequal
    return None if length else not unequal
