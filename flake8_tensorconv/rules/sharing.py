"""For the rules about shared memory: how a conversion is named, and how it is made to copy."""

from __future__ import annotations

import ast

from flake8_tensorconv.events.records import SharedMemory
from flake8_tensorconv.index.syntax import last_name
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Replacement
from flake8_tensorconv.source.findings import Applicability


def copying(event: SharedMemory) -> Replacement:
    """Let the conversion make a copy: `.clone()` of the tensor, `.copy()` of the array."""
    return Replacement(Applicability.UNSAFE, event.call, method_call(event.call, _method(event)))


def advice(event: SharedMemory) -> str:
    """What to do about it, in a few words."""
    return f"copy it: add `.{_method(event)}()`"


def conversion(event: SharedMemory) -> str:
    """The conversion and what it shares memory with: "`from_numpy()` shares memory with `a`"."""
    name = last_name(event.at) if isinstance(event.at, ast.expr) else event.via
    verb = "may share" if event.perhaps else "shares"
    return f"`{name}()` {verb} memory with `{{operand}}`"


def _method(event: SharedMemory) -> str:
    return "copy" if event.via.startswith(("Tensor.", "numpy.")) else "clone"
