"""For the rules about shared memory: how a conversion is named, and how it is made to copy."""

from __future__ import annotations

import ast

from flake8_tensorconv.analysis.events import SharedMemory
from flake8_tensorconv.findings import Applicability
from flake8_tensorconv.rules.record import Replacement


def copying(event: SharedMemory) -> Replacement:
    """Let the conversion make a copy: `.clone()` of the tensor, `.copy()` of the array."""
    copied = ast.Call(ast.Attribute(event.call, ast.Name(_method(event))))
    return Replacement(Applicability.UNSAFE, event.call, copied)


def advice(event: SharedMemory) -> str:
    """What to do about it, in a few words."""
    return f"copy it: add `.{_method(event)}()`"


def conversion(event: SharedMemory) -> str:
    """The conversion and what it shares memory with: "`from_numpy()` shares memory with `a`"."""
    module = ast.Module([])
    name = module.code_for_node(event.at).strip()
    operand = " ".join(module.code_for_node(event.operand).split())
    if len(operand) > _MAX_OPERAND:
        operand = operand[: _MAX_OPERAND - 3] + "..."
    verb = "may share" if event.perhaps else "shares"
    return f"`{name}()` {verb} memory with `{operand}`"


_MAX_OPERAND = 40


def _method(event: SharedMemory) -> str:
    return "copy" if event.via.startswith(("Tensor.", "numpy.")) else "clone"
