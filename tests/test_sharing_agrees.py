"""The rules about shared memory and the measured table of what shares say the same."""

from __future__ import annotations

import pytest

from flake8_tensorconv.config import Options
from flake8_tensorconv.knowledge.sharing import FACTS, Direction, SharingFact
from flake8_tensorconv.rewriting.check import check_text

#: What the analysis does not follow.
UNKNOWN = {"torch.utils.data.default_convert(a)"}
CASES = [
    (fact, setup, shares)
    for fact in FACTS
    for setup, shares in ((fact.sharing, True), (fact.copying, False))
    if setup and fact.call not in UNKNOWN
]


def program(fact: SharingFact, setup: str) -> str:
    """A program that converts, changes what it converted, and looks at the result."""
    call = {
        Direction.IN_TORCH: f"({fact.call}).numpy()",
        Direction.IN_NUMPY: f"torch.from_numpy({fact.call})",
    }.get(fact.direction, fact.call)
    change = "a[...] = 7" if fact.direction.operand == "a" else "t.fill_(7)"
    return f"import numpy as np\nimport torch\n\n{setup}\nr = {call}\n{change}\nprint(r)\n"


@pytest.mark.parametrize(
    ("fact", "setup", "shares"), CASES, ids=lambda each: getattr(each, "call", None)
)
def test_what_shares_is_reported_and_what_copies_is_not(
    fact: SharingFact, setup: str, shares: bool
) -> None:
    codes = {each.code for each in check_text(program(fact, setup), Options())}
    assert bool(codes & {"TNC301", "TNC302", "TNC303"}) == shares
