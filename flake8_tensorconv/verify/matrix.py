"""The rules' claims against this machine's torch and NumPy: every example, on every device."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flake8_tensorconv import Finding, Options
from flake8_tensorconv.rewriting import fix_text
from flake8_tensorconv.rules import all_rules
from flake8_tensorconv.rules.record import Example, Rule
from flake8_tensorconv.verify.run import SECONDS, Device, Outcome, run_programs


@dataclass(frozen=True)
class Verdict:
    """What came of one example on one device.

    Attributes:
        code: the rule.
        index: which of its examples, from 0.
        device: where it ran.
        symptom: what the bad form was seen to do: the exception it ended with, or "runs".
        disagreements: in what the claims and the run differ; empty if every claim held.
    """

    code: str
    index: int
    device: Device
    symptom: str
    disagreements: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Did every claim hold?"""
        return not self.disagreements


def verify_rules(
    rules: Sequence[Rule],
    devices: Sequence[Device],
    advance: Callable[[int], None] = lambda count: None,
    timeout: float = SECONDS,
) -> list[Verdict]:
    """Run the examples of rules and compare what they do with what is claimed.

    Args:
        rules: whose examples.
        devices: where to run them.
        advance: is told how many examples have been run since the last call.
        timeout: the seconds after which a program that has not ended is given up.

    Returns:
        A verdict for each example and device, in the order of rules, examples and devices.
    """
    verdicts: list[Verdict] = []
    for rule in rules:
        for device in devices:
            verdicts += _verify(rule, device, timeout)
            advance(len(rule.examples))
    return verdicts


def count_examples(rules: Iterable[Rule], devices: Sequence[Device]) -> int:
    """How many examples `verify_rules` is going to run."""
    return sum(len(rule.examples) for rule in rules) * len(devices)


def _verify(rule: Rule, device: Device, timeout: float) -> list[Verdict]:
    texts = [
        (example.bad, _fixed(rule, example, unsafe=True), _fixed(rule, example, unsafe=False))
        for example in rule.examples
    ]
    programs = list(dict.fromkeys(text for each in texts for text in each))
    outcomes = dict(zip(programs, run_programs(programs, device, timeout), strict=True))
    verdicts = []
    for index, (example, forms) in enumerate(zip(rule.examples, texts)):
        before, after, safely = (outcomes[text] for text in forms)
        found = list(_disagreements(example, device, forms[1], before, after, safely))
        symptom = before.error or "runs"
        verdicts.append(Verdict(rule.code, index, device, symptom, tuple(found)))
    return verdicts


def _fixed(rule: Rule, example: Example, *, unsafe: bool) -> str:
    """What the codemod makes of an example with the default rules and this one."""

    def keep(_: str, findings: list[Finding]) -> list[Finding]:
        wanted = {each.code for each in all_rules() if each.default} | {rule.code}
        return [finding for finding in findings if finding.code in wanted]

    return fix_text(example.bad, Options(), unsafe=unsafe, keep=keep).text


def _disagreements(
    example: Example, device: Device, fixed: str, before: Outcome, after: Outcome, safely: Outcome
) -> Iterable[str]:
    """In what claims and runs differ: of the bad form, of all its fixes, of its safe fixes."""
    expected = example.cpu if device == "cpu" else on_device(example.accelerator, device)
    if not before.agrees_with(expected, example.otherwise):
        yield f"claimed: {expected or 'runs'}; seen: {before.error or 'runs'}"
    if fixed != (example.bad if example.fixed is None else example.fixed):
        yield "the codemod makes something else of it than the rule shows"
    if example.fixed is not None and after.error is not None:
        yield f"the fixed form fails: {after.error}"
    if before.error is None and (safely.error, safely.output) != (None, before.output):
        yield "a safe fix changes the result"


def on_device(expected: str | None, device: Device) -> str | None:
    """A message of torch that names the accelerator, as it is on another one."""
    if expected is None or device in ("cpu", "cuda", "simulated"):
        return expected
    return expected.replace("cuda", device)
