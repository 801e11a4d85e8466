"""What really happens in a program about shared memory: it is run as it is, and run copying."""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from collections.abc import Collection
from typing import Any

import torch

#: Functions and methods that may hand memory over to the other library.
_CONVERSIONS = {"from_numpy", "as_tensor", "asarray", "Tensor", "numpy", "from_dlpack"}

#: Line (1-based) and column (0-based) of a conversion's name.
Place = tuple[int, int]


def printed(text: str) -> str | None:
    """What a program prints; None if it raises."""
    return _run(ast.parse(text))


def printed_copying(text: str, places: Collection[Place] | None = None) -> str | None:
    """What a program prints if its conversions copy: those at `places`, or all."""
    return _run(_Copying(places).visit(ast.parse(text)))


def _copied(result: Any, operand: Any) -> Any:
    if isinstance(result, torch.Tensor) == isinstance(operand, torch.Tensor):
        return result
    return result.clone() if isinstance(result, torch.Tensor) else result.copy()


def _run(tree: ast.Module) -> str | None:
    out = io.StringIO()
    code = compile(ast.fix_missing_locations(tree), "<program>", "exec")
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(code, {"_copied": _copied})
        except (RuntimeError, TypeError, ValueError, IndexError):
            return None
    return out.getvalue()


class _Copying(ast.NodeTransformer):
    def __init__(self, places: Collection[Place] | None) -> None:
        self.places = places

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr not in _CONVERSIONS:
            return node
        place = (func.end_lineno or 0, (func.end_col_offset or 0) - len(func.attr))
        if self.places is not None and place not in self.places:
            return node
        operand = func.value if func.attr == "numpy" else node.args[0]
        return ast.Call(ast.Name("_copied", ast.Load()), [node, operand], [])
