"""A fix that silences one rule hides no other: `.cpu()` may leave memory where it was."""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from flake8_tensorconv.config import FixStyle, Options
from flake8_tensorconv.rewriting import fix_text
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.source.findings import Certainty, Finding

HEAD = """\
import numpy as np
import torch

"""

#: Functions that change the memory of what they are given, if that is on the CPU.
CHANGING = {
    "attribute": """\
def run(box):
    t: torch.Tensor = box.tensor
    a = t.numpy()
    a[:3] = 0
    return a
""",
    "parameter": "def run(t: torch.Tensor):\n    a = t.numpy()\n    a += 1\n    return a\n",
    "asarray": "def run(t: torch.Tensor):\n    a = np.asarray(t)\n    a *= 2\n    return a\n",
    "entry": """\
def run(batch):
    t: torch.Tensor = batch["x"]
    a = t.numpy()
    a.fill(0)
    return a
""",
    "detached": "def run(t):\n    a = t.detach().numpy()\n    a[0] = 5\n    return a\n",
    "view": "def run(t: torch.Tensor):\n    a = t.view(-1).numpy()\n    a.sort()\n    return a\n",
    "a part": "def run(t: torch.Tensor):\n    a = t[1:].numpy()\n    a += 1\n    return a\n",
    "used afterwards": """\
def run(x: torch.Tensor):
    t = torch.relu(x)
    a = t.numpy()
    before = t.sum().item()
    a += 1
    return t.sum().item() - before, a
""",
    "in a method": """\
class Box:
    def clip(self, t: torch.Tensor):
        a = t.numpy()
        np.clip(a, 0, 1, out=a)
        return a

run = Box().clip
""",
}


def codes(findings: list[Finding]) -> set[str]:
    return {each.code for each in findings}


def shared(text: str) -> set[str]:
    return codes(check_text(text, Options())) & {"TNC301", "TNC302"}


@pytest.mark.parametrize("style", list(FixStyle))
@pytest.mark.parametrize("body", CHANGING.values(), ids=CHANGING)
def test_shared_memory_is_still_reported(body: str, style: FixStyle) -> None:
    text = HEAD + body
    before = shared(text)
    assert before
    guarded = fix_text(text, Options(fix_style=style), unsafe=True, keep=_only_guards).text
    assert guarded != text
    assert shared(guarded) == before
    assert {each.certainty for each in check_text(guarded, Options())} == {Certainty.POSSIBLE}
    assert changes(text) and changes(guarded)


@pytest.mark.parametrize("body", CHANGING.values(), ids=CHANGING)
def test_a_copy_ends_it(body: str) -> None:
    text = HEAD + body
    copied = fix_text(text, Options(), unsafe=True, keep=lambda _, found: found).text
    assert not check_text(copied, Options())
    assert not changes(copied)


def _only_guards(_: str, findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if each.code.startswith("TNC1")]


def changes(text: str) -> bool:
    """Does the function change what it is given, or what it made of that?"""
    space: dict[str, Any] = {}
    exec(compile(text, "program", "exec"), space)
    given = torch.tensor([3.0, 2.0, 1.0, 7.0])
    kept = given.clone()
    holders = {"box": SimpleNamespace(tensor=given), "batch": {"x": given}}
    (parameter,) = inspect.signature(space["run"]).parameters
    result = space["run"](holders.get(parameter, given))
    return not torch.equal(given, kept) or (isinstance(result, tuple) and result[0] != 0)


SILENT = {
    "made elsewhere": "a = t.cuda().cpu().numpy()",
    "copied": "a = t.detach().cpu().clone().numpy()",
    "copied by NumPy": "a = np.array(t.detach().cpu())",
    "computed": "a = (t.detach().cpu() + 0).numpy()",
}


@pytest.mark.parametrize("line", SILENT.values(), ids=SILENT)
def test_what_is_copied_is_nobody_elses(line: str) -> None:
    assert not shared(f"{HEAD}def run(t: torch.Tensor):\n    {line}\n    a += 1\n    return a\n")
