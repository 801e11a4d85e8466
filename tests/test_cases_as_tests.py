"""Tests of `match` statements whose cases ask what an `if` may ask as well: run, then judged."""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

CASES = {
    "attribute": "match x:\n case torch.Tensor(requires_grad=True):\n  x = x.detach()",
    "guard": "match x:\n case torch.Tensor() if x.requires_grad:\n  x = x.detach()",
    "name of the type": "match type(x).__name__:\n case 'Tensor':\n  x = x.detach()",
    "several": "match x:\n case float() | int():\n  pass\n case _:\n  x = x.detach()",
    "class": "match x:\n case torch.Tensor():\n  x = x.detach()\n case float():\n  x = [x]",
}
PROGRAM = """\
import numpy as np
import torch


def convert(x):
{body}
    return np.asarray(x)


convert(1.5)
convert(torch.ones(2, requires_grad=True))
"""


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_case_tells_what_a_condition_tells(case: str) -> None:
    text = PROGRAM.format(body="\n".join(f"    {line}" for line in case.splitlines()))
    exec(text, {})
    assert [each.code for each in check_source(text) if each.code.startswith("TNC1")] == []
    wrong = text.replace("x = x.detach()", "x = x * 1")
    with pytest.raises(RuntimeError, match="requires grad"):
        exec(wrong, {})
    assert [each.code for each in check_source(wrong) if each.code < "TNC2"] == ["TNC101"]
