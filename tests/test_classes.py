"""Classes on their own: what a constructor finds, and what callers may hold or have done."""

from __future__ import annotations

import pytest

from flake8_tensorconv.config import DevicePolicy, Options
from flake8_tensorconv.rewriting.check import check_text

HEAD = "import numpy as np\nimport torch\nfrom torch import nn\n\n\n"
#: Rules about style, and those that are off by default.
IGNORED = {"TNC310", "TNC403", "TNC404", "TNC405", "TNC601"}


def codes(text: str, device: DevicePolicy = DevicePolicy.ANY) -> set[str]:
    """What is reported in a module."""
    return {each.code for each in check_text(HEAD + text, Options(device=device))} - IGNORED


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
        "    def __setitem__(self, i, v):\n        self.corners[i] = v\n\n"
        "    def step(self):\n        self[0] = 9",
    ],
)
def test_what_an_object_changes_in_its_work_surprises_who_holds_it(change: str) -> None:
    assert codes(HANDING_OUT.format(change=change)) == {"TNC301"}


SCALE = """\
class Scale(nn.Module):
    def __init__(self, mean):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean))
        self.weight = nn.Parameter(torch.ones(3))
        self.inner = nn.Linear(3, 3)
        self.table = torch.ones(3)
        {made}

    def exported(self):
        {first}
        return {given}
"""
MADE, FIRST = "self.start = 0", "bias = self.inner.bias"


@pytest.mark.parametrize(
    "given",
    [
        "self.mean[1:].numpy()",
        "self.weight.detach().numpy()",
        "self.weight.data[0].numpy()",
        "bias.detach().numpy()",
        "self.inner(self.mean).detach().numpy()",
    ],
)
def test_callers_may_have_moved_parameters_and_buffers(given: str) -> None:
    text = SCALE.format(made=MADE, first=FIRST, given=given)
    assert codes(text) == {"TNC111"}
    assert codes(text, DevicePolicy.CPU) == set()


@pytest.mark.parametrize(
    ("made", "first", "given"),
    [
        (MADE, FIRST, "self.table.numpy()"),
        (MADE, FIRST, "(self.mean * self.table).numpy()"),  # of two devices, `*` would fail
        (MADE, FIRST, "self.mean.cpu().numpy()"),
        (MADE, FIRST, "None if self.mean.is_cuda else self.mean.numpy()"),
        (MADE, "self.cpu()", "self.mean.numpy()"),
        ("self.start = self.weight.detach().numpy()", FIRST, "None"),
        ("self.start = (self.mean * 2).clone()", FIRST, "self.start.numpy()"),
    ],
)
def test_nobody_has_moved_what_is_new_plain_or_brought_back(
    made: str, first: str, given: str
) -> None:
    assert codes(SCALE.format(made=made, first=first, given=given)) == set()


def test_a_module_that_its_constructor_moves_is_there() -> None:
    text = SCALE.format(made="self.cuda()", first=FIRST, given="self.mean.numpy()")
    assert codes(text) == {"TNC102"}


FIELD = """\
from dataclasses import dataclass


@dataclass(frozen={frozen})
class Batch:
    mask: torch.Tensor

    def __post_init__(self):
        {after}

    def safe(self):
        self.mask = self.mask.detach().cpu()

    def lengths(self):
        return self.mask.sum(dim=1).numpy()
"""


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("self.mask = self.mask.detach().cpu()", set()),
        ("self.safe()", set()),
        ('object.__setattr__(self, "mask", self.mask.detach().cpu())', set()),
        ("if len(self.mask): self.mask = self.mask.detach().cpu()", {"TNC110"}),
        ("self.other = self.mask.detach().cpu()", {"TNC110"}),
        ("self.mask = self.mask.detach()", {"TNC111"}),
        ("self.mask = nn.Linear(3, 3)(self.mask).cpu()", {"TNC101"}),
    ],
)
def test_a_field_is_what_post_init_makes_of_it(after: str, expected: set[str]) -> None:
    assert codes(FIELD.format(frozen="setattr" in after, after=after)) == expected


@pytest.mark.parametrize(
    ("made", "given", "expected"),
    [
        ("torch.from_numpy(table)", "lookup", {"TNC310"}),
        ("torch.from_numpy(table)", "lambda u: rows[u]", {"TNC310"}),
        ("torch.from_numpy(table)", '{"lookup": lookup}', {"TNC310"}),
        ("torch.from_numpy(table)", "lookup(0).sum()", set()),
        ("torch.from_numpy(table)", "lambda rows: rows[0]", set()),
        ("torch.from_numpy(table).clone()", "lookup", set()),
    ],
)
def test_a_function_keeps_what_it_uses(made: str, given: str, expected: set[str]) -> None:
    body = f"rows = {made}\n\n    def lookup(u):\n        return rows[u]\n\n    return {given}\n"
    source = f"{HEAD}def make(table: np.ndarray):\n    {body}"
    assert {each.code for each in check_text(source, Options())} == expected


GATED = """\
class Gated(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Parameter(torch.zeros(3))
        self.gate.data.uniform_()

    def weights(self):
        return torch.softmax({read}, dim=0)

    def forward(self, x):
        {first}
        return {given}

    def other(self, x):
        {other}
"""


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, {"TNC402"}),
        ({"given": "x * self.gate.data.abs()"}, {"TNC402"}),
        ({"read": "self.gate"}, set()),
        ({"given": "x"}, set()),
        ({"given": "x * (self.gate.data > 0).float()"}, set()),
        ({"given": "x * (self.gate + (self.gate.round() - self.gate.data))"}, set()),
        ({"given": "x, self.weights().tolist()"}, set()),
        ({"first": "self.gate.data.clamp_(0, 1)"}, set()),
        ({"first": "self.gate.data = 0.9 * self.gate.data + x"}, set()),
        ({"other": "return self.gate.abs().sum()"}, set()),
        ({"other": "self.gate.data[0] = x"}, set()),
        ({"other": "self.gate.grad = x"}, set()),
        ({"other": "return self.gate.data.cpu().numpy()"}, {"TNC402"}),
    ],
)
def test_a_parameter_of_which_only_the_data_is_used(
    changed: dict[str, str], expected: set[str]
) -> None:
    usual = {"read": "self.gate.data", "first": "pass", "given": "x * self.weights()"}
    found = codes(GATED.format_map(usual | {"other": "pass"} | changed))
    assert found == expected
