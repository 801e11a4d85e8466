"""Numbers of double precision that pass through single precision on their way."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import Widened
from flake8_tensorconv.lattice.values import Dtypes, Tensor

_DOUBLE = frozenset({"float64"})


def tell_widened(run: Run, tensor: Tensor, dtype: Dtypes) -> None:
    """Tell of a tensor that is cast to what may be wider than the constructor that has rounded it.

    Args:
        run: the run.
        tensor: what is cast.
        dtype: what it is cast to.
    """
    made = None if tensor.dtype_reason is None else tensor.dtype_reason.node
    if not run.program.events.kept or not isinstance(made, ast.Call):
        return
    if "float32" in tensor.dtype and dtype & {"float64", "?"}:
        widened = "float64" if dtype == _DOUBLE else "?"
        run.program.tell(Widened(made, made, widened))
