"""What loops over keys that nobody knows put in the place of elements; all of it is run."""

from __future__ import annotations

import pytest

from flake8_tensorconv import check_source

START = """import numpy as np
import torch


def names():
    return list("ab")


s = {"a": np.ones((2, 2)), "b": np.ones((2, 2))}
"""
#: Loops behind which the dict holds tensors.
LOOPS = {
    "at once": "s[k] = torch.from_numpy(s[k])",
    "through a variable": "x = s[k].transpose()\n    s[k] = torch.from_numpy(x)",
    "through several": "x = s[k]\n    y = x.copy()\n    z = torch.as_tensor(y)\n    s[k] = z",
    "through one that changes": "v = s[k]\n    v = torch.from_numpy(v)\n    s[k] = v",
    "in one of two ways": """\
x = s[k]
    if len(k) > 1:
        s[k] = torch.from_numpy(x)
    else:
        s[k] = torch.from_numpy(x).double()""",
    "bound in a test": "if (x := s[k]).ndim:\n        s[k] = torch.from_numpy(x)",
    "got": "v = s.get(k)\n    s[k] = torch.from_numpy(v)",
    "taken out": "s[k] = torch.from_numpy(s.pop(k))",
    "updated": "s.update({k: torch.from_numpy(s[k])})",
}


def raising(text: str) -> set[str]:
    """The codes of what raises, as the tool says."""
    return {each.code for each in check_source(text)} & {"TNC105", "TNC202"}


@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_what_is_put_in_the_place_of_elements(body: str) -> None:
    text = f"{START}for k in names():\n    {body}\ns['a'].numpy()\n"
    exec(text, {})
    assert not raising(text), text


def test_elements_of_one_of_two_dicts() -> None:
    text = f"""{START}
p, q = dict(s), dict(s)
s = p if len(names()) > 1 else q
for k in names():
    x = s[k]
    s[k] = torch.from_numpy(x)
s["a"].numpy()
p["a"].numpy()
"""
    exec(text, {})
    assert not raising(text)


def test_what_is_left_where_it_was() -> None:
    text = f"{START}for k in names():\n    x = s[k] + 1\n    s[k] = x\ns['a'].numpy()\n"
    with pytest.raises(AttributeError):
        exec(text, {})
    assert raising(text) == {"TNC105"}
