"""Random programs: a conversion that raises is reported, and a proven report is no false alarm."""

from __future__ import annotations

import pytest
from conversion_oracle import Truth, gives, truth
from conversion_programs import HEADER, programs
from hypothesis import given
from profiles import chosen_profile

from flake8_tensorconv import Options
from flake8_tensorconv.rewriting import fix_text
from flake8_tensorconv.rewriting.check import check_text
from flake8_tensorconv.rules import all_rules
from flake8_tensorconv.source.findings import Certainty, Finding

#: The rules about conversions that raise, or may.
CODES = {"TNC101", "TNC102", "TNC103", "TNC104", "TNC106", "TNC110", "TNC111", "TNC112", "TNC113"}


USUAL = {rule.code for rule in all_rules() if rule.default}


def by_default(_: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.code in USUAL]


def check(text: str) -> None:
    """Compare what the analysis says of a program with what happens when it runs."""
    happened = truth(text)
    if not happened.runs:
        return
    found = check_text(text, Options(), whole=True)
    findings = [each for each in found if each.code in CODES]
    reported = {each.span.line for each in findings}
    proven = {each.span.line for each in findings if each.certainty is Certainty.PROVEN}
    missed = happened.owed - reported
    assert not missed, f"lines {sorted(missed)} raised and are not reported in\n{text}"
    false = (proven & happened.reached) - happened.failed
    assert not false, f"lines {sorted(false)} are reported and never raised in\n{text}"
    check_fix(text, happened)


def check_fix(text: str, happened: Truth) -> None:
    """Where a program ran, it gives the same after its safe fixes."""
    if not happened.gave:
        return
    fixed = fix_text(text, Options(), unsafe=False, keep=by_default).text
    for flags, given_before in happened.gave.items() if fixed != text else ():
        now = gives(fixed, flags)
        assert now == given_before, (
            f"with the flags {flags} the fix\n{fixed}\ngives {now} of\n{text}"
        )


@chosen_profile(nightly=50_000)
@given(programs())
def test_the_analysis_agrees_with_the_run(text: str) -> None:
    check(text)


#: Programs on which the analysis, or the simulated accelerator, and the run once disagreed.
REGRESSIONS = {
    "elements of a list in their places": """
x1 = nn.Parameter(torch.ones(3))
x2 = torch.zeros_like(x1)
several = []
several.append(x1)
several.append(x2)
array = np.array(several[1])
""",
    "a list made anew in every round": """
x1 = torch.ones(3)
x2 = x1.to_sparse()
for _ in range(2):
    several = []
    several.append(x2)
    several.append(x1)
    array = several[1].numpy()
""",
    "a list that grows in every round": """
x1 = torch.ones(3)
several = []
for _ in range(2):
    several.append(x1)
    x1 = x1.detach().requires_grad_()
    array = several[0].detach().numpy()
array = several[1].numpy()
""",
    "what is put in front": """
several = [torch.ones(3)]
several.insert(0, torch.ones(3, requires_grad=True))
array = several[0].numpy()
""",
    "lists of different lengths": """
several = []
if flags[0]:
    several.append(torch.ones(3))
several.append(torch.ones(3, requires_grad=True))
array = several[0].numpy()
""",
    "of the type of a tensor elsewhere": """
x1 = torch.ones(3, device="cuda")
x2 = torch.ones(3).type_as(x1)
array = x2.detach().numpy()
""",
    "a test asked twice": """
x1 = torch.ones(3, requires_grad=True)
with torch.set_grad_enabled(flags[1]):
    x2 = x1.clone()
if flags[0]:
    x3 = x1
else:
    x3 = x1.detach()
x4 = x3 * 2
if not flags[0]:
    array = x4.numpy()
if not flags[1]:
    array = x2.numpy()
""",
    "a copy computes what is lazy": """
x1 = torch.ones(3, dtype=torch.complex64, device="cuda").conj()
array = x1.cpu().numpy()
x2 = torch.ones(3, dtype=torch.complex64).conj()
array = x2.to(torch.complex128).numpy()
array = x2.cpu().numpy()
""",
    "a number and a sparse tensor": """
x1 = torch.ones(3)
x2 = x1.to_sparse()
if flags[0]:
    x1 = x2 + 1
array = x1.numpy()
array = (x2 * 2).numpy()
""",
    "like a sparse tensor": """
x1 = torch.zeros_like(torch.ones(3).to_sparse())
array = x1.numpy()
""",
    "made dense": """
x1 = torch.ones(3, dtype=torch.complex64).conj()
array = x1.to_dense().resolve_conj().numpy()
array = torch.ones(3).to_sparse().to_dense().numpy()
array = x1.to_dense().numpy()
""",
    "the last one taken off": """
several = [torch.ones(3, requires_grad=True)]
several.append(torch.ones(3))
x1 = several.pop()
array = x1.numpy()
x2 = several.pop()
array = x2.numpy()
""",
    "a return in finally goes first": """
def ended(x):
    try:
        return x.cpu()
    finally:
        return x.detach()
array = ended(torch.ones(3, requires_grad=True)).numpy()
def looked(x):
    for _ in range(2):
        try:
            break
        finally:
            return x.detach()
    return x
array = looked(torch.ones(3, requires_grad=True)).numpy()
""",
    "nothing to go through": """
x1 = torch.ones(3)
for _ in []:
    x1 = x1.to("cuda")
for _ in ():
    x1 = x1.to("cuda")
for _ in range(0):
    x1 = x1.requires_grad_()
array = x1.numpy()
x2 = torch.arange(3).to(sum([], x1))
array = x2.numpy()
array = np.asarray([x1.to("cuda") for _ in ()])
""",
    "what a loop without turns leaves": """
x1 = None
for _ in turns:
    x1 = torch.ones(3, requires_grad=True).detach()
array = np.asarray(x1)
x2 = max([torch.ones(3).sum() for _ in turns], default=0)
array = np.asarray(x2)
""",
    "None on one of two paths that are told apart": """
x1 = torch.ones(3, requires_grad=True)
x2 = x1 if flags[0] else None
array = np.asarray(x2)
x3 = x1 if flags[0] else None
""",
}


@pytest.mark.parametrize("body", REGRESSIONS.values(), ids=REGRESSIONS)
def test_what_once_went_wrong(body: str) -> None:
    check(HEADER + body)
