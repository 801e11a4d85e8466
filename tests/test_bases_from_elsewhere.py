"""Classes whose base is in another file: whether they are modules, only that file could tell."""

from __future__ import annotations

import pytest
from said import said

CLASS = """
from {origin} import {base}


class Decoder({base}):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(4, 4)

    def start(self):
        first = torch.zeros(2, 1, dtype=torch.long).cuda()
        return self.embedding(first)
"""


@pytest.mark.parametrize(
    ("origin", "base", "expected"),
    [
        ("models.decoder", "BaseDecoder", []),
        (".base", "Base", []),
        ("torch.nn", "Module", []),
        ("abc", "ABC", ["207"]),
        ("torch.utils.data", "Dataset", ["207"]),
        ("collections", "UserDict", ["207"]),
    ],
)
def test_what_callers_may_move_is_wherever_they_move_it(
    origin: str, base: str, expected: list[str]
) -> None:
    assert said(CLASS.format(origin=origin, base=base)) == expected
