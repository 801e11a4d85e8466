"""Flags that a constructor keeps and asks, and methods ask again: run with each, then judged."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from flake8_tensorconv import check_source
from flake8_tensorconv.verify.simulated import accelerator

#: How the constructor of an object tells whether its tensor learns.
CONSTRUCTORS = {
    "stored first": """
    def __init__(self, learn=False):
        self.learn = learn
        if self.learn:
            self.w = torch.zeros(2, requires_grad=True)
        else:
            self.w = torch.zeros(2)
""",
    "stored last": """
    def __init__(self, learn: bool):
        self.w = torch.zeros(2)
        if learn:
            self.w.requires_grad_()
        self.learn = learn
""",
    "the other way round": """
    def __init__(self, learn):
        frozen = not learn
        self.w = torch.zeros(2) if frozen else torch.zeros(2, requires_grad=True)
        self.learn = not frozen
""",
    "with another one": """
    def __init__(self, learn):
        self.learn, self.name = learn, "w"
        self.w = torch.zeros(2, requires_grad=True) if learn else torch.zeros(2)
""",
    "by another method": """
    def __init__(self, learn):
        self.learn = learn
        self._build()

    def _build(self):
        self.w = torch.zeros(2)
        if not self.learn:
            return
        self.w = torch.zeros(2, requires_grad=True)
""",
    "a parameter of a module": """
    def __init__(self, learn):
        super().__init__()
        self.learn = learn
        self.layer = torch.nn.Linear(2, 1)
        if not learn:
            for each in self.layer.parameters():
                each.requires_grad_(False)

    @property
    def w(self):
        return self.layer.weight
""",
}
#: How it is asked again; the second one of each takes the one for the other.
READERS = {
    "a branch": """
    def read(self):
        if self.learn:
            return self.w{}.numpy()
        return self.w{}.numpy()
""",
    "a choice": """
    def read(self):
        return self.w{}.numpy() if self.learn else self.w{}.numpy()
""",
    "by a function inside": """
    def read(self):
        def one(i):
            return self.w{}.numpy() if self.learn else self.w{}.numpy()

        return [one(i) for i in range(2)]
""",
    "by another method": """
    def read(self):
        return self._read()

    def _read(self):
        if self.learn:
            return self.w{}.numpy()
        return self.w{}.numpy()
""",
}


def _errors(text: str) -> set[str]:
    """What is said to raise."""
    return {each.code for each in check_source(text)} & {"TNC101", "TNC102", "TNC207"}


CLASS = "import torch\n\n\nclass Store(torch.nn.Module):{}{}\n"


@pytest.mark.parametrize("constructor", CONSTRUCTORS)
@pytest.mark.parametrize("reader", READERS)
def test_a_flag_that_is_asked_again(constructor: str, reader: str) -> None:
    made = CONSTRUCTORS[constructor]
    if "super()" not in made:
        made = made.replace(":\n", ":\n        super().__init__()\n", 1)
    right = CLASS.format(made, READERS[reader].format(".detach()", ""))
    wrong = CLASS.format(made, READERS[reader].format("", ".detach()"))
    for learn in (True, False):
        space: dict[str, type] = {}
        exec(right, space)
        space["Store"](learn).read()
        exec(wrong, space)
        with pytest.raises(RuntimeError) if learn else nullcontext():
            space["Store"](learn).read()
    assert not _errors(right)
    assert _errors(wrong) == {"TNC101"}


def test_a_constructor_of_a_base_class() -> None:
    base = "class Base:" + CONSTRUCTORS["stored first"] + "\n\n"
    derived = (
        "    def __init__(self, learn):\n        super().__init__(learn)\n        self.n = 2\n"
    )
    for constructor in ("", derived):
        reader = READERS["a branch"].format(".detach()", "")
        text = f"import torch\n\n\n{base}class Store(Base):\n{constructor}{reader}"
        space: dict[str, type] = {}
        exec(text, space)
        for learn in (True, False):
            space["Store"](learn).read()
        assert not _errors(text), text


def test_fields_and_values_other_than_true() -> None:
    text = """\
import dataclasses

import torch


@dataclasses.dataclass
class Store:
    kind: str

    def __post_init__(self):
        self.w = torch.zeros(2, requires_grad=self.kind == "weight")
        if self.kind == "weight":
            self.w = self.w * 2

    def read(self):
        if self.kind == "weight":
            return self.w.detach().numpy()
        return torch.zeros(2).numpy()
"""
    space: dict[str, type] = {}
    exec(text, space)
    for kind in ("weight", "mean"):
        space["Store"](kind).read()
    assert not _errors(text)


def test_where_a_model_is() -> None:
    text = """\
import torch


class Player:
    def __init__(self, use_gpu=False):
        self.use_gpu = use_gpu
        if self.use_gpu:
            self.net = torch.nn.Linear(2, 2).cuda()
        else:
            self.net = torch.nn.Linear(2, 2)

    def read(self, board=(1.0, 2.0)):
        if self.use_gpu:
            return self.net(torch.FloatTensor(board).cuda()).data.cpu().numpy()
        return self.net(torch.FloatTensor(board)).data.numpy()
"""
    wrong = text.replace(".data.cpu().numpy()", ".data.numpy()")
    with accelerator():
        space: dict[str, type] = {}
        exec(text, space)
        for use_gpu in (True, False):
            space["Player"](use_gpu).read()
        exec(wrong, space)
        with pytest.raises(TypeError):
            space["Player"](True).read()
    assert not _errors(text)
    assert _errors(wrong) == {"TNC102"}


@pytest.mark.parametrize(
    "change",
    [
        ("    def freeze(self):\n        self.learn = False\n"),
        ("    def hold(self):\n        self.w = torch.zeros(2, requires_grad=True)\n"),
    ],
)
def test_what_methods_change_is_no_longer_as_it_was_made(change: str) -> None:
    made, reader = CONSTRUCTORS["stored first"], READERS["a branch"].format(".detach()", "")
    text = f"import torch\n\n\nclass Store:{made}\n{change}{reader}"
    space: dict[str, type] = {}
    exec(text, space)
    store = space["Store"]("freeze" in change)
    getattr(store, "freeze" if "freeze" in change else "hold")()
    with pytest.raises(RuntimeError):
        store.read()
    assert _errors(text) == {"TNC101"}
