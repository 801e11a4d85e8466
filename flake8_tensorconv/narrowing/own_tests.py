"""Tests that functions of the file ask: `far(x)`, with `return torch.is_tensor(v) and v.is_cuda`.

What such a call says of its arguments is what the function asks of its parameters, so the test is
narrowed by as if it were written where it is called.
"""

from __future__ import annotations

import ast
from copy import copy

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import call_args, dotted_name, parameters, walk
from flake8_tensorconv.lattice.values import Function, Value

#: What a test is made of; all else may do something when it is asked.
_PLAIN = (
    ast.BoolOp, ast.boolop, ast.UnaryOp, ast.unaryop, ast.Compare, ast.cmpop, ast.Call,
    ast.Attribute, ast.Name, ast.Constant, ast.Tuple, ast.expr_context,
)  # fmt: skip


def written_out(run: Run, callee: Value, call: ast.Call) -> ast.expr | None:
    """The test that a call of a function of the file asks, of its arguments.

    Args:
        run: the run.
        callee: what is called.
        call: the call.

    Returns:
        The test; None if the function does more than to ask one, or if its names are others here.
    """
    only = callee.alternatives[0] if len(callee.alternatives) == 1 else None
    if not isinstance(only, Function) or only.receiver is not None or only.overloads is not None:
        return None
    function = only.closure.info.node
    asked = _returned(function)
    expected = [each for each in parameters(function.args) if not each.star]
    args = call_args(call)
    if asked is None or len(args) != len(parameters(function.args)) or len(expected) != len(args):
        return None
    given: dict[str, ast.expr] = {}
    for place, arg in enumerate(args):
        if arg.star or dotted_name(arg.value) is None:
            return None
        given[arg.keyword or expected[place].name] = arg.value
    if given.keys() != {each.name for each in expected}:
        return None
    return _replaced(asked, given) if _means_the_same(run, only, asked, given) else None


def _returned(function: ast.AST) -> ast.expr | None:
    """What a function gives back that does nothing else."""
    if isinstance(function, ast.Lambda):
        return function.body
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return None
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None


def _means_the_same(run: Run, only: Function, test: ast.expr, given: dict[str, ast.expr]) -> bool:
    """Is a test plain, and are its names, but for the parameters, the same where it is called?"""
    for node in walk(test):
        if not isinstance(node, _PLAIN):
            return False
        if isinstance(node, ast.Name) and node.id not in given:
            home = run.home(node.id)
            if home is not None and home is not only.closure.frame:
                return False
        if isinstance(node, ast.Call):
            called = run.peek(node.func) if dotted_name(node.func) else None
            if called is not None and any(isinstance(e, Function) for e in called.alternatives):
                return False  # it may call itself
    return True


def _replaced(node: ast.expr, given: dict[str, ast.expr]) -> ast.expr:
    """An expression with arguments in place of the parameters."""
    if isinstance(node, ast.Name):
        return given.get(node.id, node)
    made = copy(node)
    for field, held in ast.iter_fields(node):
        if isinstance(held, ast.expr):
            setattr(made, field, _replaced(held, given))
        elif isinstance(held, list):
            parts = [_replaced(e, given) if isinstance(e, ast.expr) else e for e in held]
            setattr(made, field, parts)
    return made
