"""What is used with the wrong library: found where it raises, and nowhere else."""

from __future__ import annotations

import contextlib
import io
import warnings

import pytest

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text

CODES = {"TNC105", "TNC106", "TNC107", "TNC206", "TNC402"}
HEAD = "import numpy as np\nimport torch\nfrom torch import nn\n"

RAISING = {
    "a method of arrays": ("TNC105", "torch.ones(3).tobytes()"),
    "an attribute of arrays": ("TNC105", "torch.ones(3).strides"),
    "an attribute of tensors": ("TNC105", "np.ones(3).requires_grad"),
    "through a helper": ("TNC105", "def f(x):\n    return x.clone()\nf(np.ones(3))"),
    "a layer's result": ("TNC105", "nn.Linear(2, 2)(torch.ones(1, 2)).astype(int)"),
    "an array converted twice": ("TNC105", "x = torch.ones(3).numpy()\nx.detach()"),
    "from a loader": (
        "TNC105",
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "for (x,) in DataLoader(TensorDataset(torch.ones(4, 2)), batch_size=2):\n    x.astype(int)",
    ),
    "a row of a matrix": ("TNC105", "np.ones((2, 2))[0].cpu()"),
    "in one of the branches": (
        "TNC105",
        "x = torch.ones(3)\nif x.sum() > 5:\n    x = x * 2\nx.copy()",
    ),
    "mean": ("TNC106", "np.mean(torch.ones(3))"),
    "max along an axis": ("TNC106", "np.max(torch.ones(3, 3), axis=1)"),
    "flip": ("TNC106", "np.flip(torch.ones(3), 0)"),
    "an array times a tensor": ("TNC106", "np.ones(3) * torch.ones(3)"),
    "a matrix product": ("TNC106", "np.ones((3, 3)) @ torch.ones(3)"),
    "in place": ("TNC106", "total = np.zeros(3)\ntotal += torch.ones(3)"),
    "a comparison": ("TNC106", "torch.ones(3) <= np.ones(3)"),
    "a dtype by position": ("TNC107", "np.zeros(3, torch.float32)"),
    "a dtype of an array": ("TNC107", "torch.tensor([1.0], dtype=np.ones(3).dtype)"),
    "a dtype object": ("TNC107", "torch.ones(3).to(np.dtype('float32'))"),
    "a dtype in a variable": ("TNC107", "kind = np.float32\ntorch.zeros(3, dtype=kind)"),
    "astype": ("TNC107", "np.ones(3).astype(torch.float16)"),
    "a layer": ("TNC206", "nn.Linear(3, 1)(torch.from_numpy(np.ones((2, 3))))"),
    "a convolution": (
        "TNC206",
        "nn.Sequential(nn.Conv1d(1, 1, 1))(torch.from_numpy(np.random.rand(1, 1, 3)))",
    ),
    "a product": ("TNC206", "torch.matmul(torch.ones(3), torch.tensor(np.ones(3)))"),
    "a method": ("TNC206", "torch.ones(2, 2).mm(torch.tensor(np.eye(2)))"),
    "nothing left of the graph": (
        "TNC402",
        "x = torch.ones(3, requires_grad=True)\ntorch.tensor((2 * x).sum()).backward()",
    ),
}

RUNNING = {
    "asked by type": "def f(x):\n    return x.clone() if torch.is_tensor(x) else x.copy()\n"
    "f(np.ones(3)), f(torch.ones(3))",
    "asked by name": "def f(x):\n    if hasattr(x, 'cpu'):\n        x = x.cpu().numpy()\n"
    "    return x.astype(int)\nf(np.ones(3)), f(torch.ones(3))",
    "a flag": "def f(x, tensor):\n    if tensor:\n        return x.detach()\n    return x.copy()\n"
    "f(np.ones(3), False), f(torch.ones(3), True)",
    "a try": "try:\n    np.ones(3).numpy()\nexcept AttributeError:\n    pass",
    "suppressed": "import contextlib\nwith contextlib.suppress(AttributeError):\n"
    "    np.ones(3).numpy()",
    "an own class": "class A(np.ndarray):\n    def numpy(self):\n        return np.asarray(self)\n"
    "np.ones(3).view(A).numpy()",
    "an object array": "x = np.empty(2, dtype=object)\nx[0] = torch.ones(3)\nx[0].detach()",
    "a list of tensors": "x = [torch.ones(3)]\nx.copy(), dict(a=torch.ones(1)).copy()",
    "a module's copy": "import copy\ncopy.copy(nn.Linear(2, 2)).float()",
    "a scalar times a tensor": "np.ones(3).mean() * torch.ones(3), np.float32(2) * torch.ones(3)",
    "a tensor times an array": "torch.ones(3) * np.ones(3), np.ones(3) / torch.ones(3)",
    "equality": "torch.ones(3) == np.ones(3)",
    "a list of numbers": "np.mean([1.0, 2.0]) + np.max(torch.ones(3).tolist())",
    "types of Python": "torch.zeros(3, dtype=float), torch.ones(3).to(int), np.ones(3, dtype=bool)",
    "a default": "def f(n, dtype=None):\n    return torch.zeros(n, dtype=dtype)\nf(3)",
    "cast before": "nn.Linear(3, 1)(torch.from_numpy(np.ones((2, 3))).float())",
    "cast in numpy": "nn.Linear(3, 1)(torch.from_numpy(np.ones((2, 3), dtype=np.float32)))",
    "a double module": "nn.Linear(3, 1).double()(torch.from_numpy(np.ones((2, 3))))",
    "made double": "nn.Linear(3, 1, dtype=torch.float64)(torch.from_numpy(np.ones((2, 3))))",
    "a sum": "torch.ones(3) + torch.from_numpy(np.ones(3))",
    "autocast": "with torch.autocast('cpu', dtype=torch.bfloat16):\n"
    "    nn.Linear(3, 1)(torch.from_numpy(np.ones((2, 3))))",
    "a target": "x = torch.ones(3, requires_grad=True)\n"
    "target = torch.from_numpy(np.exp(x.detach().numpy()))\n((x - target) ** 2).sum().backward()",
    "a label": "class M(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.body, self.table = nn.Linear(2, 3), nn.Embedding(3, 2)\n"
    "    def forward(self, x):\n        best = self.body(x).detach().numpy().argmax(-1)\n"
    "        return self.table(torch.from_numpy(best))\nM()(torch.ones(4, 2)).sum().backward()",
    "under no_grad": "class M(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.body, self.head = nn.Linear(2, 3), nn.Linear(3, 2)\n"
    "    @torch.no_grad()\n    def forward(self, x):\n"
    "        return self.head(torch.from_numpy(np.tanh(self.body(x).detach().numpy())))\n"
    "M()(torch.ones(4, 2))",
    "a frozen part": "class M(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.body, self.head = nn.Linear(2, 3).requires_grad_(False), nn.Linear(3, 2)\n"
    "    def forward(self, x):\n"
    "        return self.head(torch.from_numpy(np.tanh(self.body(x).detach().numpy())))\n"
    "M()(torch.ones(4, 2)).sum().backward()",
}


def run(text: str) -> str | None:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(compile(text, "program.py", "exec"), {"__name__": "__main__"})
        except Exception as error:
            return type(error).__name__
    return None


def found(text: str) -> set[str]:
    return {finding.code for finding in check_text(text, Options())} & CODES


@pytest.mark.parametrize("name", RAISING)
def test_what_raises_is_found(name: str) -> None:
    code, program = RAISING[name]
    assert run(HEAD + program) is not None
    assert found(HEAD + program) == {code}


@pytest.mark.parametrize("name", RUNNING)
def test_what_runs_is_left_alone(name: str) -> None:
    program = HEAD + RUNNING[name]
    if "autocast" not in program:
        assert run(program) is None
    assert found(program) == set()
