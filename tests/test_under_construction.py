"""What the methods find that a constructor calls, and what stays a buffer or a whole number."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from said import said

#: A constructor that leaves the conversion to a method.
CONSTRUCTED = {
    "at once": ("self.rows = np.load(path)\n        self.to_tensors()", []),
    "in a block": ("with open(path) as f:\n            self.rows = np.array(f)\n"
                   "        self.to_tensors()", []),
    "by another method": ("self.rows = np.zeros(3)\n        self.set_up()\n\n"
                          "    def set_up(self):\n        self.to_tensors()", []),
    "from a list": ("self.rows = np.array([1.0, 2.0])\n        self.to_tensors()", []),
    "and its size is asked": ("self.rows = np.ones(3)\n        self.to_tensors()\n"
                              "        self.dim = self.rows.size(0)", []),
    "twice": ("self.rows = np.ones(3)\n        self.to_tensors()\n        self.to_tensors()",
              ["202"]),
    "of a tensor": ("self.rows = torch.ones(3)\n        self.to_tensors()", ["202"]),
}  # fmt: skip
_CLASS = """
class Rows{base}:
    def __init__(self, path):
        {body}

    def to_tensors(self):
        self.rows = torch.from_numpy(self.rows)

    def __getitem__(self, index):
        return self.rows[index]
"""


@pytest.mark.parametrize("base", ["", "(torch.utils.data.Dataset)"])
@pytest.mark.parametrize(("body", "found"), CONSTRUCTED.values(), ids=CONSTRUCTED)
def test_what_a_constructor_has_stored_so_far(body: str, found: list[str], base: str) -> None:
    assert said(_CLASS.format(body=body, base=base)) == found


def test_it_is_true() -> None:
    names = {"np": np, "torch": torch}
    exec(_CLASS.format(body="self.rows = np.ones(3)\n        self.to_tensors()", base=""), names)
    rows = names["Rows"](None)  # type: ignore[operator]
    with pytest.raises(TypeError):
        rows.to_tensors()


#: What is stored where a module has a buffer.
BUFFERS = {
    "the mean of what comes": ("self.mean = 0.9 * self.mean + 0.1 * x.mean(0)", []),
    "a new tensor": ("self.mean = torch.zeros(3)", []),
    "in place": ("self.mean *= 0.5", []),
    "another attribute": ("self.other = torch.zeros(3)", ["207"]),
}


@pytest.mark.parametrize(("stored", "found"), BUFFERS.values(), ids=BUFFERS)
def test_a_buffer_stays_a_buffer(stored: str, found: list[str]) -> None:
    read = "self.other" if "other" in stored else "self.mean"
    body = f"""
class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3))
        self.other = None

    def learn(self, x):
        {stored}

    def forward(self, x):
        return x - {read}


norm = Norm()
norm.learn(torch.ones(2, 3))
norm.cuda()
norm(torch.ones(2, 3).cuda())
"""
    assert said(body) == found


def test_buffers_that_are_stored_anew_are_moved() -> None:
    module = torch.nn.Module()
    module.register_buffer("mean", torch.zeros(3))
    module.mean = torch.ones(3)
    assert dict(module.named_buffers())["mean"] is module.mean


#: Zeros that are filled with whole numbers, and a selection of them.
WHOLE = {
    "some rows": ("self.actions[index]", []),
    "all of them": ("self.actions", []),
    "a copy": ("self.actions.copy()", []),
    "of what has fractions": ("self.rewards[index]", ["401"]),
}


@pytest.mark.parametrize(("given", "found"), WHOLE.values(), ids=WHOLE)
def test_a_selection_of_zeros_may_be_whole(given: str, found: list[str]) -> None:
    body = f"""
class Buffer:
    def __init__(self, size):
        self.actions = np.zeros((size, 1))
        self.rewards = np.random.rand(size, 1)

    def add(self, at, action):
        self.actions[at] = action

    def sample(self):
        index = np.random.randint(0, 9, size=4)
        return torch.LongTensor({given})
"""
    assert said(body) == found
