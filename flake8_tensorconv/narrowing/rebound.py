"""Variables that hold a tensor on one path and something else on another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import DEFINITIONS, TRIES, children, spelled, walk
from flake8_tensorconv.lattice.values import Value

_SCOPES = (*DEFINITIONS, ast.Lambda)


def is_rebound_to_tensor(run: Run, operand: ast.expr, given: Value, call: ast.Call) -> bool:
    """Is a variable that may be something else surely a tensor on a path that leads to a call?

    What an element of a container or an attribute may be does not count: that a list holds tensors
    after a loop over it, or an object after a method, says nothing of before. Nor do calls that
    stand under a test of the variable or catch what its assignment raises: these may know.
    """
    tensors = [each for each in given.tensors if each.sure and not each.declared]
    if not isinstance(operand, ast.Name) or given.is_unknown or not tensors:
        return False
    activation = run.activation
    if operand.id not in run.frame.names or activation.class_body is not None:
        return False
    scope = run.file.tree if activation.info is None else activation.info.node
    if any(_knows(each, operand.id) for each in _around(scope, call)):
        return False
    return any(_is_tensor(run.peek(each)) for each in _assigned(scope, operand.id))


def _is_tensor(given: Value) -> bool:
    sure = [t for t in given.tensors if t.sure and not t.declared]
    return bool(sure) and len(sure) == len(given.alternatives)


def _assigned(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """What is assigned to a variable of the scope that this is, or stands in."""
    match node:
        case ast.Assign(targets=[ast.Name(id=found)], value=given):
            if found == name:
                yield given
        case ast.AugAssign(target=ast.Name(id=found), value=given) if found == name:
            yield given
        case _:
            for child in children(node):
                if not isinstance(child, _SCOPES):
                    yield from _assigned(child, name)


def _around(node: ast.AST, call: ast.AST) -> Iterator[ast.AST]:
    """The nodes around a call, innermost first; nothing if it is not in this one."""
    for child in children(node):
        if child is call:
            yield node
            return
        found = list(_around(child, call))
        if found:
            yield from found
            yield node
            return


def _knows(node: ast.AST, name: str) -> bool:
    """Does what stands in a statement or expression depend on a test of the variable?"""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            return _mentions(test, name)
        case ast.BoolOp(values=values):
            return any(_mentions(each, name) for each in values[:-1])
        case ast.Match(subject=subject):
            return _mentions(subject, name)
        case _:
            return isinstance(node, (*TRIES, ast.ExceptHandler))


def _mentions(node: ast.AST, name: str) -> bool:
    return any(name in spelled(each) for each in walk(node))
