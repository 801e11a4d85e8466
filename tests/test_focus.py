"""The focus loses no finding, whatever way a tensor takes through a file."""

from __future__ import annotations

import ast
import textwrap

import pytest
from ways_through_containers import CONTAINERS
from ways_through_functions import FUNCTIONS
from ways_through_objects import OBJECTS

from flake8_tensorconv import Options
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.selection.focus import focus
from flake8_tensorconv.settings.codes import OFF_BY_DEFAULT
from flake8_tensorconv.source.findings import Finding

#: Ways of a tensor, `t`, into what NumPy reads in the end, `got`.
WAYS = CONTAINERS | FUNCTIONS | OBJECTS
#: Ways of an array as well, unless torch computes on the way.
OF_ARRAYS = [way for way, body in WAYS.items() if "torch" not in body]
#: What is done in the end, one for each kind of thing that the focus looks for.
WITH_TENSORS = (
    "np.stack([x for x in got])",
    "np.asarray(got)",
    "np.sort(np.array(got))",
    "[x * np.ones(3) for x in got]",
    "[x.astype(np.float32) for x in got]",
    "np.mean(got)",
    "got.copy()",
    "[x[::-1] for x in got]",
    "torch.tensor(got)",
    "torch.as_tensor(got)",
    "torch.Tensor(got)",
    "torch.from_numpy(got)",
)
WITH_ARRAYS = (
    "torch.from_numpy(got)",
    "torch.as_tensor(got[0])",
    "[x.unsqueeze(0) for x in got]",
    "torch.sin(got)",
)
WITH_TENSORS_ON_AN_ACCELERATOR = (
    "np.stack([x for x in got])",
    "[x + torch.ones(3) for x in got]",
    "torch.cat([torch.ones(2, 3), *got])",
    "torch.nn.Linear(3, 1)(got)",
)
WITH_GIVEN_TENSORS = (
    "np.stack([x for x in got])",
    "np.asarray(got)",
    "[np.array(x.detach()) for x in got]",
    "[x * torch.tensor([1.0, 2.0]) for x in got]",
    "torch.cat([torch.Tensor([1.0, 2.0]), *got])",
    "torch.sqrt(got) + torch.from_numpy(np.ones(2))",
)
TENSOR = "torch.ones(3, requires_grad=True) * 2"
FAR = 'torch.ones(2, 3).to("cuda" if torch.cuda.is_available() else "cpu")'
ARRAY = "np.ones(3)[::-1]"
OPTIONS = Options(unwanted=frozenset(OFF_BY_DEFAULT))


def _program(made: str, way: str, done: str) -> str:
    body = textwrap.dedent(way).strip()
    return f"import numpy as np\nimport torch\n\nt = {made}\n{body}\nprint({done})\n"


def _function(way: str, done: str) -> str:
    body = textwrap.indent(textwrap.dedent(way).strip(), "    ")
    head = "import numpy as np\nimport torch\n\n\ndef use(t: torch.Tensor):\n"
    return f"{head}{body}\n    return {done}\n"


def _whole(text: str) -> list[Finding]:
    return check_text(text, OPTIONS, whole=True)


@pytest.mark.parametrize("way", WAYS)
def test_the_focus_sees_where_tensors_go(way: str) -> None:
    for done in WITH_TENSORS:
        text = _program(TENSOR, WAYS[way], done)
        assert check_text(text, OPTIONS) == _whole(text), text


@pytest.mark.parametrize("way", WAYS)
def test_the_focus_sees_where_tensors_on_an_accelerator_go(way: str) -> None:
    for done in WITH_TENSORS_ON_AN_ACCELERATOR:
        text = _program(FAR, WAYS[way], done)
        assert check_text(text, OPTIONS) == _whole(text), text


@pytest.mark.parametrize("way", WAYS)
def test_the_focus_sees_where_tensors_go_that_callers_give(way: str) -> None:
    for done in WITH_GIVEN_TENSORS:
        text = _function(WAYS[way], done)
        assert check_text(text, OPTIONS) == _whole(text), text


@pytest.mark.parametrize("way", OF_ARRAYS)
def test_the_focus_sees_where_arrays_go(way: str) -> None:
    for done in WITH_ARRAYS:
        text = _program(ARRAY, WAYS[way], done)
        assert check_text(text, OPTIONS) == _whole(text), text


@pytest.mark.parametrize("way", WAYS)
def test_what_goes_these_ways_is_reported(way: str) -> None:
    """Else the focus would have nothing to lose."""
    text = _program(TENSOR, WAYS[way], WITH_TENSORS[0])
    assert "TNC101" in {each.code for each in check_text(text, OPTIONS)}, text


def test_a_file_without_a_tensor_is_not_looked_at() -> None:
    text = "import numpy as np\nimport torch\n\nprint(np.stack([1, 2]), torch.cuda.is_available())"
    assert focus(text, ast.parse(text), OPTIONS) is None


def test_what_cannot_run_is_looked_at_like_the_rest() -> None:
    """A tuple takes no second index; nothing is known of what it would give."""
    text = """\
import torch

pair = (torch.ones(2, 2, requires_grad=True), torch.ones(3, 2))
print(pair[..., :1], pair[:1, 0], pair[0, :1])
print(pair[0].numpy())
"""
    assert [each.span.line for each in check_text(text, OPTIONS)] == [5]
    assert check_text(text, OPTIONS) == _whole(text)


@pytest.mark.parametrize("device", ["cuda", "xla", "hpu:1", "npu", "mtia", "privateuseone"])
def test_every_accelerator_is_one(device: str) -> None:
    text = _program(f"torch.ones(2, 3).to({device!r})", "got = t", "torch.ones(3) + got")
    assert [each.code for each in check_text(text, OPTIONS)] == ["TNC207"]
