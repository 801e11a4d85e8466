"""Tensors that are detached in a worse way than need be: through `.data`, or behind `.cpu()`."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.asking import is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.computations import Detour
from flake8_tensorconv.index.syntax import call_args, string_of
from flake8_tensorconv.lattice.values import Method, Tensor, Value


def tell_data(run: Run, operand: ast.expr) -> None:
    """`x.data.numpy()`, `x.data.cpu().numpy()`: what is before `.numpy()` is looked at."""
    while (inner := _moved(operand)) is not None:
        operand = inner
    if not isinstance(operand, ast.Attribute) or operand.attr != "data":
        return
    if is_told(run):
        _tell(run, operand, operand, operand.value, "data")


def tell_late_detach(run: Run, callee: Value, node: ast.AST) -> None:
    """`x.cpu().detach()`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr != "detach" or (moved := _moved(node.func.value)) is None:
        return
    if not is_told(run):
        return
    if all(isinstance(e, Method) and isinstance(e.receiver, Tensor) for e in callee.alternatives):
        _tell(run, node, node.func, moved, "cpu")


def _tell(run: Run, call: ast.expr, at: ast.Attribute, operand: ast.expr, via: str) -> None:
    given = run.peek(operand)
    if not given.tensors:
        return
    mixed = len(given.tensors) < len(given.alternatives)
    run.program.tell(Detour(call, at, operand, via, given.tensors, mixed, run.state.grad_mode))


def _moved(expression: ast.expr) -> ast.expr | None:
    """The x of `x.cpu()` and `x.to("cpu")`; None for anything else."""
    if not isinstance(expression, ast.Call) or not isinstance(expression.func, ast.Attribute):
        return None
    name = expression.func.attr
    if name == "cpu":
        return expression.func.value
    args = call_args(expression)
    if name != "to" or len(args) != 1:
        return None
    target = args[0].value
    if isinstance(target, ast.Call) and len(inner := call_args(target)) == 1:
        target = inner[0].value
    return expression.func.value if string_of(target) == "cpu" else None
