"""Variables that hold a tensor on one path and something else on another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.values import Value
from flake8_tensorconv.syntax import children, walk

_SCOPES = (ast.FunctionDef, ast.ClassDef, ast.Lambda)


def is_rebound_to_tensor(
    run: Run, operand: ast.expr, given: Value, call: ast.Call
) -> bool:
    """Is a variable that may be something else surely a tensor on a path that leads to a call?

    What an element of a container or an attribute may be does not count: that a list holds tensors
    after a loop over it, or an object after a method, says nothing of before. Nor do calls that
    stand under a test of the variable or catch what its assignment raises: these may know.
    """
    tensors = [each for each in given.tensors if each.sure and not each.declared]
    if not isinstance(operand, ast.Name) or given.is_unknown or not tensors:
        return False
    activation = run.activation
    if operand.value not in run.frame.names or activation.class_body is not None:
        return False
    body = run.program.module if activation.info is None else activation.info.node.body
    if any(_knows(each, operand.value) for each in _around(body, call)):
        return False
    return any(_is_tensor(run.peek(each)) for each in _assigned(body, operand.value))


def _is_tensor(given: Value) -> bool:
    sure = [t for t in given.tensors if t.sure and not t.declared]
    return bool(sure) and len(sure) == len(given.alternatives)


def _assigned(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """What is assigned to a variable of the scope whose body this is."""
    match node:
        case ast.Assign(targets=[cst.AssignTarget(target=ast.Name(id=found))], value=given):
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
        case ast.BoolOp(left=left):
            return _mentions(left, name)
        case ast.Match(subject=subject):
            return _mentions(subject, name)
        case ast.Try() | ast.TryStar() | ast.ExceptHandler() | cst.ExceptStarHandler():
            return True
        case _:
            return False


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.value == name for each in walk(node))
