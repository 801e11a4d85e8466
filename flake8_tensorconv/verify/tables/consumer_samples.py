"""The functions of other libraries that are asked about tensors, and sample arguments for them."""

from __future__ import annotations

import importlib
import inspect
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from flake8_tensorconv.verify.tables.consumer_calls import (
    CALLS,
    DISTANCES,
    IMAGE,
    LABELS,
    PARTS,
    ROWS,
    SECTIONS,
    SQUARE,
    VECTOR,
    WHOLE,
)

#: The libraries asked; the data file names their versions.
LIBRARIES = ("matplotlib", "pandas", "scikit-learn", "scipy", "pillow", "opencv-python-headless")

#: What is tried for a parameter of any other name, and for the rest after the first one.
_ANY: tuple[Any, ...] = (VECTOR, SQUARE, ROWS)
_LATER: tuple[Any, ...] = (VECTOR, SQUARE, 0.5, 2)


@dataclass(frozen=True)
class Target:
    """A callable to ask.

    Attributes:
        name: its dotted name as users write it.
        make: gives the callable; for a method, that of a fresh object.
        arguments: positional sample arguments; None to find some by the names of the parameters.
        named: what may be given for a parameter of that name, the better first.
        optional: the same for parameters that have a default.
    """

    name: str
    make: Callable[[], Callable[..., Any]]
    arguments: tuple[Any, ...] | None = None
    named: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    optional: Mapping[str, Any] = field(default_factory=dict)

    def choices(self, parameter: str, first: bool) -> tuple[Any, ...]:
        """Samples for a parameter."""
        return self.named.get(parameter, _ANY if first else _LATER)


_PLOT_NAMED = {
    "x": (VECTOR, ROWS),
    "y": (VECTOR,),
    "X": (IMAGE,),
    "Z": (IMAGE,),
    "A": (IMAGE,),
    "y1": (VECTOR,),
    "x1": (VECTOR,),
    "height": (VECTOR,),
    "width": (VECTOR,),
    "heights": (VECTOR,),
    "positions": (VECTOR,),
    "ymin": (0.1,),
    "ymax": (0.2,),
    "xmin": (0.1,),
    "xmax": (0.2,),
    "s": ("text",),
}
_PLOT_OPTIONAL = {
    "s": VECTOR,
    "c": VECTOR,
    "C": VECTOR,
    "xerr": VECTOR,
    "yerr": VECTOR,
    "y2": VECTOR,
    "x2": VECTOR,
    "height": VECTOR,
    "width": VECTOR,
    "bottom": VECTOR,
    "left": VECTOR,
    "weights": VECTOR,
    "bins": np.linspace(0.0, 1.0, 5),
    "positions": VECTOR,
    "levels": VECTOR,
    "alpha": VECTOR,
}
_PLOTTING = dict.fromkeys(
    [
        "acorr",
        "angle_spectrum",
        "bar",
        "barh",
        "boxplot",
        "cohere",
        "csd",
        "ecdf",
        "errorbar",
        "eventplot",
        "fill_between",
        "fill_betweenx",
        "hexbin",
        "hist",
        "hist2d",
        "hlines",
        "imshow",
        "magnitude_spectrum",
        "matshow",
        "phase_spectrum",
        "pie",
        "plot_date",
        "psd",
        "scatter",
        "specgram",
        "spy",
        "stackplot",
        "stairs",
        "stem",
        "step",
        "violinplot",
        "vlines",
        "xcorr",
        "set_xticks",
        "set_yticks",
        "figimage",
    ]
) | {
    "axhline": (np.array(0.3),),
    "axvline": (np.array(0.3),),
    "xticks": (VECTOR,),
    "yticks": (VECTOR,),
    "stackplot": (VECTOR, VECTOR),
    "plot": (VECTOR, VECTOR),
    "loglog": (VECTOR, VECTOR),
    "semilogx": (VECTOR, VECTOR),
    "semilogy": (VECTOR, VECTOR),
    "fill": (VECTOR, VECTOR),
    "contour": (np.arange(16.0), np.arange(16.0), IMAGE),
    "contourf": (np.arange(16.0), np.arange(16.0), IMAGE),
    "pcolor": (np.arange(16.0), np.arange(16.0), IMAGE),
    "pcolormesh": (np.arange(16.0), np.arange(16.0), IMAGE),
    "quiver": (VECTOR, VECTOR, VECTOR, VECTOR),
    "barbs": (VECTOR, VECTOR, VECTOR, VECTOR),
    "streamplot": (np.arange(16.0), np.arange(16.0), IMAGE, IMAGE),
    "tripcolor": (ROWS[:, 0].copy(), ROWS[:, 1].copy(), VECTOR),
    "tricontour": (ROWS[:, 0].copy(), ROWS[:, 1].copy(), VECTOR),
    "tricontourf": (ROWS[:, 0].copy(), ROWS[:, 1].copy(), VECTOR),
    "triplot": (ROWS[:, 0].copy(), ROWS[:, 1].copy()),
}


def _plotting() -> Iterator[Target]:
    importlib.import_module("matplotlib").use("Agg")
    pyplot = importlib.import_module("matplotlib.pyplot")
    for name, arguments in _PLOTTING.items():

        def method(name: str = name) -> Any:
            return getattr(pyplot.figure().add_subplot(), name)

        for space, has, make in (
            ("matplotlib.pyplot", pyplot, partial(getattr, pyplot, name)),
            ("matplotlib.axes.Axes", importlib.import_module("matplotlib.axes").Axes, method),
        ):
            if hasattr(has, name):
                yield Target(f"{space}.{name}", make, arguments, _PLOT_NAMED, _PLOT_OPTIONAL)
    yield Target("matplotlib.pyplot.imsave", lambda: pyplot.imsave, (io.BytesIO(), IMAGE))


def _frames() -> Iterator[Target]:
    pandas = importlib.import_module("pandas")
    for name in ["DataFrame", "Series", "Index", "Categorical"]:
        sample = ROWS if name == "DataFrame" else VECTOR
        yield Target(f"pandas.{name}", partial(getattr, pandas, name), (sample,))
    for name in ["to_numeric", "isna", "notna", "unique", "factorize", "cut", "qcut", "array"]:
        arguments = (VECTOR, 3) if name.endswith("cut") else (VECTOR,)
        yield Target(f"pandas.{name}", partial(getattr, pandas, name), arguments)


_LEARN_NAMED: dict[str, tuple[Any, ...]] = {
    "y_true": (LABELS, WHOLE, VECTOR, PARTS),
    "y_pred": (LABELS, WHOLE, VECTOR, PARTS),
    "y_score": (VECTOR, PARTS),
    "y_proba": (VECTOR, PARTS),
    "pred_decision": (VECTOR,),
    "labels_true": (LABELS, WHOLE),
    "labels_pred": (LABELS, WHOLE),
    "labels": (WHOLE,),
    "X": (ROWS, VECTOR, DISTANCES),
    "Y": (ROWS, PARTS),
    "X_embedded": (PARTS,),
    "x": (VECTOR,),
    "y": (LABELS, WHOLE, VECTOR, PARTS),
    "y1": (WHOLE,),
    "K": (DISTANCES,),
}
_LEARN_OPTIONAL: dict[str, Any] = {
    "sample_weight": VECTOR, "X": ROWS, "Y": ROWS, "y": LABELS
}  # fmt: skip
_LEARN_FUNCTIONS = """
    sklearn.metrics sklearn.metrics.pairwise sklearn.metrics.cluster sklearn.preprocessing
    sklearn.utils sklearn.utils.validation sklearn.utils.extmath sklearn.feature_selection
    sklearn.decomposition sklearn.linear_model sklearn.cluster sklearn.covariance
    sklearn.model_selection sklearn.neighbors sklearn.manifold
"""
_LEARN_CLASSES = """
    calibration cluster covariance cross_decomposition decomposition discriminant_analysis dummy
    ensemble feature_selection gaussian_process impute isotonic kernel_approximation kernel_ridge
    linear_model manifold mixture naive_bayes neighbors neural_network preprocessing
    random_projection semi_supervised svm tree
"""
_METHODS = [
    "fit",
    "predict",
    "transform",
    "fit_transform",
    "fit_predict",
    "predict_proba",
    "predict_log_proba",
    "decision_function",
    "score",
    "score_samples",
    "inverse_transform",
    "partial_fit",
    "kneighbors",
]
#: Wait, print, load something or ask for much time.
_NOT_RUN = frozenset({"sklearn.utils.estimator_html_repr", "scipy.stats.goodness_of_fit"})


def _public(module: Any) -> list[str]:
    """The names that a module offers; without `__all__`, those defined in it."""
    listed: Iterable[str] | None = getattr(module, "__all__", None)
    if listed is not None:
        return sorted(listed)
    return [
        name
        for name, value in sorted(vars(module).items())
        if not name.startswith("_")
        and str(getattr(value, "__module__", "")).startswith(module.__name__)
    ]


def _functions(space: str, **samples: Any) -> Iterator[Target]:
    module = importlib.import_module(space)
    for name in _public(module):
        if not name[0].islower():  # a class, some of which may not even be looked at
            continue
        value = getattr(module, name)
        # A distribution is called for a frozen one, which reads nothing yet.
        if not callable(value) or inspect.isclass(value) or hasattr(value, "rvs"):
            continue
        dotted = f"{space}.{name}"
        if dotted not in _NOT_RUN:
            yield Target(dotted, partial(getattr, module, name), **samples)


def _learning() -> Iterator[Target]:
    for space in _LEARN_FUNCTIONS.split():
        yield from _functions(space, named=_LEARN_NAMED, optional=_LEARN_OPTIONAL)
    yield from _estimators()


def _estimators() -> Iterator[Target]:
    for part in _LEARN_CLASSES.split():
        space = f"sklearn.{part}"
        module = importlib.import_module(space)
        for name in _public(module):
            if not name[0].isupper():
                continue
            cls = getattr(module, name)
            if not inspect.isclass(cls) or not hasattr(cls, "fit"):
                continue
            for method in _METHODS:
                if hasattr(cls, method):
                    yield _estimator_method(space, cls, method)


def _estimator_method(space: str, cls: Any, method: str) -> Target:
    def make() -> Any:
        wanted = inspect.signature(cls).parameters
        small = {"n_components": 1, "n_neighbors": 3, "perplexity": 3, "k": 2}
        estimator = cls(**{name: small[name] for name in small if name in wanted})
        if "fit" not in method:
            for target in ((), (LABELS,), (VECTOR,), (PARTS,)):
                for rows in (ROWS, VECTOR, LABELS):
                    try:
                        estimator.fit(rows, *target)
                        return getattr(estimator, method)
                    except (TypeError, ValueError):
                        continue
        return getattr(estimator, method)

    named = _LEARN_NAMED
    if method == "inverse_transform":
        named = {**named, "X": (PARTS, ROWS, VECTOR[:, None].copy())}
    return Target(f"{space}.{cls.__name__}.{method}", make, None, named, _LEARN_OPTIONAL)


_SCIENCE = """
    scipy.stats scipy.linalg scipy.signal scipy.ndimage scipy.special scipy.fft scipy.interpolate
    scipy.spatial.distance scipy.integrate scipy.cluster.vq scipy.cluster.hierarchy scipy.sparse
    scipy.sparse.linalg
"""
_SCIENCE_NAMED: dict[str, tuple[Any, ...]] = {
    "input": (IMAGE,),
    "size": (3,),
    "sigma": (1.0,),
    "b": (VECTOR, SQUARE),
    "XA": (ROWS,),
    "XB": (ROWS,),
    "Z": (ROWS, SQUARE),
    "window": ("hann", VECTOR),
    "sos": (SECTIONS,),
    "order": (2, 1),
    "s": (2,),
    "axis": (0,),
    "n": (2,),
}
_SCIENCE_OPTIONAL = {"b": SQUARE, "y": VECTOR, "x": VECTOR, "weights": VECTOR, "w": VECTOR}
_DISTRIBUTIONS = [
    "norm",
    "expon",
    "gamma",
    "beta",
    "uniform",
    "t",
    "chi2",
    "lognorm",
    "laplace",
    "logistic",
    "cauchy",
]
_DENSITIES = ["pdf", "logpdf", "cdf", "logcdf", "sf", "ppf", "fit"]


def _science() -> Iterator[Target]:
    for space in _SCIENCE.split():
        for target in _functions(space, named=_SCIENCE_NAMED, optional=_SCIENCE_OPTIONAL):
            if target.name not in CALLS:
                yield target
    stats = importlib.import_module("scipy.stats")
    for name in _DISTRIBUTIONS:
        distribution = getattr(stats, name)
        shapes = (2.0,) * distribution.numargs
        for method in _DENSITIES:
            arguments = (VECTOR,) if method == "fit" else (VECTOR, *shapes)
            yield Target(
                f"scipy.stats.{name}.{method}",
                partial(getattr, distribution, method),
                arguments,
            )
    wave = importlib.import_module("scipy.io.wavfile")
    yield Target("scipy.io.wavfile.write", lambda: wave.write, (io.BytesIO(), 8000, VECTOR))


def _named(dotted: str) -> Any:
    """What a dotted name stands for."""
    parts = dotted.split(".")
    for split in range(len(parts) - 1, 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:split]))
        except ModuleNotFoundError:
            continue
        for part in parts[split:]:
            value = getattr(value, part)
        return value
    raise ModuleNotFoundError(dotted)


def targets(library: str = "") -> Iterator[Target]:
    """All that is asked, or what one library is asked; no other library is imported then.

    Args:
        library: the name that the library is imported by.
    """
    groups = (("matplotlib", _plotting), ("pandas", _frames), ("sklearn", _learning),
              ("scipy", _science))  # fmt: skip
    for name, group in groups:
        if library in ("", name):
            yield from group()
    for dotted, arguments in CALLS.items():
        if library in ("", dotted.split(".")[0]):
            yield Target(dotted, partial(_named, dotted), arguments)
