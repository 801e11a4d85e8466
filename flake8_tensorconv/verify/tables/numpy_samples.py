"""Sample calls of NumPy's functions.

Most functions are tried with a few usual arguments (`TEMPLATES`); those that need others, and
those that would take the usual ones for something else, stand in `CALLS`.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Arguments = tuple[Any, ...]

INDEX = np.array([0, 1])
MASK = np.array([[True, False], [False, True]])

#: The usual arguments, made from a square matrix of the dtype under test; the first that work.
TEMPLATES: tuple[Callable[[Array], Arguments], ...] = (
    lambda a: (a,),
    lambda a: (a[0],),
    lambda a: (a, a + a),
    lambda a: (a[0], a[1]),
    lambda a: (a, 1),
)

#: Calls of functions that the usual arguments do not suit.
CALLS: dict[str, Callable[[Array], Arguments]] = {
    "numpy.append": lambda a: (a, a),
    "numpy.apply_along_axis": lambda a: (np.sort, 0, a),
    "numpy.apply_over_axes": lambda a: (np.sum, a, [0]),
    "numpy.argpartition": lambda a: (a, 1),
    "numpy.array2string": lambda a: (a,),
    "numpy.array_split": lambda a: (a, 2),
    "numpy.astype": lambda a: (a, np.float64),
    "numpy.bincount": lambda a: (a[0].astype(np.int64),),
    "numpy.block": lambda a: ([a, a],),
    "numpy.broadcast_to": lambda a: (a, (2, 2, 2)),
    "numpy.choose": lambda a: (INDEX, [a[0], a[1]]),
    "numpy.clip": lambda a: (a, 0, 1),
    "numpy.column_stack": lambda a: ([a, a],),
    "numpy.compress": lambda a: ([True, False], a, 0),
    "numpy.concat": lambda a: ([a, a],),
    "numpy.concatenate": lambda a: ([a, a],),
    "numpy.copyto": lambda a: (a.copy(), a),
    "numpy.cumulative_prod": lambda a: (a[0],),
    "numpy.cumulative_sum": lambda a: (a[0],),
    "numpy.delete": lambda a: (a, 0, 0),
    "numpy.diag_indices_from": lambda a: (a,),
    "numpy.digitize": lambda a: (a, np.array([0.0, 1.0])),
    "numpy.dsplit": lambda a: (np.stack([a, a], 2), 2),
    "numpy.dstack": lambda a: ([a, a],),
    "numpy.einsum": lambda a: ("ij,jk->ik", a, a),
    "numpy.einsum_path": lambda a: ("ij,jk->ik", a, a),
    "numpy.expand_dims": lambda a: (a, 0),
    "numpy.extract": lambda a: (MASK, a),
    "numpy.fill_diagonal": lambda a: (a.copy(), 0),
    "numpy.full_like": lambda a: (a, 1),
    "numpy.hstack": lambda a: ([a, a],),
    "numpy.histogram2d": lambda a: (a[0], a[1]),
    "numpy.histogramdd": lambda a: (a,),
    "numpy.hsplit": lambda a: (a, 2),
    "numpy.insert": lambda a: (a, 0, a[0], 0),
    "numpy.interp": lambda a: (a[0], np.array([0.0, 1.0]), np.array([0.0, 1.0])),
    "numpy.ix_": lambda a: (a[0], a[1]),
    "numpy.lexsort": lambda a: ([a[0], a[1]],),
    "numpy.moveaxis": lambda a: (a, 0, 1),
    "numpy.nanpercentile": lambda a: (a, 50),
    "numpy.nanquantile": lambda a: (a, 0.5),
    "numpy.pad": lambda a: (a, 1),
    "numpy.partition": lambda a: (a, 1),
    "numpy.percentile": lambda a: (a, 50),
    "numpy.permute_dims": lambda a: (a,),
    "numpy.piecewise": lambda a: (a, [MASK, ~MASK], [0, 1]),
    "numpy.place": lambda a: (a.copy(), MASK, [1]),
    "numpy.polyfit": lambda a: (a.ravel(), a.ravel(), 1),
    "numpy.poly1d": lambda a: (a[0],),
    "numpy.put": lambda a: (a.copy(), [0], [1]),
    "numpy.put_along_axis": lambda a: (a.copy(), np.array([[0, 1]]), 1, 0),
    "numpy.putmask": lambda a: (a.copy(), MASK, 1),
    "numpy.quantile": lambda a: (a, 0.5),
    "numpy.ravel_multi_index": lambda a: ((INDEX, INDEX), (2, 2)),
    "numpy.repeat": lambda a: (a, 2),
    "numpy.reshape": lambda a: (a, (4,)),
    "numpy.resize": lambda a: (a, (4,)),
    "numpy.roll": lambda a: (a, 1),
    "numpy.rollaxis": lambda a: (a, 1),
    "numpy.row_stack": lambda a: ([a, a],),
    "numpy.save": lambda a: (io.BytesIO(), a),
    "numpy.savetxt": lambda a: (io.StringIO(), a),
    "numpy.savez": lambda a: (io.BytesIO(), a, a),
    "numpy.savez_compressed": lambda a: (io.BytesIO(), a, a),
    "numpy.searchsorted": lambda a: (np.array([0.0, 1.0]), a),
    "numpy.select": lambda a: ([MASK, ~MASK], [a, a]),
    "numpy.split": lambda a: (a, 2),
    "numpy.stack": lambda a: ([a, a],),
    "numpy.swapaxes": lambda a: (a, 0, 1),
    "numpy.take": lambda a: (a, 0, 0),
    "numpy.take_along_axis": lambda a: (a, np.array([[0, 1]]), 0),
    "numpy.tile": lambda a: (a, 2),
    "numpy.trapezoid": lambda a: (a,),
    "numpy.unravel_index": lambda a: (INDEX, (2, 2)),
    "numpy.unpackbits": lambda a: (np.array([1, 2], np.uint8),),
    "numpy.unstack": lambda a: (a,),
    "numpy.vsplit": lambda a: (a, 2),
    "numpy.vstack": lambda a: ([a, a],),
    "numpy.where": lambda a: (MASK, a, a),
    "numpy.linalg.cholesky": lambda a: (np.eye(2, dtype=a.dtype),),
    "numpy.linalg.cross": lambda a: (np.eye(3, dtype=a.dtype), np.ones((3, 3), a.dtype)),
    "numpy.linalg.lstsq": lambda a: (a, a[0]),
    "numpy.linalg.matrix_power": lambda a: (a, 2),
    "numpy.linalg.multi_dot": lambda a: ([a, a],),
    "numpy.linalg.solve": lambda a: (a, a),
    "numpy.linalg.tensorsolve": lambda a: (a, a[0]),
    "numpy.linalg.tensorinv": lambda a: (a, 1),
    "numpy.random.choice": lambda a: (a[0],),
    "numpy.random.permutation": lambda a: (a,),
    "numpy.random.shuffle": lambda a: (a.copy(),),
    "numpy.random.multivariate_normal": lambda a: (a[0], np.eye(2)),
    "numpy.random.normal": lambda a: (a, 1.0),
    "numpy.random.uniform": lambda a: (a, 9.0),
    "numpy.random.poisson": lambda a: (a,),
    "numpy.random.binomial": lambda a: (5, np.array([0.5, 0.5])),
}

#: Functions outside NumPy's main namespaces.
ELSEWHERE: dict[str, Callable[[Array], Arguments]] = {
    "numpy.lib.stride_tricks.as_strided": lambda a: (a,),
    "numpy.lib.stride_tricks.sliding_window_view": lambda a: (a[0], 1),
    "numpy.ma.array": lambda a: (a,),
    "numpy.ma.masked_array": lambda a: (a,),
    "numpy.ma.masked_invalid": lambda a: (a,),
    "numpy.ma.masked_where": lambda a: (MASK, a),
    "numpy.testing.assert_allclose": lambda a: (a, a.copy()),
    "numpy.testing.assert_almost_equal": lambda a: (a, a.copy()),
    "numpy.testing.assert_array_almost_equal": lambda a: (a, a.copy()),
    "numpy.testing.assert_array_equal": lambda a: (a, a.copy()),
    "numpy.testing.assert_array_less": lambda a: (a, a + a),
    "numpy.testing.assert_equal": lambda a: (a, a.copy()),
    **{
        f"numpy.{name}.{method}": lambda a: (a,)
        for name in ("add", "multiply", "maximum", "minimum", "logical_and", "logical_or")
        for method in ("reduce", "accumulate")
    },
    **{
        f"numpy.{name}.outer": lambda a: (a, a)
        for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum")
    },
    "numpy.add.at": lambda a: (a.copy(), 0, 1),
}

#: Functions that take any number of arrays, and the position of the first.
VARIADIC = {
    "numpy.atleast_1d": 0,
    "numpy.atleast_2d": 0,
    "numpy.atleast_3d": 0,
    "numpy.broadcast": 0,
    "numpy.broadcast_arrays": 0,
    "numpy.einsum": 1,
    "numpy.einsum_path": 1,
    "numpy.ix_": 0,
    "numpy.meshgrid": 0,
    "numpy.savez": 1,
    "numpy.savez_compressed": 1,
}

#: Calls of functions that make an array from something that is none.
CREATORS: dict[str, tuple[Any, ...]] = {
    "numpy.arange": (3,),
    "numpy.bartlett": (4,),
    "numpy.blackman": (4,),
    "numpy.diag_indices": (2,),
    "numpy.empty": ((2,),),
    "numpy.eye": (2,),
    "numpy.fft.fftfreq": (4,),
    "numpy.fft.rfftfreq": (4,),
    "numpy.frombuffer": (b"\0" * 8,),
    "numpy.fromfunction": (lambda i, j: i + j, (2, 2)),
    "numpy.fromiter": ([1, 2], float),
    "numpy.full": ((2,), 1),
    "numpy.genfromtxt": (["1 2"],),
    "numpy.geomspace": (1, 9, 3),
    "numpy.hamming": (4,),
    "numpy.hanning": (4,),
    "numpy.identity": (2,),
    "numpy.indices": ((2, 2),),
    "numpy.kaiser": (4, 1.0),
    "numpy.linspace": (0, 1, 3),
    "numpy.loadtxt": (["1 2"],),
    "numpy.logspace": (0, 1, 3),
    "numpy.mask_indices": (2, np.triu),
    "numpy.ones": ((2,),),
    "numpy.tri": (2,),
    "numpy.tril_indices": (2,),
    "numpy.triu_indices": (2,),
    "numpy.zeros": ((2,),),
    "numpy.ndarray": ((2,),),
    "numpy.polynomial.chebyshev.chebgauss": (3,),
    "numpy.polynomial.hermite.hermgauss": (3,),
    "numpy.polynomial.hermite_e.hermegauss": (3,),
    "numpy.polynomial.laguerre.laggauss": (3,),
    "numpy.polynomial.legendre.leggauss": (3,),
    "numpy.random.beta": (1.0, 1.0, (2,)),
    "numpy.random.chisquare": (1.0, (2,)),
    "numpy.random.dirichlet": ([1.0, 1.0],),
    "numpy.random.exponential": (1.0, (2,)),
    "numpy.random.f": (1.0, 1.0, (2,)),
    "numpy.random.gamma": (1.0, 1.0, (2,)),
    "numpy.random.geometric": (0.5, (2,)),
    "numpy.random.gumbel": (0.0, 1.0, (2,)),
    "numpy.random.hypergeometric": (1, 1, 1, (2,)),
    "numpy.random.laplace": (0.0, 1.0, (2,)),
    "numpy.random.logistic": (0.0, 1.0, (2,)),
    "numpy.random.lognormal": (0.0, 1.0, (2,)),
    "numpy.random.logseries": (0.5, (2,)),
    "numpy.random.multinomial": (2, [0.5, 0.5]),
    "numpy.random.negative_binomial": (1, 0.5, (2,)),
    "numpy.random.noncentral_chisquare": (1.0, 1.0, (2,)),
    "numpy.random.noncentral_f": (1.0, 1.0, 1.0, (2,)),
    "numpy.random.pareto": (1.0, (2,)),
    "numpy.random.power": (1.0, (2,)),
    "numpy.random.rand": (2,),
    "numpy.random.randint": (0, 3, (2,)),
    "numpy.random.randn": (2,),
    "numpy.random.random": ((2,),),
    "numpy.random.random_integers": (1, 3, (2,)),
    "numpy.random.random_sample": ((2,),),
    "numpy.random.ranf": ((2,),),
    "numpy.random.rayleigh": (1.0, (2,)),
    "numpy.random.sample": ((2,),),
    "numpy.random.standard_cauchy": ((2,),),
    "numpy.random.standard_exponential": ((2,),),
    "numpy.random.standard_gamma": (1.0, (2,)),
    "numpy.random.standard_normal": ((2,),),
    "numpy.random.standard_t": (1.0, (2,)),
    "numpy.random.triangular": (0.0, 0.5, 1.0, (2,)),
    "numpy.random.vonmises": (0.0, 1.0, (2,)),
    "numpy.random.wald": (1.0, 1.0, (2,)),
    "numpy.random.weibull": (1.0, (2,)),
    "numpy.random.zipf": (2.0, (2,)),
}

#: Methods of arrays that need arguments.
METHODS: dict[str, Callable[[Array], Arguments]] = {
    "argpartition": lambda a: (1,),
    "astype": lambda a: (np.float64,),
    "choose": lambda a: ([a, a],),
    "clip": lambda a: (0, 1),
    "compress": lambda a: ([True, False], 0),
    "dot": lambda a: (a,),
    "fill": lambda a: (1,),
    "getfield": lambda a: (a.dtype,),
    "item": lambda a: (0, 0),
    "partition": lambda a: (1,),
    "put": lambda a: (0, 1),
    "repeat": lambda a: (2,),
    "reshape": lambda a: (4,),
    "resize": lambda a: ((2, 2),),
    "setfield": lambda a: (0, a.dtype),
    "swapaxes": lambda a: (0, 1),
    "take": lambda a: (0, 0),
    "to_device": lambda a: ("cpu",),
}

#: Options that are no mere flags, with a value that changes what the sample call gives.
OPTIONS: dict[str, dict[str, Any]] = {
    "numpy.bincount": {"weights": np.array([0.5, 0.5])},
    "numpy.histogram": {"density": True, "weights": np.full((2, 2), 0.5)},
    "numpy.linalg.qr": {"mode": "r"},
}
