"""Fixes insert what is missing and nothing else, keep lines, and leave nothing for a second run."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flake8_tensorconv.config import FixStyle, Options
from flake8_tensorconv.rewriting import FixResult, fix_text

HEAD = """\
import numpy as np
import torch

d = "cpu"
x = torch.ones(3, requires_grad=True)
h = torch.ones(3, dtype=torch.bfloat16, requires_grad=True)


def f(y: torch.Tensor, z: torch.Tensor):
    """


def fixed(text: str, options: Options | None = None) -> FixResult:
    return fix_text(text, options or Options(), unsafe=True, keep=lambda _, found: found)


#: Statements and what they become.
GUARDED = {
    "moved, detached": (
        "np.stack([y.cpu(), z.detach()])",
        "np.stack([y.detach().cpu(), z.detach().cpu()])",
    ),
    "both and none": (
        "np.stack([y.detach().cpu(), z])",
        "np.stack([y.detach().cpu(), z.detach().cpu()])",
    ),
    "in between": (
        "np.stack([y.detach().squeeze(0), z.cpu().view(-1)])",
        "np.stack([y.detach().squeeze(0).cpu(), z.cpu().view(-1).detach()])",
    ),
    "moved by name": (
        "np.stack([y.to('cpu'), z.to(device='cpu')])",
        "np.stack([y.detach().to('cpu'), z.detach().to(device='cpu')])",
    ),
    "moved on": (
        "np.stack([y.cpu().to(d), z])",
        "np.stack([y.cpu().to(d).detach().cpu(), z.detach().cpu()])",
    ),
    "data": ("np.array([y.data, z])", "np.array([y.data.cpu(), z.detach().cpu()])"),
    "combined with another": (
        "np.stack([y.detach().mul(z), z])",
        "np.stack([y.detach().mul(z).detach().cpu(), z.detach().cpu()])",
    ),
    "cast and moved": (
        "np.stack([h.detach().float().to(d), h.detach()])",
        "np.stack([h.detach().float().to(d), h.detach().float()])",
    ),
    "cast back": (
        "np.stack([h.detach().float().to(torch.bfloat16), h.detach()])",
        "np.stack([h.detach().float().to(torch.bfloat16).float(), h.detach().float()])",
    ),
    "copied": ("torch.tensor(x.clone())", "x.clone().detach()"),
    "detached": ("torch.tensor(x.detach())", "x.detach().clone()"),
    "both": ("torch.tensor(x.detach().clone())", "x.detach().clone()"),
    "both the other way round": ("torch.tensor(x.clone().detach())", "x.clone().detach()"),
    "computed from a copy": ("torch.tensor(x.clone()[:1])", "x.clone()[:1].detach().clone()"),
    "moved, copied": (
        "torch.tensor(x.detach().cpu(), dtype=torch.float64)",
        "x.detach().cpu().clone().to(dtype=torch.float64)",
    ),
}


@pytest.mark.parametrize(("before", "after"), GUARDED.values(), ids=GUARDED)
def test_only_what_is_missing(before: str, after: str) -> None:
    assert fixed(f"{HEAD}return {before}\n").text == f"{HEAD}return {after}\n"


LINES = {
    "alone": ("torch.tensor(\n    x\n)", "(\n    x.detach().clone()\n)"),
    "comments": ("torch.tensor(  # a\n    x  # b\n)", "(  # a\n    x.detach().clone()  # b\n)"),
    "trailing comma": ("torch.tensor(\n    x,\n)", "(\n    x.detach().clone()\n)"),
    "nothing to add": ("torch.tensor(\n    x.detach().clone()\n)", "(\n    x.detach().clone()\n)"),
    "arguments": (
        "torch.tensor(\n    x,\n    dtype=torch.float64,  # a\n    device=d,\n)",
        "(\n    x.detach().clone().to(\n    dtype=torch.float64,  # a\n    device=d\n))",
    ),
    "aligned": (
        "torch.tensor(x,\n             dtype=torch.float64)",
        "x.detach().clone().to(\n             dtype=torch.float64)",
    ),
    "and a gradient": (
        "torch.tensor(\n    x,\n    dtype=torch.float64,\n    requires_grad=True,\n)",
        "(\n    x.detach().clone().to(\n    dtype=torch.float64\n    ).requires_grad_(True\n))",
    ),
    "of an array": (
        "torch.Tensor(\n    np.ones(3),  # a\n)",
        "torch.tensor(\n    np.ones(3), dtype=torch.float32  # a\n)",
    ),
    "of a list": (
        "torch.tensor(\n    [x.sum(), x[0]],  # a\n    dtype=torch.float64\n)",
        "torch.stack(\n    [x.sum(), x[0]]  # a\n    ).to(dtype=torch.float64\n)",
    ),
    "followed": ("torch.tensor(\n    x\n).sum()", "(\n    x.detach().clone()\n).sum()"),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("before", "after"), LINES.values(), ids=LINES)
def test_lines_are_kept(before: str, after: str, newline: str) -> None:
    old, new = (f"{HEAD}pass\n\na = {each}\n".replace("\n", newline) for each in (before, after))
    result = fixed(old)
    assert result.text.count("\n") == old.count("\n")
    assert result.text == new


MOVING = {
    "joined": "a = torch.tensor(\n    x\n); b = torch.tensor(  # keep\n    x\n)\n",
    "side by side": "a = [torch.tensor(\n x), x.numpy(), torch.tensor(x,\n requires_grad=True)]\n",
    "one in another": "a = torch.tensor(\n    torch.tensor(\n        x\n    ),\n)\n",
    "same line": "a = x.numpy(); b = torch.tensor(x); c = np.asarray(\n    x); d = h.numpy()\n",
}


@pytest.mark.parametrize("statement", MOVING.values(), ids=MOVING)
def test_everything_is_fixed_in_one_run(statement: str) -> None:
    result = fixed(f"{HEAD}pass\n\n{statement}")
    assert not [each for each in result.remaining if each.fix is not None]
    assert "torch.tensor" not in result.text


STATEMENTS = [before for before, _ in (*GUARDED.values(), *LINES.values())]
STATEMENTS += [statement.split("=", 1)[1] for statement in ("a = x.numpy()", "a = h.numpy()")]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=4),
    st.sampled_from(list(FixStyle)),
    st.booleans(),
)
def test_a_second_run_changes_nothing(lines: list[str], style: FixStyle, unsafe: bool) -> None:
    body = "".join(f"    v{number} = {line}\n" for number, line in enumerate(lines))
    text = f"{HEAD}pass\n{body}"
    options = Options(fix_style=style)
    once = fix_text(text, options, unsafe=unsafe, keep=lambda _, found: found)
    twice = fix_text(once.text, options, unsafe=unsafe, keep=lambda _, found: found)
    ast.parse(once.text)
    assert twice.text == once.text
    for needless in (".cpu().cpu()", ".detach().detach()", ".float().float()", ".clone().clone()"):
        assert needless not in once.text
