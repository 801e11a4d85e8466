"""Small facts: numbers that are drawn, columns of rows, products of vectors, given modules."""

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
    "numbers that are drawn are whole": (
        """
import random
numbers = [random.randrange(3), random.randint(1, 2), int(input())]
print(torch.LongTensor(np.array(numbers)))
""",
        [],
    ),
    "others are not": (
        """
import random
print(torch.LongTensor(np.array([random.random(), random.uniform(0, 3)])))
""",
        ["401"],
    ),
    "what is said of one of two of the same type": (
        """
def numbers(a: np.ndarray, b: np.ndarray):
    return a / np.linalg.norm(a), np.linalg.norm(b)
def both(a, b):
    assert type(a) == type(b)
    if isinstance(a, torch.Tensor):
        return a.detach(), b.detach()
    return numbers(a, b)
def run(wanted):
    rows = torch.ones(2, requires_grad=True) * 2
    if not wanted:
        rows = rows.detach().numpy()
    return both(rows, rows)
run(True)
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
