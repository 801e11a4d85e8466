"""Whose memory it is that a function changes, and who is surprised by it."""

from __future__ import annotations

import pytest
from said import said

FACTORY = """
def make(dataset):
    shared = np.zeros(3, dtype=np.float32)

    def collate(batch):
        tensors = []
        for image in batch:
            {line}
            t = torch.from_numpy(a)
            t.div_(255.0)
            tensors.append(t)
        return torch.stack(tensors)

    return collate

def fresh(image):
    return np.array(image, dtype=np.float32)

def loader(dataset):
    return torch.utils.data.DataLoader(dataset, collate_fn=make(dataset))
"""

OF_A_CLOSURE = {
    "a = np.array(image, dtype=np.float32)": [],
    "a = fresh(image)": [],
    "a = np.zeros(3) + image": [],
    "a = image": ["302"],
    "a = shared": ["302"],
}


@pytest.mark.parametrize(("line", "expected"), OF_A_CLOSURE.items(), ids=OF_A_CLOSURE)
def test_memory_that_a_closure_changes(line: str, expected: list[str]) -> None:
    assert [code for code in said(FACTORY.format(line=line)) if code == "302"] == expected


BOXES = """
class Boxes:
    def __init__(self, tensor: torch.Tensor):
        self.tensor = tensor.detach().cpu().clone()

    def shift(self, by):
        self.tensor[:, :3] += by

    def numpy(self):
        return self.tensor.numpy()

"""

OF_A_GETTER = {
    "nobody in the file holds it": ("", ["301?"]),
    "asked again after the change": (
        """
def f():
    boxes = Boxes(torch.ones(2, 3))
    boxes.shift(1)
    print(boxes.numpy())
    boxes.shift(1)
    print(boxes.numpy())
""",
        [],
    ),
    "held over the change": (
        """
def f():
    boxes = Boxes(torch.ones(2, 3))
    before = boxes.numpy()
    boxes.shift(1)
    print(before, boxes.numpy())
""",
        ["301"],
    ),
}


@pytest.mark.parametrize(("use", "expected"), OF_A_GETTER.values(), ids=OF_A_GETTER)
def test_what_a_getter_gives(use: str, expected: list[str]) -> None:
    assert said(BOXES + use) == expected
