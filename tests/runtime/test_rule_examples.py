"""What the rules' examples claim, shown by running them."""

from __future__ import annotations

from functools import cache

import machines
import pytest

from flake8_tensorconv.rules import all_rules
from flake8_tensorconv.source.findings import Applicability
from flake8_tensorconv.verify.run import Device, Outcome, run_programs

RULES = {rule.code: rule for rule in all_rules()}


BAD = tuple((c, i) for c, rule in RULES.items() for i in range(len(rule.examples)))
FIXED = tuple((c, i) for c, i in BAD if RULES[c].examples[i].fixed is not None)
SILENT = tuple((c, i) for c, rule in RULES.items() for i in range(len(rule.silent)))

# NumPy takes the memory through DLPack and does not see the negative bit: every sign is wrong.
WRONG_RESULTS = frozenset(
    example.bad
    for example in RULES["TNC104"].examples
    if "np.from_dlpack(" in example.bad and ".conj().imag" in example.bad
)


@cache
def outcomes(device: Device) -> dict[str, Outcome]:
    """Run every program of every rule, all in one child process."""
    programs = [program for rule in RULES.values() for program in rule.silent]
    for rule in RULES.values():
        for example in rule.examples:
            programs += [example.bad] if example.fixed is None else [example.bad, example.fixed]
    return dict(zip(programs, run_programs(programs, device), strict=True))


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize(("code", "index"), BAD)
def test_a_bad_example_shows_its_symptom(code: str, index: int, device: Device) -> None:
    example = RULES[code].examples[index]
    outcome = outcomes(device)[example.bad]
    expected = example.cpu if device == "cpu" else example.accelerator
    assert outcome.agrees_with(expected, example.otherwise), f"{outcome}\n{example.bad}"
    # What goes silently wrong shows later, in the example's own assertion.
    if expected is not None and not expected.startswith("AssertionError"):
        assert outcome.line is not None
        marks = example.bad.splitlines()[outcome.line - 1].partition("# <- ")[2]
        assert code in marks.split()


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize(("code", "index"), FIXED)
def test_a_fixed_example_runs(code: str, index: int, device: Device) -> None:
    fixed = RULES[code].examples[index].fixed
    assert fixed is not None
    outcome = outcomes(device)[fixed]
    assert outcome.error is None, f"{outcome}\n{fixed}"


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize(("code", "index"), FIXED)
def test_a_safe_fix_keeps_the_result_of_a_program_that_ran(
    code: str, index: int, device: Device
) -> None:
    example = RULES[code].examples[index]
    if example.bad in WRONG_RESULTS or RULES[code].fixes is not Applicability.SAFE:
        return
    assert example.fixed is not None
    before, after = outcomes(device)[example.bad], outcomes(device)[example.fixed]
    assert before.error is not None or before.output == after.output


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize(("code", "index"), SILENT)
def test_a_silent_example_runs(code: str, index: int, device: Device) -> None:
    program = RULES[code].silent[index]
    outcome = outcomes(device)[program]
    assert outcome.error is None, f"{outcome}\n{program}"
