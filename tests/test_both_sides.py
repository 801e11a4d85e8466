"""What is said of a clash, of both its sides, and where a gradient is wanted."""

from __future__ import annotations

import pytest

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.source.findings import Applicability, Finding

HEAD = "import numpy as np\nimport torch\nfrom torch import nn\n"
NET = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3))
    def forward(self, x):
        return self.body(x)
"""


def only(text: str, code: str) -> Finding:
    found = [each for each in check_text(HEAD + text, Options()) if each.code == code]
    assert len(found) == 1
    return found[0]


def told(finding: Finding) -> list[str]:
    return [step.text for step in finding.trace]


def test_what_a_container_in_a_moved_module_is_given_is_on_the_cpu() -> None:
    found = only(NET + "Net().cuda()(torch.ones(2, 3))\n", "TNC207")
    assert found.message.startswith("a tensor on the CPU meets parameters on an accelerator")
    assert told(found) == ["on the CPU: made by `torch.ones(2, 3)`", "placed by `Net().cuda()`"]


def test_parameters_that_stayed_behind_are_named() -> None:
    found = only(NET + "Net()(torch.ones(2, 3).cuda())\n", "TNC207")
    assert found.message.startswith("the parameters are on the CPU")
    assert any("is on an accelerator" in text for text in told(found))


def test_both_dtypes_are_told() -> None:
    found = only("nn.Linear(3, 3)(torch.from_numpy(np.ones((2, 3))))\n", "TNC206")
    assert told(found)[0] == "float32: parameters of `nn.Linear(3, 3)`"
    assert "is float64: made by" in told(found)[1]


FORWARD = """\
class Net(nn.Module):
    def forward(self, xs):
        losses = [x.mean() for x in nn.Linear(3, 1)(xs)]
        return {}
"""


@pytest.mark.parametrize("computed", ["np.sum(losses)", "np.mean(losses)", "np.exp(losses[0])"])
def test_where_a_gradient_is_wanted_torch_computes(computed: str) -> None:
    found = only(FORWARD.format(computed), "TNC101")
    assert "torch's function" in found.message
    assert found.fix is None or found.fix.applicability is not Applicability.SAFE


def test_elsewhere_it_is_detached() -> None:
    text = FORWARD.replace("forward", "report").format("np.exp(losses[0])")
    found = only(text, "TNC101")
    assert "torch's function" not in found.message
    assert found.fix is not None and found.fix.applicability is Applicability.SAFE
