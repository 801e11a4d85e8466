"""TNC209: what torch has no kernel for, and what it has."""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

HEAD = """\
import numpy as np
import torch
import torch.nn.functional as F

x = torch.from_numpy(np.array([[1, 2], [3, 4]], dtype={dtype!r}))
mask = torch.tensor([[True, False], [False, True]])
floats = torch.rand(2, 2)
counts = torch.zeros(2, 2, dtype=torch.long)
first = torch.tensor([0, 1])
"""
REFUSED = (
    "x.clamp(max=5)", "torch.clamp(x, 0, 5)", "x.clip(0, 5)", "x.max()", "x.max(dim=0)", "x.min()",
    "x.amax()", "x.mean()", "torch.mean(x)", "x.std()", "x.median()", "x.nonzero()", "x.abs()",
    "x.masked_fill(mask, 0)", "x.masked_select(mask)", "x.add(1)", "x.pow(2)", "x.lt(3)",
    "x.square()", "x.sign()", "x.quantile(0.5)", "x.tril()", "x.maximum(x)", "x.trace()",
    "F.interpolate(x[None, None], scale_factor=2)", "F.normalize(x)", "F.relu(x)",
    "F.max_pool2d(x[None, None], 2)", "F.avg_pool2d(x[None, None], 2)",
    "F.conv2d(x[None, None], floats[None, None])", "torch.linalg.norm(x)",
    "x.index_add(0, first, x)",
    "x + 1", "1 - x", "x // 2", "x % 2", "x ** 2", "x > 0", "0 <= x", "x + x", "x + counts",
    "x * counts", "x == counts", "x >> 1", "x @ x", "-x", "~x", "x.view(-1).max()", "x[0] + 1",
    "x.reshape(1, 4).clamp_(max=3)",
)  # fmt: skip
TAKEN = (
    "x.clamp(0.0, 1.0)", "x.mean(dtype=torch.float32)", "x.round()", "x.add(0.5)", "x.mul(2)",
    "x.div(2)", "x.pow(0.5)", "x.lt(3.5)", "x.maximum(floats)", "x.sum()", "x.sort()", "x.flip(0)",
    "x.cumsum(0)", "x.unique()", "x.index_select(0, first)", "F.pad(x, (1, 1))", "x.float() + 1",
    "F.mse_loss(x, floats)", "F.softmax(x, 0, dtype=torch.float32)", "torch.cat([x, x])",
    "x.to(torch.int32).clamp(max=5)", "x.long() > 0", "x * 2", "x * 0.5", "x / 1000", "x == 0",
    "x != 3", "x >= 0.5", "x + 0.5", "x & 1", "x * x", "x + floats", "x[mask]", "x[0]",
    "x.numpy() + 1", "x.sum() + 1", "x.sum() > 3", "x.argsort()", "(x * 1.0).max()",
    "x.sum().float() + 1", "torch.where(mask, x, x)", "x.view(torch.uint8) + 1",
    "x.byte().clamp(max=3)", "x.type(torch.float64).mean()",
)  # fmt: skip
DTYPES = ("uint16", "uint32", "uint64")


def _codes(program: str) -> set[str]:
    return {each.code for each in check_source(program)}


@pytest.mark.parametrize("expression", REFUSED)
def test_what_is_refused_is_reported(expression: str) -> None:
    """It raises for each of the three."""
    for dtype in DTYPES:
        program = HEAD.format(dtype=dtype) + expression + "\n"
        with pytest.raises(RuntimeError):
            exec(program, {})
        assert _codes(program) == {"TNC209"}, program


@pytest.mark.parametrize("expression", TAKEN)
def test_of_what_runs_nothing_is_said(expression: str) -> None:
    """It runs for each of the three."""
    for dtype in DTYPES:
        program = HEAD.format(dtype=dtype) + expression + "\n"
        exec(program, {})
        assert _codes(program) == set(), program


WAYS = {
    "read": "a = np.frombuffer(bytearray(8), dtype='<u2')\nx = torch.from_numpy(a)\n",
    "cast": "x = torch.as_tensor(np.arange(4).astype(np.uint16))\n",
    "asked for": "x = torch.tensor([1, 2], dtype=torch.uint16)\n",
    "a helper": "def read():\n    return np.zeros(4, np.uint32)\nx = torch.from_numpy(read())\n",
    "a part": "x = torch.from_numpy(np.zeros((2, 4), np.uint16))[0]\n",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_however_it_comes(way: str) -> None:
    """The dtype is followed from where it is named."""
    program = "import numpy as np\nimport torch\n" + way + "print(x.clamp(max=3))\n"
    with pytest.raises(RuntimeError):
        exec(program, {})
    assert _codes(program) == {"TNC209"}


def test_what_is_expected_or_not_known() -> None:
    """A dtype that may be another one, and an exception that is caught."""
    head = "import numpy as np\nimport torch\n"
    either = "x = torch.from_numpy(np.zeros(3, np.uint16 if input() else np.int32))\nx + 1\n"
    assert _codes(head + either) == set()
    caught = "x = torch.from_numpy(np.zeros(3, np.uint16))\n"
    caught += "try:\n    y = x + 1\nexcept RuntimeError:\n    y = x.int() + 1\n"
    assert _codes(head + caught) == set()
