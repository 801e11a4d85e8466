"""Arrays of objects: what they hold may be anything, and tensors have no such dtype."""

from __future__ import annotations

import contextlib

import pytest
from said import HEAD, said

BOXES = "rows = [np.ones(2), np.ones(2)]\na = np.empty(2, dtype=object)\na[:] = rows\n"
TABLE = """\
def table(rows):
    return np.array(rows, dtype=object)
a = table([[np.ones(2), 'x'], [np.ones(2), 'y']])
"""
GRID = "a = np.empty((4, 3), dtype=object)\na[:] = 0.5\n"
LOADING = "from torch.utils.data import DataLoader, Dataset\n" + GRID
#: What is held by an array of objects may be an array like any other.
RUNS = {
    "each": BOXES + "for row in a:\n    torch.from_numpy(row)",
    "each of a comprehension": BOXES + "print([torch.from_numpy(row) for row in a])",
    "unpacked": BOXES + "x, y = a\ntorch.from_numpy(x)",
    "with its number": BOXES + "for i, row in enumerate(a):\n    torch.from_numpy(row)",
    "by number": BOXES + "torch.from_numpy(a[0])",
    "by a number that is counted": BOXES + "for i in range(len(a)):\n    torch.from_numpy(a[i])",
    "as a list": BOXES + "torch.tensor(np.array(list(a)))",
    "stacked": BOXES + "torch.from_numpy(np.stack(a))",
    "one below the other": BOXES + "torch.from_numpy(np.vstack(a))",
    "joined": BOXES + "torch.from_numpy(np.concatenate(a))",
    "summed": BOXES + "torch.from_numpy(np.sum(a))",
    "summed by a method": BOXES + "torch.from_numpy(a.sum())",
    "averaged": BOXES + "torch.from_numpy(a.mean())",
    "taken": BOXES + "torch.from_numpy(a.take(0))",
    "backwards": BOXES + "print([torch.from_numpy(row) for row in a[::-1]])",
    "of unequal length": (
        "a = np.array([np.ones(2), np.ones(3)], dtype=object)\n"
        "for row in a:\n    torch.from_numpy(row)"
    ),
    "in a row": TABLE + "for row in a:\n    torch.from_numpy(row[0])",
    "in two columns": TABLE + "for x, name in a:\n    torch.from_numpy(x)",
    "in a corner": TABLE + "torch.from_numpy(a[0, 0])",
    "a column": TABLE + "torch.from_numpy(np.stack(a[:, 0]))",
    "each of a column": TABLE + "for x in a[:, 0]:\n    torch.from_numpy(x)",
    "columns": TABLE + "x, names = a.T\ntorch.from_numpy(np.stack(x))",
    "cast": GRID + "torch.from_numpy(a[:, 1:].astype(np.float32))",
    "cast rows": LOADING + "print(list(DataLoader(a.astype(np.float32), batch_size=2)))",
    "an own collate function": LOADING + "print(list(DataLoader(a, 2, collate_fn=list)))",
    "no batches": LOADING + "print(list(DataLoader(a, batch_size=None)))",
}
#: The whole array, or a part of it that is one as well.
RAISES = {
    "a slice": GRID + "torch.from_numpy(a[:, 1:])",
    "a row of a matrix": GRID + "torch.tensor(a[0])",
    "rows of a matrix": GRID + "for row in a:\n    torch.as_tensor(row)",
    "one below the other": GRID + "torch.from_numpy(np.vstack([a, a]))",
    "of a function": TABLE + "torch.from_numpy(a)",
    "filled with None": "torch.tensor(np.full(3, None))",
    "of dictionaries": "torch.tensor(np.array([{'a': 1}, {'a': 2}]))",
    "batches": LOADING + "for batch in DataLoader(a, batch_size=2):\n    print(batch)",
    "shapes of batches": LOADING + "print([x.shape for x in DataLoader(a, 2)])",
    "the next batch": LOADING + "print(next(iter(DataLoader(a, batch_size=2))))",
    "numbered batches": LOADING + "for i, x in enumerate(DataLoader(a, 2)):\n    print(x)",
    "batches of pairs": LOADING + "class Rows(Dataset):\n"
    "    def __init__(self, rows):\n"
    "        self.rows = rows\n"
    "    def __len__(self):\n"
    "        return len(self.rows)\n"
    "    def __getitem__(self, i):\n"
    "        return self.rows[i], {'label': 1}\n"
    "def run(loader):\n"
    "    for x, y in loader:\n"
    "        print(x, y)\n"
    "run(DataLoader(Rows(a), batch_size=2))",
    "batches of dictionaries": LOADING + "class Rows(Dataset):\n"
    "    def __len__(self):\n"
    "        return 4\n"
    "    def __getitem__(self, i):\n"
    "        return {'x': a[i], 'y': 0}\n"
    "for batch in DataLoader(Rows(), batch_size=2):\n"
    "    print(batch['x'])",
}


@pytest.mark.parametrize("body", RUNS.values(), ids=RUNS)
def test_what_they_hold_may_be_an_array(body: str) -> None:
    """The programs run, and nothing is said of them."""
    with contextlib.redirect_stdout(None):
        exec(HEAD + body, {})
    assert said(body + "\n") == []


@pytest.mark.parametrize("body", RAISES.values(), ids=RAISES)
def test_tensors_have_no_such_dtype(body: str) -> None:
    """Making one raises, and so does a loader that puts batches together."""
    with pytest.raises(TypeError):
        exec(HEAD + body, {})
    assert said(body + "\n") == ["203"]
