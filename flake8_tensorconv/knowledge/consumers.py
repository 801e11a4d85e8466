"""Functions of other libraries that read arguments as arrays, through `__array__`.

Measured with matplotlib 3.10, pandas 2.3, scikit-learn 1.7 and SciPy 1.16: each raises on a tensor
that requires grad or lies on an accelerator, because it calls `np.asarray` on the argument.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Consumer:
    """Which arguments of a function are read as arrays.

    Attributes:
        positional: their positions; None for all.
        keywords: their names.
    """

    positional: frozenset[int] | None
    keywords: frozenset[str] = frozenset()


_XY = Consumer(frozenset({0, 1}), frozenset({"x", "y"}))
_FIRST = Consumer(frozenset({0}), frozenset({"x", "X", "data"}))
_ALL = Consumer(None)

_PLOTTING = {
    "plot": _ALL, "scatter": _XY, "bar": _XY, "barh": _XY, "step": _XY, "stem": _XY,
    "semilogx": _XY, "semilogy": _XY, "loglog": _XY, "errorbar": _XY, "hist": _FIRST,
    "imshow": _FIRST, "matshow": _FIRST, "boxplot": _FIRST, "violinplot": _FIRST,
    "contour": _ALL, "contourf": _ALL, "pcolormesh": _ALL, "fill_between": Consumer(frozenset({0, 1, 2})),
    "quiver": _ALL, "hist2d": _XY, "hexbin": _XY,
}  # fmt: skip
_SKLEARN_METRICS = Consumer(
    frozenset({0, 1}),
    frozenset({"y_true", "y_pred", "y_score", "y_prob", "labels_true", "labels_pred", "X"}),
)
_SCIPY_PARTS = ("linalg", "signal", "ndimage", "stats", "fft", "special", "spatial", "interpolate")


def consumed(dotted: str) -> Consumer | None:
    """What the function of this dotted name reads as arrays; None if that is not known."""
    root, _, name = dotted.rpartition(".")
    if root in ("matplotlib.pyplot", "matplotlib.axes.Axes", "pylab"):
        return _PLOTTING.get(name)
    if dotted in ("pandas.DataFrame", "pandas.Series"):
        return _FIRST
    if root.startswith("sklearn.metrics") and name.islower():
        return _SKLEARN_METRICS
    parts = dotted.split(".")
    if parts[0] == "scipy" and len(parts) >= 3 and parts[1] in _SCIPY_PARTS and name.islower():
        return _FIRST
    return None
