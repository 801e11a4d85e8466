"""The machines that the run-time tests run on, and what torch says there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
import torch

from flake8_tensorconv.verify.simulated import accelerator

# Machines with an accelerator: a simulated one, and a real one where there is one.
REAL = (pytest.param("cuda", marks=pytest.mark.cuda),) if torch.cuda.is_available() else ()
ACCELERATORS = ("simulated", *REAL)
ALL = ("cpu", *ACCELERATORS)


def machine(name: str) -> AbstractContextManager[None]:
    """Return the context in which programs find the machine `name`."""
    return accelerator() if name == "simulated" else nullcontext()


NEEDS_CPU = "TypeError: can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy"
NEEDS_DETACH = "RuntimeError: Can't call numpy() on Tensor that requires grad."
TWO_DEVICES = "RuntimeError: Expected all tensors to be on the same device, but"


def error_of(call: Callable[[], object]) -> str | None:
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def assert_ends(call: Callable[[], object], expected: str | None) -> None:
    error = error_of(call)
    assert (error or "").startswith(expected or "")
    assert (error is None) == (expected is None), error
