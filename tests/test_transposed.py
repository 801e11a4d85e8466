"""Rows that `zip(*rows)` turns into columns, products of vectors, and modules that are given."""

from __future__ import annotations

import pytest
from said import said

CASES = {
    "columns are told apart": (
        """
import collections
Step = collections.namedtuple("Step", ("action", "done"))
kept = []
kept.append(Step(1, float(input())))
kept.append(Step(2, 0.5))
steps = Step(*zip(*kept))
print(torch.LongTensor(np.array(steps.action)))
""",
        [],
    ),
    "two vectors give a number, which a parameter is multiplied with": (
        """
def f(state: np.ndarray):
    expected = np.conj(state) @ np.eye(2) @ state
    return nn.Parameter(torch.tensor(1.0)) * expected
f(np.ones(2))
""",
        [],
    ),
    "a module that is given may have been moved": (
        """
class Reasoning(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedded = nn.Embedding(4, 4)
    def forward(self, x):
        return self.embedded(x.cuda())
class Interface:
    def __init__(self, reasoning: Reasoning):
        self.reasoning = reasoning
    def embed(self, number):
        return self.reasoning.embedded(torch.tensor([number], device="cuda"))
""",
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str) -> None:
    body, expected = CASES[name]
    assert said(body) == expected
