"""`.type(...)`: the classes of old say where a tensor is as well, and several may be meant."""

from __future__ import annotations

import pytest
from said import said

PROGRAM = """
def f(use_cuda, given):
    kind = {kind}
    far = torch.ones(2, 3).cuda()
    return torch.cat([far, torch.zeros(2, 3).type(kind)])
"""


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("torch.cuda.FloatTensor if use_cuda else torch.FloatTensor", []),
        ("torch.FloatTensor if not use_cuda else torch.cuda.FloatTensor", []),
        ("'torch.cuda.FloatTensor'", []),
        ("given", []),
        ("given.type()", []),
        ("torch.cuda.LongTensor", []),
        ("torch.FloatTensor", ["207"]),
        ("'torch.LongTensor'", ["207"]),
        ("torch.float32", ["207"]),
        ("float", ["207"]),
        ("torch.float32 if use_cuda else torch.float64", ["207"]),
    ],
)
def test_where_a_type_puts_a_tensor(kind: str, expected: list[str]) -> None:
    assert said(PROGRAM.format(kind=kind)) == expected
