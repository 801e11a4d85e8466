"""What functions of torch, NumPy and other libraries give: snippets, and what is said of them."""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

HEAD = "import numpy as np\nimport torch\n"

#: The body of a snippet behind the imports, with a mark `# <- TNC101` where something is reported.
NUMPY = {
    "a tuple of arrays": """\
from numpy.polynomial.hermite import hermgauss
rule = hermgauss(5)
print(torch.from_numpy(rule[0] * np.sqrt(2.0)), torch.from_numpy(np.log(rule[1])))
print(rule[0].detach())  # <- TNC105
""",
    "a function in no table": """\
print(torch.from_numpy(np.random.get_state()[1].astype(np.int64, copy=True))[:2])
rows = np.polynomial.polynomial.polyvander(np.ones(3), 2)
print(torch.from_numpy(rows), torch.from_numpy(rows[0]), rows[0, 0] * torch.ones(2))
""",
    "a tuple of a list and a text": """\
report = np.einsum_path("ij,jk->ik", np.zeros((2, 3)), np.zeros((3, 4)), optimize="optimal")[1]
print(report.split("\\n")[0])
print(np.einsum("ij,jk->ik", np.zeros((2, 3)), np.zeros((3, 4))).detach())  # <- TNC105
""",
    "an option that gives something else": """\
print(torch.from_numpy(np.linalg.svd(np.eye(3), compute_uv=False)))
print(torch.from_numpy(np.linalg.svd(np.eye(3))))  # <- TNC202
step = np.linspace(0.0, 1.0, 3, retstep=True)[1]
print(step * torch.ones(2))
print(np.linspace(0.0, 1.0, 2) * torch.ones(2))  # <- TNC106
""",
    "an array or a tuple of them": """\
print(torch.from_numpy(np.gradient(np.arange(3.0))))
""",
    "results of different dtypes": """\
counts, edges = np.histogram(np.ones(3), bins=2)
print(torch.LongTensor(counts), torch.LongTensor(edges))  # <- TNC401
print(torch.Tensor(edges), torch.Tensor(counts))  # <- TNC401
print(torch.Tensor(np.histogram(np.ones(3), bins=2, density=True)[0]))
print(torch.Tensor(np.bincount(np.array([0, 1]), weights=np.ones(2))))
print(torch.Tensor(np.bincount(np.array([0, 1]))))  # <- TNC401
""",
    "a dtype by position": """\
print(torch.LongTensor(np.fromiter([1, 2], np.int64)), torch.LongTensor(np.identity(2, int)))
print(torch.LongTensor(np.identity(2)))  # <- TNC401
""",
    "a product of vectors": """\
print(np.dot(np.ones(3), np.ones(3)) * torch.ones(2))
print(np.percentile(np.ones((2, 3)), 50) * torch.ones(2))
print(np.sort(np.ones(2)) * torch.ones(2))  # <- TNC106
""",
    "random numbers between unknown bounds": """\
def contrast(x: torch.Tensor, low, high):
    return np.random.uniform(low=low, high=high) * x
def shifted(x: torch.Tensor, mean, shape):
    return np.random.normal(mean, 1.0) * x + np.random.normal(mean, 1.0, shape)
print(np.random.uniform(0.0, 1.0) * torch.ones(2))
print(np.random.uniform(0.0, 1.0, size=2) * torch.ones(2))  # <- TNC106
print(np.random.uniform(np.zeros(2), 1.0) * torch.ones(2))  # <- TNC106
print(np.random.normal(0.0, 1.0, 2) * torch.ones(2))  # <- TNC106
print(np.random.default_rng().uniform(0.0, 1.0) * torch.ones(2))
print(np.random.default_rng().uniform(0.0, 1.0, 2) * torch.ones(2))  # <- TNC106
""",
    "an index where something holds": """\
print(torch.from_numpy(np.where(np.ones(3) > 0)[0]))
print(np.where(np.ones(3) > 0)[0].detach())  # <- TNC105
""",
}


def marked(text: str) -> set[tuple[int, str]]:
    """The lines of the marks in a snippet, with their codes."""
    return {
        (number, line.rsplit("# <- ", 1)[1])
        for number, line in enumerate(text.splitlines(), 1)
        if "# <- " in line
    }


def reported(text: str) -> set[tuple[int, str]]:
    """The lines of the findings in a snippet, with their codes."""
    return {(f.span.line, f.code) for f in check_source(text) if f.code not in ("TNC404", "TNC405")}


@pytest.mark.parametrize("body", NUMPY.values(), ids=NUMPY)
def test_what_numpy_gives(body: str) -> None:
    text = HEAD + body
    assert reported(text) == marked(text)
