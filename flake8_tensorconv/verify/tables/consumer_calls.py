"""Sample arrays, and calls whose arguments the names of the parameters do not tell."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

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
SECTIONS = np.array([[0.1, 0.2, 0.1, 1.0, -0.5, 0.2]])

#: Positional arguments by the dotted name of what is called.
CALLS: dict[str, tuple[Any, ...]] = {
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
    "scipy.signal.sosfilt": (SECTIONS, VECTOR),
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
    "scipy.ndimage.median_filter": (IMAGE, 3),
    "scipy.ndimage.maximum_filter": (IMAGE, 3),
    "scipy.ndimage.minimum_filter": (IMAGE, 3),
    "scipy.ndimage.grey_erosion": (IMAGE, 3),
    "scipy.ndimage.grey_dilation": (IMAGE, 3),
    "scipy.sparse.linalg.cg": (SQUARE, SQUARE[0].copy()),
    "scipy.sparse.linalg.gmres": (SQUARE, SQUARE[0].copy()),
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
