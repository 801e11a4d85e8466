"""Questions that the file does not define, but whose names say what they ask."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import last_name
from flake8_tensorconv.lattice.values import Array, Tensor, Value


def doubt(run: Run, test: ast.Call, node: ast.expr) -> None:
    """`is_torch_tensor(x)`: a question that this file does not define, but whose name says it."""
    name = last_name(test.func)
    told = run.peek(node)
    if not name or not isinstance(node, (ast.Name, ast.Attribute)):
        return
    doubted = [
        replace(each, sure=False)
        if (isinstance(each, Array) and _ABOUT_TENSORS.search(name))
        or (isinstance(each, Tensor) and _ABOUT_ARRAYS.search(name))
        else each
        for each in told.alternatives
    ]
    if doubted != list(told.alternatives):
        refine(run, node, Value(tuple(doubted)))


_ABOUT_TENSORS = re.compile(r"torch|tensor", re.IGNORECASE)
_ABOUT_ARRAYS = re.compile(r"numpy|ndarray", re.IGNORECASE)
