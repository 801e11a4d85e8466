"""Classes on their own: what constructors find, and what callers may hold or have done meanwhile."""

from __future__ import annotations

import pytest

from flake8_tensorconv.checking import check_text
from flake8_tensorconv.config import Options

HEAD = "import numpy as np\nimport torch\nfrom torch import nn\n\n\n"
#: Rules about style, and those that are off by default.
IGNORED = {"TNC310", "TNC403", "TNC404", "TNC405"}


def codes(text: str) -> set[str]:
    """What is reported in a module."""
    return {each.code for each in check_text(HEAD + text, Options())} - IGNORED


REPLACED = """\
class Detector({base}):
    def __init__(self, rows: np.ndarray, device):
        super().__init__(rows)
        self.rows = torch.from_numpy(self.rows).to(device)
"""
BASE = """\
class Base:
    def __init__(self, rows):
        self.rows = {stored}


"""
WRAPPED = """\
def taking_tensors(function):
    def wrapper(value: torch.Tensor, count: int):
        return function(value.detach().cpu().numpy(), count)

    return wrapper


class Metric:
    def __init__(self, mode: str):
        if mode == "torch":
            self.update = taking_tensors(self.update)
            {more}

    def update(self, value: np.ndarray, count: int):
        return value * count
"""
POSTPONED = """\
import dataclasses


@dataclasses.dataclass
class Table:
    rows: np.ndarray

    def __post_init__(self):
        self.rows = torch.from_numpy(self.rows)

    def {name}(self):
        return torch.from_numpy(self.rows)
"""


def test_a_constructor_finds_what_the_base_class_has_stored() -> None:
    assert codes("from base import Base\n\n\n" + REPLACED.format(base="Base")) == set()
    assert codes(BASE.format(stored="np.asarray(rows)") + REPLACED.format(base="Base")) == set()
    stored = "torch.as_tensor(rows)"
    assert codes(BASE.format(stored=stored) + REPLACED.format(base="Base")) == {"TNC202"}


def test_a_constructor_finds_the_method_that_it_replaces() -> None:
    assert codes(WRAPPED.format(more="")) == set()
    again = "self.update = self.update(torch.ones(2, requires_grad=True), 2).numpy()"
    assert codes(WRAPPED.format(more=again)) == {"TNC105"}


def test_a_field_is_what_was_declared_until_it_is_replaced() -> None:
    assert codes(POSTPONED.split("    def {name}")[0]) == set()
    assert codes(POSTPONED.format(name="again")) == {"TNC202"}


HANDING_OUT = """\
class Boxes:
    def __init__(self, data):
        self.corners = torch.tensor(data)

    def numpy(self):
        return self.corners.cpu().numpy()

{change}
"""


@pytest.mark.parametrize(
    "change",
    [
        "    def __setitem__(self, i, v):\n        self.corners[i] = v",
        "    def __imul__(self, v):\n        self.corners *= v\n        return self",
        "    def clip_(self, size):\n        self.corners.clamp_(0, size)\n        return self",
        "    @property\n    def first(self):\n        return 0\n\n"
        "    @first.setter\n    def first(self, v):\n        self.corners[0] = v",
    ],
)
def test_a_caller_who_changes_the_object_himself_knows_of_it(change: str) -> None:
    assert codes(HANDING_OUT.format(change=change)) == set()


@pytest.mark.parametrize(
    "change",
    [
        "    def step(self, v):\n        self.corners += v",
        "    def step(self, v):\n        self.corners[0] = v\n        return self.numpy()",
        "    def clip_(self, size):\n        self.corners.clamp_(0, size)\n\n"
        "    def step(self):\n        self.clip_(9)",
    ],
)
def test_what_an_object_changes_in_its_work_surprises_who_holds_it(change: str) -> None:
    assert codes(HANDING_OUT.format(change=change)) == {"TNC301"}
