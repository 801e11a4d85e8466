"""Numbers of double precision that pass through float32: what is reported loses digits."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from flake8_tensorconv import Options, check_source
from flake8_tensorconv.source.findings import Certainty

HEAD = "import numpy as np\nimport torch\n\nexact = np.linspace(0.0, 1.0, 4)\n"
#: Each makes `got` of `exact`, as float64 but with the digits of float32.
LOST = {
    "at once": "got = torch.Tensor(exact).double()",
    "by dtype": "got = torch.Tensor(exact).to(torch.float64)",
    "by keyword": "got = torch.Tensor(exact).to('cpu', dtype=torch.double)",
    "by type": "got = torch.Tensor(exact).type(torch.DoubleTensor)",
    "named float32": "got = torch.FloatTensor(exact).double()",
    "later": "rounded = torch.Tensor(exact)\nprint(rounded)\ngot = rounded.double()",
    "a view later": "got = torch.Tensor(exact)[None].squeeze(0).to('cpu').double()",
    "like a tensor": "got = torch.Tensor(exact).type_as(torch.from_numpy(exact))",
    "as a tensor is": "got = torch.Tensor(exact).to(torch.from_numpy(exact))",
    "in a function": "def double(x):\n    return x.double()\n\n\ngot = double(torch.Tensor(exact))",
    "an attribute": (
        "class Grid:\n    def __init__(self):\n        self.points = torch.Tensor(exact)\n\n\n"
        "got = Grid().points.double()"
    ),
    "a buffer": (
        "class Grid(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.register_buffer('points', torch.Tensor(exact))\n\n\n"
        "got = Grid().points.double()"
    ),
}
#: Each does so with a double tensor `x`, and not with another one.
PERHAPS = {
    "to a tensor's dtype": "got = torch.Tensor(exact).to(x.dtype)",
    "to a tensor": "got = torch.Tensor(exact).to(x)",
    "as a tensor's type": "got = torch.Tensor(exact).type_as(x)",
    "later": "rounded = torch.Tensor(exact)\n    rounded = rounded[:]\n    got = rounded.to(x)",
}
#: What the module converts in its own `_apply`.
APPLIED = """
class Grid(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.points = torch.Tensor(exact)

    def _apply(self, fn):
        self.points = fn(self.points)
        return super()._apply(fn)


got = Grid().double().points
"""
#: Each keeps what there is to keep.
KEPT = {
    "not an old constructor": "got = torch.as_tensor(exact).double()",
    "from NumPy": "got = torch.from_numpy(exact).to(torch.float64)",
    "double by name": "got = torch.DoubleTensor(exact).double()",
    "single before": "exact = exact.astype(np.float32)\ngot = torch.Tensor(exact).double()",
    "whole numbers": "exact = np.zeros(3)\ngot = torch.Tensor(exact).double()",
    "rounded by NumPy": "exact = np.floor(exact)\ngot = torch.Tensor(exact).double()",
    "turned as well": "exact = np.round(exact)[::-1].copy()\ngot = torch.Tensor(exact).double()",
}
#: Each leaves it at float32 or less, which is what most programs want.
SINGLE = {
    "float32 for good": "got = torch.Tensor(exact)",
    "to a device": "got = torch.Tensor(exact).to('cpu')",
    "to a tensor's device": "got = torch.Tensor(exact).to(torch.ones(1).device)",
    "half": "got = torch.Tensor(exact).half()",
    "float": "got = torch.Tensor(exact).float()",
    "a parameter": "got = torch.nn.Parameter(torch.Tensor(exact)).detach()",
}


def reported(program: str) -> list[Certainty]:
    found = check_source(program, Options())
    return [each.certainty for each in found if each.code == "TNC401"]


def keeps_digits(program: str, **names: object) -> bool:
    run = dict(names)
    exec(program, run)
    got, exact = run["got"], run["exact"]
    assert isinstance(got, torch.Tensor) and isinstance(exact, np.ndarray)
    return got.tolist() == exact.tolist()


@pytest.mark.parametrize("body", LOST.values(), ids=LOST)
def test_lost_digits_are_reported(body: str) -> None:
    assert not keeps_digits(HEAD + body)
    assert reported(HEAD + body) == [Certainty.PROVEN]


@pytest.mark.parametrize("body", PERHAPS.values(), ids=PERHAPS)
def test_digits_that_may_be_lost_are_reported_as_that(body: str) -> None:
    function = f"{HEAD}\n\ndef grid(x: torch.Tensor):\n    {body}\n    return got\n\n"
    wide, narrow = (torch.ones(1, dtype=dtype) for dtype in (torch.float64, torch.float32))
    assert not keeps_digits(f"{function}\ngot = grid(given)", given=wide)
    assert not keeps_digits(f"{function}\ngot = grid(given)", given=narrow)
    assert reported(function) == [Certainty.POSSIBLE]


def test_what_a_module_converts_itself_may_lose_digits() -> None:
    assert not keeps_digits(HEAD + APPLIED)
    assert reported(HEAD + APPLIED) == [Certainty.POSSIBLE]


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_what_keeps_its_digits_is_not_reported(body: str) -> None:
    assert keeps_digits(HEAD + body)
    assert reported(HEAD + body) == []


@pytest.mark.parametrize("body", SINGLE.values(), ids=SINGLE)
def test_single_precision_is_not_reported(body: str) -> None:
    assert not keeps_digits(HEAD + body)
    assert reported(HEAD + body) == []
