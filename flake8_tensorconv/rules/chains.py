"""Chains of methods: what they have done to a tensor already, and where more go."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from flake8_tensorconv.index.syntax import call_args, keyword, last_name, string_of, walk
from flake8_tensorconv.libraries.torch.tensor_moves import CASTS

#: Methods that only move and cast, whatever they are given.
_MOVES = frozenset({"to", "type", "type_as", "cuda", "cpu", "xpu", "mps", "npu", "hpu"})
_GUARDS = frozenset(
    {"detach", "float", "cfloat", "dequantize", "to_dense", "resolve_conj", "resolve_neg"}
)
#: What leaves dtype and values alone, so that a guard before it still holds.
_TRANSPARENT = frozenset({
    "detach", "cpu", "cuda", "clone", "contiguous", "view", "reshape", "flatten", "squeeze",
    "unsqueeze", "permute", "transpose", "t", "expand", "repeat",
})  # fmt: skip


def missing(expression: ast.expr, methods: Sequence[str]) -> tuple[str, ...]:
    """Those of the methods whose work the chain that the expression is has not done."""
    return tuple(method for method in methods if not _has(expression, method))


def insertion_point(expression: ast.expr, methods: tuple[str, ...]) -> ast.expr:
    """Where in a chain the guards go: a detach before the move, which autograd then skips."""
    if methods != ("detach",):
        return expression
    while (step := _receiver(expression)) is not None and _moves_to_cpu(step[1], step[2]):
        expression = step[0]
    return expression


def _has(expression: ast.expr, method: str) -> bool:
    for name, call in _steps(expression):
        if _does(method, name, call):
            return True
        if not _keeps(method, name, call):
            return False
    return False


def _does(method: str, name: str, call: ast.Call | None) -> bool:
    """Does a step of a chain do what a method does?"""
    match method:
        case "cpu":
            return _moves_to_cpu(name, call)
        case "detach":
            return name in ("detach", "data")
        case _:
            return name == method


def _keeps(method: str, name: str, call: ast.Call | None) -> bool:
    """Does a step of a chain leave what a method has done before it?"""
    match method:
        case "cpu":
            return name not in _MOVES or _is_cast(name, call)
        case "detach":
            return name in _MOVES or name in _GUARDS or _is_of_literals(name, call)
        case "clone":
            return name == "detach"
        case _:
            moved = name == "to" and not _is_cast(name, call)
            return moved or name in _TRANSPARENT or name in _GUARDS


def _steps(expression: ast.expr) -> Iterator[tuple[str, ast.Call | None]]:
    """The methods of a chain, the last one first; `.data` is one without a call."""
    while True:
        if (step := _receiver(expression)) is not None:
            expression, name, call = step
            yield name, call
        elif isinstance(expression, ast.Attribute) and expression.attr == "data":
            yield "data", None
            expression = expression.value
        else:
            return


def _receiver(expression: ast.expr) -> tuple[ast.expr, str, ast.Call] | None:
    """Take `x.name(...)` apart into `x`, the name and the call."""
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        return expression.func.value, expression.func.attr, expression
    return None


def _moves_to_cpu(name: str, call: ast.Call | None) -> bool:
    """Is it `.cpu()`, `.to("cpu")` or `.to(torch.device("cpu"))`?"""
    if name == "cpu":
        return True
    if name != "to" or call is None or not call_args(call):
        return False
    target = keyword(call, "device") or call_args(call)[0].value
    if isinstance(target, ast.Call) and len(call_args(target)) == 1:
        target = call_args(target)[0].value
    return string_of(target) == "cpu"


def _is_cast(name: str, call: ast.Call | None) -> bool:
    """Does `.to(...)` name a dtype, and nothing else? `d` in `.to(d)` is taken for a device."""
    given = [] if name != "to" or call is None else call_args(call)
    if len(given) != 1:
        return False
    if given[0].keyword is not None:
        return given[0].keyword == "dtype"
    return any("dtype" in each or each in _DTYPES for each in _names(given[0].value))


_DTYPES = {*CASTS, *CASTS.values()}


def _names(node: ast.AST) -> Iterator[str]:
    for each in walk(node):
        if isinstance(each, ast.Name | ast.Attribute):
            yield last_name(each)


def _is_of_literals(name: str, call: ast.Call | None) -> bool:
    """Is it a method that is given no tensor, and does not switch recording on again?"""
    if call is None or name.startswith("requires_grad"):
        return False
    return not any(True for arg in call_args(call) for _ in _names(arg.value))
