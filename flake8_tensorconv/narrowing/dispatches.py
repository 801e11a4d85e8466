"""Functions for tensors and arrays alike, which ask one argument what all of them are.

    def transform(points, matrix):
        if isinstance(points, np.ndarray):
            return np.dot(matrix, points)
        return torch.matmul(matrix, points)

Whoever passes a tensor as the matrix, and points of which nothing is known, passes tensors: where
the points are an array, the matrix is what other callers pass.
"""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import parameters, walk
from flake8_tensorconv.lattice.values import UNKNOWN, Tensor, Value


def doubt_others(run: Run, node: ast.expr, tested: Value, kept: Value) -> None:
    """Forget what a caller has passed beside what may be anything and is no tensor by this test.

    Args:
        run: the run.
        node: what is tested.
        tested: what it might be before.
        kept: what is left of that.
    """
    if run.entered_alone or not run.stack or type(node) is not ast.Name or kept.tensors:
        return
    if not tested.is_unknown:
        return
    function = run.stack[-1].node
    names = {each.name for each in parameters(function.args)}
    if node.id not in names:
        return
    others = {name for name in names if any(t.sure for t in run.peek(ast.Name(name)).tensors)}
    if others:
        others -= {n.id for n in walk(function) if type(n) is ast.Name and _is_bound(n)}
    for name in others:
        other = run.peek(ast.Name(name))
        doubted = other.without(Tensor).alternatives + UNKNOWN.alternatives
        refine(run, ast.Name(name), Value(doubted))


def _is_bound(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
