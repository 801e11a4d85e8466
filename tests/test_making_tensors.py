"""What is known of arrays where tensors are made of them, checked against NumPy itself."""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_tensorconv.config import Options
from flake8_tensorconv.knowledge.numpy_dtypes import dtype_named
from flake8_tensorconv.lattice.array_layout import indexed
from flake8_tensorconv.lattice.values import Array, ArrayLayout
from flake8_tensorconv.rewriting.check import check_text

HEAD = "import numpy as np\nimport torch\nimport csv\nfrom PIL import Image\n"

#: The last line of a program, and what is reported in it.
REPORTED = [
    ("a = np.ones((4, 4))\ntorch.from_numpy(a[:, ::-1][0])", "TNC201"),
    ("for row in np.ones((4, 4))[:, ::-1]:\n    torch.as_tensor(row)", "TNC201"),
    ("torch.from_numpy(np.expand_dims(np.flip(np.ones(3)), 0))", "TNC201"),
    ("a = np.ones(3)[::-1]\na += 1\ntorch.asarray(a)", "TNC201"),
    ("torch.from_numpy(np.sqrt(2.0))", "TNC202"),
    ("a = np.ones(3)\ntorch.from_numpy(a.max() - a.min())", "TNC202"),
    ("torch.from_numpy(np.float32(3))", "TNC202"),
    ("for number in np.arange(3):\n    torch.from_numpy(number)", "TNC202"),
    ("torch.from_numpy((1.0, 2.0))", "TNC202"),
    ("torch.from_numpy(np.array(list(csv.reader(['1,2']))))", "TNC203"),
    ("torch.tensor(np.array([1, 2], dtype=object))", "TNC203"),
    ("torch.from_numpy(np.ones(2, dtype=np.longdouble))", "TNC203"),
    ("torch.from_numpy(np.ones(2, dtype='>f4'))", "TNC204"),
    ("torch.Tensor(np.ones(2).astype('>i4'))", "TNC204"),
    ("torch.as_tensor(np.asarray(Image.new('L', (2, 2)).convert('RGB')))", "TNC303"),
    ("a = np.ones(2)\na.setflags(write=False)\ntorch.from_numpy(a)", "TNC303"),
    ("a = np.ones(2)\na.flags.writeable = False\ntorch.from_numpy(a)", "TNC303"),
    ("torch.from_numpy(np.load('x.npy', mmap_mode='r'))", "TNC303"),
    ("torch.from_numpy(np.ones((2, 2)).diagonal())", "TNC303"),
    ("torch.FloatTensor(np.array([1, 20_000_001]) * 3)", "TNC401"),
    ("torch.LongTensor(np.linspace(0, 1, 3))", "TNC401"),
    ("torch.Tensor(np.array([1j]))", "TNC401"),
    ("torch.LongTensor(np.arange(3)[0])", "TNC401"),
    ("torch.tensor([np.ones(2), np.ones(2)])", "TNC502"),
    ("torch.tensor([torch.ones(2).sum()])", "TNC503"),
    ("t = torch.ones(2)\ntorch.tensor([[t[0], t[1]], [t[1], t[0]]])", "TNC503"),
    ("a = torch.ones(2)\ntorch.as_tensor([(x, x) for x in a])", "TNC503"),
    (
        "rows = []\nfor each in torch.ones(2, 3):\n"
        "    rows.append((each.min(), each.max()))\ntorch.tensor(rows)",
        "TNC503",
    ),
]

SILENT = [
    "torch.from_numpy(np.ones((4, 4))[::-1][0])",
    "torch.from_numpy(np.ones(4)[::-1] + 0)",
    "torch.from_numpy(np.flip(np.ones(4))[[1, 0]])",
    "torch.from_numpy(np.array(np.ones(4)[::-1]))",
    "def f(a):\n    torch.from_numpy(a // 2)",
    "def f(a, i):\n    torch.from_numpy(np.ones(3)[i])",
    "def f(a, k):\n    torch.from_numpy(np.mean(a, axis=k))",
    "torch.from_numpy(np.array([None, 1], dtype=float))",
    "torch.from_numpy(np.ones(2, dtype='>f4') + 1)",
    "torch.from_numpy(np.ones(2, dtype='>u1'))",
    "torch.from_numpy(np.ones(2, dtype=np.uint16))",  # works since torch 2.3
    "torch.from_numpy(np.array(Image.new('L', (2, 2))))",
    "a = np.broadcast_to(np.ones(1), (3,))\ntorch.from_numpy(a.reshape(3, 1))",
    "torch.from_numpy(np.load('x.npy', mmap_mode='c'))",
    "torch.tensor(np.broadcast_to(np.ones(1), (3,)))",
    "torch.Tensor(np.zeros(3)), torch.IntTensor(np.arange(3))",
    "torch.Tensor(3), torch.FloatTensor(2, 3), torch.LongTensor([1, 2])",
    "torch.tensor([np.ones(3).mean()]), torch.tensor(list(np.ones(3)))",
    "t = torch.ones(2)\ntorch.tensor([[t[0], 1.0], [0.0, t[1]]])",
    "t = torch.ones(2)\ntorch.tensor([[t[0].item(), 1.0]]), torch.tensor([t.tolist()])",
    "def f(t: torch.Tensor, row):\n    torch.tensor([[t[0], t[1]], row])",
    "try:\n    torch.from_numpy(np.flip(np.ones(3)))\nexcept ValueError:\n    torch.ones(3)",
]


OFF = {"TNC404", "TNC405"}


def codes(text: str) -> set[str]:
    """The codes of what is reported by default."""
    return {f.code for f in check_text(HEAD + text + "\n", Options())} - OFF


@pytest.mark.parametrize(("text", "code"), REPORTED)
def test_what_goes_wrong_is_reported(text: str, code: str) -> None:
    assert codes(text) == {code}


@pytest.mark.parametrize("text", SILENT)
def test_what_works_is_not(text: str) -> None:
    assert codes(text) == set()


PARTS = st.lists(st.sampled_from([":", "::-1", "0", "1:", ":2", "..."]), min_size=1, max_size=3)


@given(st.lists(PARTS, min_size=1, max_size=3), st.integers(1, 3), st.booleans())
def test_claims_about_strides_are_true(steps: list[list[str]], axes: int, known: bool) -> None:
    """What is said to run backwards does so in NumPy, however many axes are known of."""
    real = np.ones((4,) * axes)
    claimed = Array(ndim=axes if known else None)
    for parts in steps:
        text = f"a[{', '.join(parts)}]"
        try:
            made = eval(text, {"a": real})
        except IndexError:
            return
        if not isinstance(made, np.ndarray) or made.ndim == 0:
            return
        node = ast.parse(text, mode="eval").body
        assert isinstance(node, ast.Subscript)
        real = made
        claimed = replace(indexed(claimed, node), ndim=real.ndim if known else None)
    if claimed.layout == ArrayLayout.REVERSED:
        assert any(step < 0 for step in real.strides)
    if known and len(steps) == 1:
        backwards = any(step < 0 for step in real.strides)
        assert bool(claimed.layout & ArrayLayout.REVERSED) == backwards


@pytest.mark.parametrize(
    "text",
    ["f4", ">f4", "<f8", ">i2", ">u1", "U10", "S3", "M8[ns]", "datetime64[D]", "m8[s]", "O", "?",
     "object", "float", "int", "bool", "b1", "g", "c8", ">c16", "V8", "f4,i4", "half", "q", "str"],
)  # fmt: skip
def test_dtypes_are_named_as_numpy_names_them(text: str) -> None:
    dtype = np.dtype(text)
    kinds = {"O": "object", "U": "str", "S": "bytes", "M": "datetime64", "m": "timedelta64",
             "V": "void"}  # fmt: skip
    name = "longdouble" if dtype.type is np.longdouble else kinds.get(dtype.kind, dtype.name)
    swapped = dtype.byteorder == ">" and dtype.kind in "iufc"
    assert dtype_named(text) == (">" if swapped else "") + name
