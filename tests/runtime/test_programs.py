"""The marked programs really do what their marks say."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import machines
import pytest

from flake8_tensorconv.verify.run import Device, Outcome, run_programs

PROGRAMS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[1] / "programs").rglob("*.py"))
}
MESSAGES = {
    "raise-grad": "requires grad",
    "raise-device": "device type tensor",
    "raise-dtype": "ScalarType",
    "raise-layout": "layout tensor|bit set",
}


@cache
def outcomes(device: Device) -> dict[str, Outcome]:
    results = run_programs(tuple(PROGRAMS.values()), device, timeout=300)
    return dict(zip(PROGRAMS, results, strict=True))


@pytest.mark.parametrize("device", machines.ACCELERATORS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_fails_on_a_marked_line_or_not_at_all(name: str, device: Device) -> None:
    source, outcome = PROGRAMS[name], outcomes(device)[name]
    category = re.search(r"# BUG: ([a-z-]+)", source)
    if category is None or category[1].startswith("maybe-"):
        assert outcome.error is None
        return
    if category[1].startswith("alias-"):
        # The numbers are wrong in the end, or torch warns where the tensor is made.
        wrong = (outcome.error or "").startswith("AssertionError")
        assert wrong or any("writ" in warning for warning in outcome.warnings), outcome
        return
    assert re.search(MESSAGES[category[1]], outcome.error or ""), outcome
    assert outcome.line is not None
    assert "# BUG" in source.splitlines()[outcome.line - 1]
