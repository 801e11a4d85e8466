"""Which arguments matplotlib, pandas, scikit-learn and SciPy read as arrays."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest

from flake8_tensorconv.knowledge import data_files
from flake8_tensorconv.knowledge.consumers import consumed

READ: list[tuple[str, set[int] | None, set[str]]] = [
    ("matplotlib.pyplot.plot", None, set()),
    ("matplotlib.axes.Axes.plot", None, set()),
    ("pylab.plot", None, set()),
    ("matplotlib.pyplot.imshow", {0}, {"X"}),
    ("matplotlib.pyplot.scatter", {0, 1, 2, 3}, {"x", "y", "s", "c"}),
    ("matplotlib.axes.Axes.fill_between", {0, 1, 2}, {"x", "y1", "y2"}),
    ("pandas.DataFrame", {0}, {"data"}),
    ("pandas.Series", {0}, {"data"}),
    ("sklearn.metrics.accuracy_score", {0, 1}, {"y_true", "y_pred", "sample_weight"}),
    ("sklearn.metrics.roc_auc_score", {0, 1}, {"y_true", "y_score"}),
    ("sklearn.metrics.pairwise.cosine_similarity", {0, 1}, {"X", "Y"}),
    ("sklearn.metrics.silhouette_score", {0, 1}, {"X", "labels"}),
    ("sklearn.linear_model.LogisticRegression.fit", {0, 1, 2}, {"X", "y"}),
    ("sklearn.linear_model.LogisticRegression.predict", {0}, {"X"}),
    ("sklearn.preprocessing.StandardScaler.fit_transform", {0}, {"X"}),
    ("sklearn.preprocessing.LabelEncoder.transform", {0}, {"y"}),
    ("scipy.spatial.distance.cdist", {0, 1}, {"XA", "XB"}),
    ("scipy.stats.f_oneway", None, set()),
    ("scipy.stats.norm.cdf", None, {"x"}),
    ("scipy.ndimage.gaussian_filter", {0}, {"input"}),
    ("scipy.optimize.linear_sum_assignment", {0}, set()),
    ("scipy.interpolate.interp1d", {0, 1}, {"x", "y"}),
]


@pytest.mark.parametrize(("name", "positions", "keywords"), READ, ids=[row[0] for row in READ])
def test_what_is_read(name: str, positions: set[int] | None, keywords: set[str]) -> None:
    consumer = consumed(name)
    assert consumer is not None
    assert consumer.positional == positions
    assert keywords <= consumer.keywords


@pytest.mark.parametrize(
    "name",
    [
        "cv2.resize",  # raises on every tensor
        "PIL.Image.fromarray",
        "scipy.io.wavfile.write",
        "pandas.to_numeric",
        "sklearn.model_selection.train_test_split",  # keeps tensors
        "matplotlib.pyplot.title",
        "scipy.stats.norm",
        "nobody.knows",
        "plot",
    ],
)
def test_what_is_no_consumer(name: str) -> None:
    assert consumed(name) is None


def test_lists_of_tensors_are_read_except_by_pandas() -> None:
    read = {
        name: found is not None and found.elements
        for name in ("matplotlib.pyplot.plot", "sklearn.metrics.accuracy_score", "pandas.Series")
        for found in [consumed(name)]
    }
    assert read == {
        "matplotlib.pyplot.plot": True,
        "sklearn.metrics.accuracy_score": True,
        "pandas.Series": False,
    }


def test_looking_up_imports_none_of_the_libraries() -> None:
    code = (
        "import sys; from flake8_tensorconv.knowledge.consumers import consumed;"
        "consumed('matplotlib.pyplot.plot');"
        "print(sorted({'matplotlib', 'pandas', 'sklearn', 'scipy', 'numpy', 'torch'} "
        "& set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("library", "distribution"),
    [
        ("matplotlib", "matplotlib"),
        ("pandas", "pandas"),
        ("sklearn", "scikit-learn"),
        ("scipy", "scipy"),
        ("PIL", "pillow"),
        ("cv2", "opencv-python-headless"),
    ],
)
def test_the_installed_library_agrees(library: str, distribution: str) -> None:
    pytest.importorskip("torch")
    pytest.importorskip(library)
    from flake8_tensorconv.verify.tables import consumers

    stored = data_files.table("consumers")
    for name in ("torch", "numpy", distribution):
        if stored["made_with"][name] != metadata.version(name).split("+")[0]:
            pytest.skip(f"the table was made with another version of {name}")
    for section, entries in consumers.table(library).items():
        assert entries == {
            name: entry for name, entry in stored[section].items() if name.startswith(f"{library}.")
        }
