"""Indices, classes and targets of a dtype that torch refuses there."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.asking import is_caught, is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.computations import IndexDtype
from flake8_tensorconv.index.syntax import called_name
from flake8_tensorconv.knowledge.item_access import index_of
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.values import Tensor


def tell_index_dtype(
    run: Run, dotted: str, args: Arguments, node: ast.AST, *, bound: bool = False
) -> None:
    """Tell of an index that is surely of a refused dtype.

    Args:
        run: the run.
        dotted: the function or module; of a method, the function of that name.
        args: what it is given.
        node: the call.
        bound: it is a method: the tensor itself is not among the arguments.
    """
    taken = index_of(dotted)
    program = run.program
    if taken is None or not is_told(run):
        return
    argument = args.get(taken.position - bound, taken.keyword)
    if argument is None or argument.node is None or argument.spread:
        return
    if not isinstance(node, ast.Call) or len(argument.value.alternatives) != 1:
        return
    index = argument.value.alternatives[0]
    if not isinstance(index, Tensor) or not index.sure or index.declared:
        return
    if index.dtype and index.dtype <= taken.refused and not is_caught(run, "RuntimeError"):
        event = IndexDtype(node, called_name(node), argument.node, dotted, index)
        program.tell(event)
