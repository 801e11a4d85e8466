"""What is a NumPy scalar and what may be an array as well."""

from __future__ import annotations

import pytest
from said import said

#: The last line of each function is what is asked about.
SCALARS = {
    "an array and its reduction": """
def f(x):
    a = np.asarray(x)
    return torch.from_numpy(a.sum() / a.max())
""",
    "a number and a reduction": """
def f(k=3):
    return torch.from_numpy(k * np.ones(3).mean())
""",
    "a length and a reduction": """
def f(x):
    return torch.from_numpy(len(x) * np.ones(3).mean())
""",
    "reductions of what a ufunc gives": """
def f(x):
    h = np.exp(x)
    return torch.from_numpy(h.sum() * 3 - h.max())
""",
    "drawn once": """
def f():
    return torch.from_numpy(np.exp(np.random.rand()) * 2)
""",
    "a number on one path": """
def f(c):
    s = 2.0 if c else np.float32(2)
    return torch.from_numpy(s * np.float64(3))
""",
}

PERHAPS_ARRAYS = {
    "a ufunc of something unknown and its own reduction": """
def f(x):
    h = np.exp(x)
    h = h / h.sum()
    return torch.from_numpy(h)
""",
    "in place": """
def f(x):
    h = np.exp(x)
    h /= h.max()
    h = h ** 2 - 1.0
    return torch.from_numpy(h)
""",
    "an open mesh": """
def f(m, n):
    y, x = np.ogrid[-m : m + 1, -n : n + 1]
    h = np.exp(-(x * x + y * y) / 2.0)
    h /= h.sum()
    return torch.from_numpy(h)
""",
    "with a NumPy scalar": """
def f(x):
    return torch.from_numpy(np.log(x) * np.float32(2) - np.float64(3))
""",
    "a reduction along an axis": """
def f(x):
    h = np.sum(x, axis=1) / 2
    return torch.from_numpy((h - h.min()) / (h.max() - h.min()))
""",
    "in a helper": """
def norm(data, low, high):
    return (data - low) / (high - low)

def f(x):
    h = np.sqrt(x)
    return torch.from_numpy(norm(h, h.min(), h.max()))
""",
    "drawn of a shape": """
def f(x):
    a = np.angle(np.exp(2j * np.pi * np.random.rand(*x.shape)))
    return torch.from_numpy(a.astype(np.float32))
""",
    "drawn of what is given": """
def f(x, how):
    a, b, c = np.random.normal(*x), np.random.randn(*x[1:]), np.random.uniform(**how)
    return torch.from_numpy(np.sqrt(a) * np.exp(b) + np.abs(c) * 2)
""",
    "drawn of two sizes and more": """
def f(x):
    return torch.from_numpy(np.exp(np.random.rand(2, *x)) * np.float32(2))
""",
    "values of a dictionary": """
def f(rows):
    item = {"v": np.asarray(rows)}
    item["a"] = np.sqrt(np.sum(item["v"] ** 2, 1)) / 2
    item["n"] = item["a"] - item["a"].min()
    for key in item:
        item[key] = torch.from_numpy(item[key])
    return item
""",
}


@pytest.mark.parametrize("body", SCALARS.values(), ids=SCALARS)
def test_a_scalar_is_reported(body: str) -> None:
    assert said(body) == ["202"]


@pytest.mark.parametrize("body", PERHAPS_ARRAYS.values(), ids=PERHAPS_ARRAYS)
def test_what_may_be_an_array_is_not(body: str) -> None:
    assert said(body) == []
