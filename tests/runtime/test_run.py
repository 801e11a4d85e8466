"""Running whole programs: how each ended is told, and none disturbs the next."""

from __future__ import annotations

from functools import cache

import pytest

from flake8_tensorconv.verify.run import Device, Outcome, run_programs

READ_ONLY = "import numpy as np, torch\ntorch.from_numpy(np.broadcast_to(np.ones(2), (2, 2)))\n"
COPY = "import torch\nx = torch.ones(2)\ntorch.tensor(x)\n"
PROGRAMS = {
    "runs": "print('a', 'b')",
    "raises": "def f():\n    raise ValueError('no')\n\n\nf()",
    "raises inside a library": "import json\n\n\njson.loads('{')",
    "syntax error": "x = = 1",
    "leaves": "import sys\nsys.exit()",
    "leaves with a message": "import sys\nsys.exit('gone')",
    "warns": "import warnings\nwarnings.warn('careful')",
    "changes torch": (
        "import torch\n"
        "torch.set_grad_enabled(False)\n"
        "torch.set_default_dtype(torch.float64)\n"
        "torch.set_default_device('meta')\n"
        "torch.manual_seed(7)"
    ),
    "sees torch unchanged": (
        "import torch\n"
        "x = torch.rand(2, requires_grad=True)\n"
        "print((x * 2).requires_grad, x.dtype, x.device)"
    ),
    "one seed": "import torch\nprint(torch.rand(1).item())",
    "the same seed": "import torch\n\nprint(torch.rand(1).item())",
    "wraps read-only memory": READ_ONLY,
    "wraps read-only memory again": READ_ONLY + "# again",
    "copies a tensor": COPY,
    "copies a tensor again": COPY + "# again",
    "asks for CUDA": "import torch\nprint(torch.cuda.is_available())",
    "crashes": "import os\nos.abort()",
    "after the crash": "print('still there')",
}


@cache
def outcomes(device: Device) -> dict[str, Outcome]:
    names = [name for name in PROGRAMS if device == "cpu" or "crash" not in name]
    results = run_programs([PROGRAMS[name] for name in names], device)
    return dict(zip(names, results, strict=True))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("runs", Outcome(output="a b\n")),
        ("raises", Outcome("ValueError: no", line=2)),
        ("leaves", Outcome()),
        ("leaves with a message", Outcome("SystemExit: gone")),
        ("warns", Outcome(warnings=("UserWarning: careful",))),
        ("changes torch", Outcome()),
        ("sees torch unchanged", Outcome(output="True torch.float32 cpu\n")),
        ("after the crash", Outcome(output="still there\n")),
    ],
)
def test_how_a_program_ended(name: str, expected: Outcome) -> None:
    assert outcomes("cpu")[name] == expected


def test_errors_name_the_line_of_the_program() -> None:
    error = outcomes("cpu")["raises inside a library"]
    assert (error.error or "").startswith("JSONDecodeError: ")
    assert error.line == 4
    assert (outcomes("cpu")["syntax error"].error or "").startswith("SyntaxError: ")


def test_a_crash_costs_only_the_program_itself() -> None:
    assert (outcomes("cpu")["crashes"].error or "").startswith("Crash: exit status ")


def test_every_program_starts_from_the_same_seed() -> None:
    results = outcomes("cpu")
    assert results["one seed"].output == results["the same seed"].output


def test_the_accelerator_is_there_only_when_asked_for() -> None:
    assert outcomes("cpu")["asks for CUDA"].output == "False\n"
    assert outcomes("simulated")["asks for CUDA"].output == "True\n"


def test_a_program_that_hangs_is_given_up() -> None:
    before, hanging = run_programs(["print(1)", "while True: pass"], "cpu", timeout=2)
    assert before == Outcome(output="1\n")
    assert hanging == Outcome("Timeout: no result after 2 seconds")


@pytest.mark.parametrize(
    ("error", "expected", "agrees"),
    [
        (None, None, True),
        ("TypeError: no such thing", None, False),
        (None, "TypeError: no", False),
        ("TypeError: no such thing", "TypeError: no", True),
        ("TypeError: something", "TypeError: no", False),
    ],
)
def test_agreement(error: str | None, expected: str | None, agrees: bool) -> None:
    assert Outcome(error).agrees_with(expected) is agrees


@pytest.mark.parametrize(
    ("error", "expected", "agrees"),
    [
        ("RuntimeError: no driver", "AssertionError: not compiled", True),
        ("AssertionError: not compiled", "AssertionError: not compiled", True),
        ("TypeError: no", "AssertionError: not compiled", False),
        (None, "AssertionError: not compiled", False),
        ("RuntimeError: no driver", None, False),
        (None, None, True),
    ],
)
def test_agreement_with_another_build(
    error: str | None, expected: str | None, agrees: bool
) -> None:
    assert Outcome(error).agrees_with(expected, "RuntimeError: no driver") is agrees


@pytest.mark.parametrize("device", ["cpu", "simulated"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("wraps read-only memory", "not writable"),
        ("wraps read-only memory again", "not writable"),
        ("copies a tensor", "copy construct"),
        ("copies a tensor again", "copy construct"),
    ],
)
def test_a_warning_that_torch_gives_once_is_given_to_every_program(
    name: str, text: str, device: Device
) -> None:
    (warning,) = outcomes(device)[name].warnings
    assert text in warning
