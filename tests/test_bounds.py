"""The work that one function costs is bounded, however often it asks the same and loops."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

import pytest

from flake8_tensorconv import check_source
from flake8_tensorconv.engine.program import UNFOLDING
from flake8_tensorconv.engine.run import Run, new_run
from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.interpreter import entry
from flake8_tensorconv.lattice.values import Value
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.project.loading import Project
from flake8_tensorconv.rules import judging
from flake8_tensorconv.source.findings import Certainty


def _loops_that_ask(depth: int) -> str:
    """A function with loops in loops, in which each of them asks the same three tests."""
    lines = ["import torch", "def f(x, many, p, q, r):"]
    for level in range(depth):
        margin = "    " * (level + 1)
        lines.append(f"{margin}for i{level} in (0, 1):")
        for flag in "pqr":
            lines += [f"{margin}    if {flag}:", f"{margin}        x = x + torch.ones(i{level})"]
        lines.append(f"{margin}    for each in many:")
        lines.append(f"{margin}        x = x * torch.zeros(3).numpy()")
    return "\n".join([*lines, "    return x.numpy()"]) + "\n"


def test_loops_in_loops_that_ask_the_same_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Run] = []

    def kept(*args: Any) -> Run:
        runs.append(new_run(*args))
        return runs[-1]

    monkeypatch.setattr(entry, "new_run", kept)
    file = File(index_of(ast.parse(_loops_that_ask(8))))
    entry.analyze(file, Project(file))
    assert runs[0].program.steps < 2 * UNFOLDING


def test_what_comes_after_the_bound_is_still_looked_at() -> None:
    source = _loops_that_ask(8) + "def g():\n    return torch.nn.Linear(2, 2).weight.numpy()\n"
    assert "TNC101" in {finding.code for finding in check_source(source)}


def test_the_operand_of_many_events_is_joined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    join_all, count = judging.join_all, 0

    def counted(values: Iterable[Value]) -> Value:
        nonlocal count
        count += 1
        return join_all(values)

    monkeypatch.setattr(judging, "join_all", counted)
    calls = "".join(f"g(torch.ones({n}) * {n}, {n})\n" for n in range(40))
    check_source("import torch\ndef g(x, n):\n    return torch.tensor(x)\n" + calls)
    assert 0 < count < 5


def test_nothing_is_proven_where_ways_are_not_told_apart() -> None:
    many = "\n".join(f"    x = x + {number}" for number in range(200))
    source = f"""\
import torch
def f(far: bool, n: int):
    x = torch.zeros(3)
    for _ in range(n):
        for _ in range(n):
            for _ in range(n):
{many.replace("    x", "                x")}
    y = torch.zeros(3, requires_grad=True)
    if far:
        y = y.detach()
    if far:
        return y.numpy()
"""
    assert all(each.certainty is not Certainty.PROVEN for each in check_source(source))
