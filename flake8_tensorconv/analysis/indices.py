"""What the indices of a subscript are: numbers, or names of numbers."""

from __future__ import annotations

import libcst as cst

from flake8_tensorconv.analysis.array_layout import is_dots
from flake8_tensorconv.analysis.bindings import Binding, bindings_in
from flake8_tensorconv.analysis.regions import Axis, Bound, Index, Span, Symbol, Turn
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.storages import member
from flake8_tensorconv.analysis.syntax import excerpt, walk
from flake8_tensorconv.analysis.values import Constant, Value

#: Calls that give the same whenever they are given the same.
_PURE = {"len", "int", "min", "max", "abs", "range", "enumerate", "zip", "reversed"}


def index_of(run: Run, node: cst.Subscript) -> Index:
    """The indices of a subscript as they are now."""
    before: list[Axis] = []
    last: list[Axis] | None = None
    for element in node.slice:
        if is_dots(element.slice):
            last = []
            continue
        into = before if last is None else last
        if isinstance(element.slice, cst.Slice):
            given = element.slice
            into.append(
                Span(_bound(run, given.lower), _bound(run, given.upper), _bound(run, given.step))
            )
        else:
            assert isinstance(element.slice, cst.Index)
            into.append(_number(run, element.slice.value))
    return Index(tuple(before), tuple(last or ()))


def _bound(run: Run, node: cst.BaseExpression | None) -> Bound:
    if node is None or (isinstance(node, cst.Name) and node.value == "None"):
        return None
    return _number(run, node)


def _number(run: Run, node: cst.BaseExpression) -> int | Symbol:
    found = run.peek(node).alternatives
    only = found[0] if len(found) == 1 else None
    if isinstance(only, Constant) and isinstance(only.value, int):
        return int(only.value)
    turns = _turns(run, node)
    if turns is None:  # the same words may stand for another number elsewhere
        moves = any(isinstance(each, cst.Attribute) for each in walk(node))
        return Symbol(excerpt(node), (node, run.frame.path), _all_turns(run), moves)
    return Symbol(excerpt(node), run.frame.path, turns)


def _all_turns(run: Run) -> tuple[tuple[int, int], ...]:
    return tuple(enumerate(run.program.loops))


def _turns(run: Run, node: cst.BaseExpression) -> tuple[tuple[cst.CSTNode | int, int], ...] | None:
    """The turns of loops on which an expression depends; None if it may change in between."""
    turns: dict[cst.CSTNode | int, int] = {}
    bindings = bindings_of(run)
    for each in walk(node):
        if isinstance(each, (cst.Attribute, cst.Subscript, cst.Await, cst.NamedExpr)):
            return None
        if isinstance(each, cst.Call) and not _is_pure(each):
            return None
        if not isinstance(each, cst.Name):
            continue
        binding = bindings.get(each.value)
        if binding is None:
            continue
        if not binding.once:
            return None
        if binding.loop is not None and binding.over is not None and _is_steady(run, binding.over):
            turns[binding.loop] = run.program.turns.get(binding.loop, 0)
        elif binding.inside_loop:
            turns |= dict(_all_turns(run))
    return tuple(turns.items())


def in_latest_turn(run: Run, holder: cst.BaseExpression, held: Value) -> Value:
    """What lies in an object that a loop gets: in another turn it is that of another object."""
    if not isinstance(holder, cst.Name) or (found := bindings_of(run).get(holder.value)) is None:
        return held
    if not found.once or found.loop is None or found.loop not in run.program.turns:
        return held
    return member(held, Turn(found.loop, run.program.turns[found.loop]))


def bindings_of(run: Run) -> dict[str, Binding]:
    """How the variables of the function (or module) that is being run are bound."""
    return _bindings(run, run.stack[-1].node if run.stack else run.program.module)


def module_bindings(run: Run) -> dict[str, Binding]:
    """How the variables of the module are bound."""
    return _bindings(run, run.program.module)


def _bindings(run: Run, body: cst.CSTNode) -> dict[str, Binding]:
    found = run.program.bound.get(body)
    if found is None:
        found = run.program.bound[body] = bindings_in(body)
    return found


def _is_steady(run: Run, over: cst.BaseExpression) -> bool:
    """Is what a loop goes through the same whenever the loop begins?"""
    bindings = bindings_of(run)
    for each in walk(over):
        if isinstance(each, cst.Call) and not _is_pure(each):
            return False
        if isinstance(each, cst.Name) and (found := bindings.get(each.value)) is not None:
            if not found.once or found.inside_loop:
                return False
    return True


def _is_pure(call: cst.Call) -> bool:
    return isinstance(call.func, cst.Name) and call.func.value in _PURE
