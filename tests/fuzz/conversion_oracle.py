"""What really happens at the conversions of a program, on a simulated accelerator."""

from __future__ import annotations

import ast
import contextlib
import itertools
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import numpy as np
import torch
from conversion_programs import FLAGS
from language_programs import UNTAKEN

from flake8_tensorconv.verify.simulated import accelerator

Flags = tuple[str, ...]


@dataclass
class Truth:
    """What happened in all runs of a program, one for each choice of its flags.

    Attributes:
        failed: the lines of conversions that raised in some run.
        owed: those that raised in a run in which loops that may have no turns had some: the
            analysis takes it that they have.
        reached: the lines of conversions that were reached in every run which might have; none
            where there is a path that no run takes.
        runs: how many runs came to their end.
        gave: by the flags, what a run had in its variables at its end, if nothing raised.
    """

    failed: set[int] = field(default_factory=set)
    owed: set[int] = field(default_factory=set)
    reached: set[int] = field(default_factory=set)
    runs: int = 0
    gave: dict[Flags, dict[str, str]] = field(default_factory=dict)


def truth(text: str) -> Truth:
    """Run a program for every choice of its flags; a conversion that raises gives zeros instead."""
    found = Truth()
    reached: set[int] = set()  # in the run that is going on
    failed: set[int] = set()

    def attempt(line: int, conversion: Callable[[], Any]) -> Any:
        reached.add(line)
        try:
            return conversion()
        except (RuntimeError, TypeError) as problem:
            if not _ABOUT_TENSORS.search(str(problem)):
                raise  # NumPy minds something that is no tensor
            failed.add(line)
            return np.zeros(3)

    code = compile(ast.fix_missing_locations(_Attempting().visit(ast.parse(text))), "<p>", "exec")
    everywhere: set[int] = set()
    cut_off: list[set[int]] = []
    for flags in itertools.product("01", repeat=FLAGS):
        reached.clear()
        failed.clear()
        names: dict[str, Any] = {"_attempt": attempt}
        with _machine(flags):
            try:
                exec(code, names)
                if not failed:
                    found.gave[flags] = _told(names)
            except _ERRORS:
                # Another operation raised: of what it did not get to, nobody knows.
                cut_off.append(set(reached))
                everywhere |= reached
                continue
            finally:
                found.failed |= failed
                if flags[0] == "1" or not _MAY_BE_IDLE.search(text):
                    found.owed |= failed
        found.runs += 1
        everywhere |= reached
    if UNTAKEN not in text:
        found.reached = everywhere.intersection(*cut_off)
    return found


def gives(text: str, flags: Flags) -> dict[str, str] | str:
    """What a run of a program has in its variables at its end, or the exception that ends it."""
    names: dict[str, Any] = {}
    code = compile(text, "<p>", "exec")
    with _machine(flags):
        try:
            exec(code, names)
            return _told(names)
        except _ERRORS as problem:
            return f"{type(problem).__name__}: {problem}"


_ERRORS = (RuntimeError, TypeError, ValueError, IndexError, AttributeError, NameError)
#: What torch says when a tensor cannot be converted.
_ABOUT_TENSORS = re.compile(r"numpy\(\)|\bTensor|\btensor|ScalarType|ayout|resolve_")
#: Loops over `turns` may have none.
_MAY_BE_IDLE = re.compile(r"\bturns\b(?! = )")
_VARIABLE = re.compile(r"x\d+|array|several")


def _told(names: dict[str, Any]) -> dict[str, str]:
    return {name: _text(each) for name, each in names.items() if _VARIABLE.fullmatch(name)}


def _text(each: Any) -> str:
    """A value in words in which any difference shows."""
    if isinstance(each, (list, tuple)):
        return f"{type(each).__name__} of {[_text(one) for one in each]}"
    if not isinstance(each, torch.Tensor):
        return f"{type(each).__name__} {getattr(each, 'dtype', '')} {each!r}"
    facts = (type(each).__name__, each.dtype, each.device.type, each.layout, each.requires_grad)
    with torch.no_grad():
        values = each.detach().cpu().to_dense().resolve_conj()
        wide = torch.complex128 if values.is_complex() else torch.float64
        return f"{facts} {values.to(wide).tolist()}"


@contextlib.contextmanager
def _machine(flags: tuple[str, ...]) -> Iterator[None]:
    with warnings.catch_warnings(), mock.patch.object(sys, "argv", ["program", *flags]):
        warnings.simplefilter("ignore")
        grad = torch.is_grad_enabled()
        torch.manual_seed(0)
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
