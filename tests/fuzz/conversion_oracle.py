"""What really happens at the conversions of a program, on a simulated accelerator."""

from __future__ import annotations

import ast
import contextlib
import itertools
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import numpy as np
import torch
from conversion_programs import FLAGS

from flake8_tensorconv.verify.simulated import accelerator


@dataclass
class Truth:
    """What happened in all runs of a program, one for each choice of its flags.

    Attributes:
        failed: the lines of conversions that raised in some run.
        reached: the lines of conversions that were reached in every run which might have.
        runs: how many runs came to their end.
    """

    failed: set[int] = field(default_factory=set)
    reached: set[int] = field(default_factory=set)
    runs: int = 0


def truth(text: str) -> Truth:
    """Run a program for every choice of its flags; a conversion that raises gives zeros instead."""
    found = Truth()
    reached: set[int] = set()  # in the run that is going on

    def attempt(line: int, conversion: Callable[[], Any]) -> Any:
        reached.add(line)
        try:
            return conversion()
        except (RuntimeError, TypeError):
            found.failed.add(line)
            return np.zeros(3)

    code = compile(ast.fix_missing_locations(_Attempting().visit(ast.parse(text))), "<p>", "exec")
    everywhere: set[int] = set()
    cut_off: list[set[int]] = []
    for flags in itertools.product("01", repeat=FLAGS):
        reached.clear()
        with _machine(flags):
            try:
                exec(code, {"_attempt": attempt})
            except (RuntimeError, TypeError, ValueError, IndexError, AttributeError):
                # Another operation raised: of what it did not get to, nobody knows.
                cut_off.append(set(reached))
                everywhere |= reached
                continue
        found.runs += 1
        everywhere |= reached
    found.reached = everywhere.intersection(*cut_off)
    return found


@contextlib.contextmanager
def _machine(flags: tuple[str, ...]) -> Iterator[None]:
    with warnings.catch_warnings(), mock.patch.object(sys, "argv", ["program", *flags]):
        warnings.simplefilter("ignore")
        grad = torch.is_grad_enabled()
        with accelerator():
            try:
                yield
            finally:
                torch.set_grad_enabled(grad)


class _Attempting(ast.NodeTransformer):
    """`array = x.numpy()` becomes `array = _attempt(12, lambda: x.numpy())`."""

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        target = node.targets[0]
        if not isinstance(target, ast.Name) or target.id != "array":
            return node
        nothing = ast.arguments([], [], None, [], [], None, [])
        later = ast.Lambda(nothing, node.value)
        call = ast.Call(ast.Name("_attempt", ast.Load()), [ast.Constant(node.lineno), later], [])
        return ast.copy_location(ast.Assign(node.targets, call), node)
