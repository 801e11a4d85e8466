"""What the indices of a subscript are: numbers, or names of numbers."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.bindings import Binding
from flake8_tensorconv.index.syntax import dotted_name, is_constant, subscripts, walk
from flake8_tensorconv.lattice.array_layout import is_dots
from flake8_tensorconv.lattice.storages import member
from flake8_tensorconv.lattice.values import Constant, Value
from flake8_tensorconv.locations.regions import Axis, Bound, Index, Span, Symbol, Turn

#: Calls that give the same whenever they are given the same.
_PURE = {"len", "int", "min", "max", "abs", "range", "enumerate", "zip", "reversed"}


def index_of(run: Run, node: ast.Subscript) -> Index:
    """The indices of a subscript as they are now."""
    before: list[Axis] = []
    last: list[Axis] | None = None
    for given in subscripts(node):
        if is_dots(given):
            last = []
            continue
        into = before if last is None else last
        if isinstance(given, ast.Slice):
            into.append(
                Span(_bound(run, given.lower), _bound(run, given.upper), _bound(run, given.step))
            )
        else:
            into.append(_number(run, given))
    return Index(tuple(before), tuple(last or ()))


def _bound(run: Run, node: ast.expr | None) -> Bound:
    if node is None or is_constant(node, None):
        return None
    return _number(run, node)


def _number(run: Run, node: ast.expr) -> int | Symbol:
    found = run.peek(node).alternatives
    only = found[0] if len(found) == 1 else None
    if isinstance(only, Constant) and isinstance(only.value, int):
        return int(only.value)
    turns = _turns(run, node)
    if turns is None:  # the same words may stand for another number elsewhere
        moves = any(isinstance(each, ast.Attribute) for each in walk(node))
        return Symbol(_text(node), (node, run.frame.path), _all_turns(run), moves)
    return Symbol(_text(node), run.frame.path, turns)


def _text(node: ast.expr) -> str:
    return dotted_name(node) or ast.unparse(node)  # the latter is slow


def _all_turns(run: Run) -> tuple[tuple[int, int], ...]:
    return tuple(enumerate(run.program.loops))


def _turns(run: Run, node: ast.expr) -> tuple[tuple[ast.AST | int, int], ...] | None:
    """The turns of loops on which an expression depends; None if it may change in between."""
    turns: dict[ast.AST | int, int] = {}
    bindings = bindings_of(run)
    for each in walk(node):
        if isinstance(each, (ast.Attribute, ast.Subscript, ast.Await, ast.NamedExpr)):
            return None
        if isinstance(each, ast.Call) and not _is_pure(each):
            return None
        if not isinstance(each, ast.Name):
            continue
        binding = bindings.get(each.id)
        if binding is None:
            continue
        if not binding.once:
            return None
        if binding.loop is not None and _begins_alike(run, binding):
            turns[binding.loop] = run.program.turns.get(binding.loop, 0)
        elif binding.inside_loop:
            turns |= dict(_all_turns(run))
    return tuple(turns.items())


def in_latest_turn(run: Run, holder: ast.expr, held: Value) -> Value:
    """What lies in an object that a loop gets: in another turn it is that of another object."""
    if not isinstance(holder, ast.Name) or (found := bindings_of(run).get(holder.id)) is None:
        return held
    if not found.once or found.loop is None or found.loop not in run.program.turns:
        return held
    return member(held, Turn(found.loop, run.program.turns[found.loop]))


def bindings_of(run: Run) -> dict[str, Binding]:
    """How the variables of the function (or module) that is being run are bound."""
    index = run.file.index
    return index.bindings(run.stack[-1].node if run.stack else index.tree)


def module_bindings(run: Run) -> dict[str, Binding]:
    """How the variables of the module are bound."""
    return run.file.index.bindings(run.file.tree)


def _begins_alike(run: Run, binding: Binding) -> bool:
    """Does the loop begin once only, or go through the same whenever it begins?"""
    return not binding.inside_loop or (binding.over is not None and _is_steady(run, binding.over))


def _is_steady(run: Run, over: ast.expr) -> bool:
    """Is what a loop goes through the same whenever the loop begins?"""
    bindings = bindings_of(run)
    for each in walk(over):
        if isinstance(each, ast.Call) and not _is_pure(each):
            return False
        if isinstance(each, ast.Name) and (found := bindings.get(each.id)) is not None:
            if not found.once or found.inside_loop:
                return False
    return True


def _is_pure(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in _PURE
