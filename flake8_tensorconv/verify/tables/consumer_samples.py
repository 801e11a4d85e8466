"""The functions of other libraries that are asked about tensors, and sample arguments for them."""

from __future__ import annotations

import importlib
import inspect
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

#: The libraries asked; the data file names their versions.
LIBRARIES = ("matplotlib", "pandas", "scikit-learn", "scipy", "pillow", "opencv-python-headless")

_N = 12
_RNG = np.random.default_rng(0)
VECTOR = np.linspace(0.05, 0.9, _N)
LABELS = np.tile([0.0, 1.0], _N // 2)
WHOLE = np.tile([0, 1], _N // 2)
SQUARE = np.cov(_RNG.random((4, 40))) + np.eye(4)
ROWS = _RNG.random((_N, 4)) + 0.1
PARTS = ROWS[:, :2] / ROWS[:, :2].sum(axis=1, keepdims=True)
DISTANCES = np.abs(VECTOR[:, None] - VECTOR[None, :])
IMAGE = _RNG.random((16, 16))
PICTURE = (IMAGE * 255).astype(np.uint8)

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
_PLOTTING = {
    name: None
    for name in """
        acorr angle_spectrum bar barh boxplot cohere csd ecdf errorbar eventplot fill_between
        fill_betweenx hexbin hist hist2d hlines imshow magnitude_spectrum matshow
        phase_spectrum pie plot_date psd scatter specgram spy stackplot stairs stem step violinplot
        vlines xcorr set_xticks set_yticks xticks yticks axhline axvline figimage
    """.split()
} | {
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
            ("matplotlib.pyplot", pyplot, lambda name=name: getattr(pyplot, name)),
            ("matplotlib.axes.Axes", importlib.import_module("matplotlib.axes").Axes, method),
        ):
            if hasattr(has, name):
                yield Target(f"{space}.{name}", make, arguments, _PLOT_NAMED, _PLOT_OPTIONAL)
    yield Target("matplotlib.pyplot.imsave", lambda: pyplot.imsave, (io.BytesIO(), IMAGE))


def _frames() -> Iterator[Target]:
    pandas = importlib.import_module("pandas")
    for name in "DataFrame Series Index Categorical".split():
        sample = ROWS if name == "DataFrame" else VECTOR
        yield Target(f"pandas.{name}", lambda name=name: getattr(pandas, name), (sample,))
    for name in "to_numeric isna notna unique factorize cut qcut array".split():
        arguments = (VECTOR, 3) if name.endswith("cut") else (VECTOR,)
        yield Target(f"pandas.{name}", lambda name=name: getattr(pandas, name), arguments)


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
_LEARN_OPTIONAL: dict[str, Any] = {"sample_weight": VECTOR, "Y": ROWS, "y": LABELS}
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
_METHODS = """
    fit predict transform fit_transform fit_predict predict_proba predict_log_proba
    decision_function score score_samples inverse_transform partial_fit kneighbors
""".split()
#: Wait, print, load something or ask for much time.
_NOT_RUN = frozenset({"sklearn.utils.estimator_html_repr", "scipy.stats.goodness_of_fit"})


def _functions(space: str, **samples: Any) -> Iterator[Target]:
    module = importlib.import_module(space)
    for name in sorted(getattr(module, "__all__", None) or dir(module)):
        if not name[0].islower():  # a class, some of which may not even be looked at
            continue
        value = getattr(module, name, None)
        root = str(getattr(value, "__module__", None) or space).split(".")[0]
        known = root == space.split(".")[0] or isinstance(value, np.ufunc)
        if not callable(value) or inspect.isclass(value) or not known:
            continue
        dotted = f"{space}.{name}"
        if dotted not in _NOT_RUN:
            yield Target(dotted, lambda value=value: value, **samples)


def _estimators() -> Iterator[Target]:
    for part in _LEARN_CLASSES.split():
        space = f"sklearn.{part}"
        module = importlib.import_module(space)
        for name in sorted(getattr(module, "__all__", None) or dir(module)):
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
        options = {"n_components": 2} if "n_components" in inspect.signature(cls).parameters else {}
        estimator = cls(**options)
        if "fit" not in method:
            for target in (None, LABELS, VECTOR):
                for rows in (ROWS, VECTOR):
                    try:
                        estimator.fit(rows, target)
                        return getattr(estimator, method)
                    except (TypeError, ValueError):
                        continue
        return getattr(estimator, method)

    named = _LEARN_NAMED
    if method == "inverse_transform":
        named = {**named, "X": (PARTS, ROWS)}
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
    "sos": (np.array([[0.1, 0.2, 0.1, 1.0, -0.5, 0.2]]),),
    "order": (2, 1),
    "s": (2,),
    "axis": (0,),
    "n": (2,),
}
_SCIENCE_OPTIONAL = {"b": SQUARE, "y": VECTOR, "x": VECTOR, "weights": VECTOR, "w": VECTOR}
_CLASSES = {
    "scipy.interpolate.interp1d": (VECTOR, VECTOR),
    "scipy.interpolate.CubicSpline": (VECTOR, VECTOR),
    "scipy.interpolate.UnivariateSpline": (VECTOR, VECTOR),
    "scipy.interpolate.InterpolatedUnivariateSpline": (VECTOR, VECTOR),
    "scipy.interpolate.PchipInterpolator": (VECTOR, VECTOR),
    "scipy.interpolate.Akima1DInterpolator": (VECTOR, VECTOR),
    "scipy.interpolate.RegularGridInterpolator": ((np.arange(16.0), np.arange(16.0)), IMAGE),
    "scipy.interpolate.LinearNDInterpolator": (PARTS, VECTOR),
    "scipy.interpolate.NearestNDInterpolator": (ROWS, VECTOR),
    "scipy.interpolate.RBFInterpolator": (ROWS, VECTOR),
    "scipy.spatial.KDTree": (ROWS,),
    "scipy.spatial.cKDTree": (ROWS,),
    "scipy.spatial.ConvexHull": (ROWS[:, :2].copy(),),
    "scipy.spatial.Delaunay": (ROWS[:, :2].copy(),),
    "scipy.spatial.Voronoi": (ROWS[:, :2].copy(),),
    "scipy.spatial.distance_matrix": (ROWS, ROWS),
    "scipy.spatial.procrustes": (ROWS, ROWS[::-1].copy()),
    "scipy.spatial.transform.Rotation.from_matrix": (np.eye(3),),
    "scipy.spatial.transform.Rotation.from_quat": (np.array([0.0, 0.0, 0.0, 1.0]),),
    "scipy.spatial.transform.Rotation.from_rotvec": (np.array([0.1, 0.2, 0.3]),),
    "scipy.spatial.transform.Rotation.from_euler": ("xyz", np.array([0.1, 0.2, 0.3])),
    "scipy.optimize.linear_sum_assignment": (SQUARE,),
    "scipy.optimize.nnls": (ROWS, VECTOR),
    "scipy.optimize.lsq_linear": (ROWS, VECTOR),
    "scipy.optimize.linprog": (VECTOR,),
    "scipy.sparse.csr_matrix": (ROWS,),
    "scipy.sparse.csc_matrix": (ROWS,),
    "scipy.sparse.coo_matrix": (ROWS,),
    "scipy.sparse.csr_array": (ROWS,),
    "scipy.sparse.csc_array": (ROWS,),
    "scipy.sparse.coo_array": (ROWS,),
    "scipy.stats.gaussian_kde": (VECTOR,),
    "scipy.io.savemat": (io.BytesIO(), {"a": VECTOR}),
    "scipy.signal.lfilter": (np.array([0.2, 0.3]), np.array([1.0, 0.4]), VECTOR),
    "scipy.signal.filtfilt": (np.array([0.2, 0.3]), np.array([1.0, 0.4]), VECTOR),
    "scipy.signal.sosfilt": (_SCIENCE_NAMED["sos"][0], VECTOR),
    "scipy.signal.resample": (VECTOR, 6),
    "scipy.signal.resample_poly": (VECTOR, 1, 2),
    "scipy.signal.savgol_filter": (VECTOR, 5, 2),
    "scipy.signal.convolve2d": (SQUARE, SQUARE),
    "scipy.signal.correlate2d": (SQUARE, SQUARE),
    "scipy.ndimage.zoom": (IMAGE, 2),
    "scipy.ndimage.rotate": (IMAGE, 30),
    "scipy.ndimage.shift": (IMAGE, 1),
    "scipy.ndimage.map_coordinates": (IMAGE, np.array([[1.0, 2.0], [3.0, 4.0]])),
    "scipy.ndimage.affine_transform": (IMAGE, np.eye(2)),
    "scipy.ndimage.convolve": (IMAGE, SQUARE),
    "scipy.ndimage.correlate": (IMAGE, SQUARE),
    "scipy.linalg.solve": (SQUARE, SQUARE),
    "scipy.linalg.lstsq": (SQUARE, SQUARE),
    "scipy.special.logsumexp": (VECTOR,),
    "scipy.special.softmax": (VECTOR,),
    "scipy.special.log_softmax": (VECTOR,),
    "PIL.Image.fromarray": (PICTURE,),
    "cv2.cvtColor": (np.stack([PICTURE] * 3, axis=2), 6),
    "cv2.resize": (PICTURE, (8, 8)),
    "cv2.GaussianBlur": (PICTURE, (3, 3), 0),
    "cv2.flip": (PICTURE, 1),
    "cv2.add": (PICTURE, PICTURE),
    "cv2.addWeighted": (PICTURE, 0.5, PICTURE, 0.5, 0.0),
    "cv2.threshold": (PICTURE, 100, 255, 0),
    "cv2.warpAffine": (PICTURE, np.eye(3)[:2].copy(), (8, 8)),
    "cv2.normalize": (PICTURE, None),
    "cv2.imencode": (".png", PICTURE),
    "cv2.calcHist": ([PICTURE], [0], None, [8], [0, 256]),
}
_DISTRIBUTIONS = "norm expon gamma beta uniform t chi2 lognorm laplace logistic cauchy".split()
_DENSITIES = "pdf logpdf cdf logcdf sf ppf fit".split()


def _science() -> Iterator[Target]:
    for space in _SCIENCE.split():
        for target in _functions(space, named=_SCIENCE_NAMED, optional=_SCIENCE_OPTIONAL):
            if target.name not in _CLASSES:
                yield target
    stats = importlib.import_module("scipy.stats")
    for name in _DISTRIBUTIONS:
        distribution = getattr(stats, name)
        shapes = (2.0,) * distribution.numargs
        for method in _DENSITIES:
            arguments = (VECTOR,) if method == "fit" else (VECTOR, *shapes)
            yield Target(
                f"scipy.stats.{name}.{method}",
                lambda d=distribution, m=method: getattr(d, m),
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


def targets() -> Iterator[Target]:
    """All that is asked."""
    yield from _plotting()
    yield from _frames()
    for space in _LEARN_FUNCTIONS.split():
        yield from _functions(space, named=_LEARN_NAMED, optional=_LEARN_OPTIONAL)
    yield from _estimators()
    yield from _science()
    for dotted, arguments in _CLASSES.items():
        yield Target(dotted, lambda dotted=dotted: _named(dotted), arguments)
