"""Numbers of double precision that pass through single precision on their way."""

from __future__ import annotations

from dataclasses import replace

from flake8_tensorconv.analysis.events import ToTensor
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.values import Array, Dtypes, Tensor

_DOUBLE = frozenset({"float64"})


def tell_widened(run: Run, tensor: Tensor, dtype: Dtypes) -> None:
    """Tell of a tensor that is cast to what may be wider than the constructor that has rounded it.

    Args:
        run: the run.
        tensor: what is cast.
        dtype: what it is cast to.
    """
    reason = tensor.dtype_reason
    if not run.program.events.kept or reason is None or "float32" not in tensor.dtype:
        return
    if not dtype & {"float64", "?"}:
        return
    for event in reversed(run.program.events.met):
        if isinstance(event, ToTensor) and event.call is reason.node and event.given.of(Array):
            widened = "float64" if dtype == _DOUBLE else "?"
            run.program.events.append(replace(event, widened=widened))
            return
