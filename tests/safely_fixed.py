"""Programs before and after their safe fixes, and what they give when they run."""

from __future__ import annotations

import textwrap
import warnings
from typing import Any

import numpy as np
import torch

from flake8_tensorconv.config import Options
from flake8_tensorconv.rewriting import fix_text

HEAD = """\
from collections import Counter, defaultdict, namedtuple
from contextlib import suppress
from functools import reduce
from itertools import zip_longest
from types import SimpleNamespace

import numpy as np
import torch

Row = namedtuple("Row", "a b")


class Meter:
    def __init__(self):
        self.total = 0

    def update(self, x):
        self.total += torch.mean(x)


def run(xs: list[torch.Tensor], flag):
"""


def text_of(body: str) -> str:
    return HEAD + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"


def fixed(text: str) -> str:
    return fix_text(text, Options(), unsafe=False, keep=lambda _, findings: findings).text


def outcome(text: str, *args: Any) -> str:
    """What the program gives, down to dtypes; or the error."""
    space: dict[str, Any] = {}
    exec(compile(text, "program", "exec"), space)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return told(space["run"](*args))
        except Exception as error:
            return f"{type(error).__name__}: {error}"


def told(result: Any) -> str:
    if isinstance(result, (list, tuple)):
        return f"[{', '.join(map(told, result))}]"
    dtype = getattr(result, "dtype", None)
    assert isinstance(result, (torch.Tensor, np.ndarray, np.generic, int, float, type(None)))
    return f"{type(result).__name__} {dtype} {result}"


INPUTS = {
    "nothing": [],
    "one": [torch.arange(3.0)],
    "two": [torch.arange(3.0), torch.ones(3)],
}
