"""Handlers that are picked for what they are given, and lists made one per round of a loop."""

from __future__ import annotations

import contextlib

import pytest
from said import HEAD, said

#: Values of several kinds, each known by its place, or none of them.
KNOWN = "values = [model(torch.ones(1, 3)), 1.5, np.ones(2), [1.0]]\n"
MIXED = KNOWN + "values = [values[i % 4] for i in range(9)]\n"
USE = "for v in values:\n    print(np.shape(convert(v)))\n"
GOOD = "def tensors(x):\n    return x.detach().cpu().numpy()\n"
BAD = "def tensors(x):\n    return x.cpu().numpy()\n"
PICKED = {
    "by a truth value": "return {True: tensors, False: np.asarray}[torch.is_tensor(v)](v)",
    "by its number": "return (np.asarray, tensors)[torch.is_tensor(v)](v)",
    "by its number, cast": "return [np.asarray, tensors][int(isinstance(v, torch.Tensor))](v)",
    "by two tests": (
        "return {(True, False): tensors, (False, True): np.array, (False, False): np.asarray}"
        "[torch.is_tensor(v), isinstance(v, list)](v)"
    ),
    "by two tests in brackets": (
        "return {(False, True): tensors, (True, False): np.array, (False, False): np.asarray}"
        "[(np.isscalar(v), isinstance(v, torch.Tensor))](v)"
    ),
    "by two variables": (
        "asked = torch.is_tensor(v)\n    other = isinstance(v, list)\n"
        "    how = {(True, False): tensors, (False, True): np.array, (False, False): np.asarray}\n"
        "    return how[asked, other](v)"
    ),
    "by two tests, from a table that is filled": (
        "how = {}\n    how[True, False] = tensors\n"
        "    how[False, True] = how[(False, False)] = np.asarray\n"
        "    return how[not not torch.is_tensor(v), isinstance(v, list)](v)"
    ),
    "by a test and a name": (
        "how = {('x', True): tensors, ('x', False): np.asarray, ('y', True): np.array}\n"
        "    return how['x', torch.is_tensor(v)](v)"
    ),
    "by a variable": "asked = torch.is_tensor(v)\n    return (np.asarray, tensors)[asked](v)",
    "by a name": (
        "kind = 'torch' if torch.is_tensor(v) else 'other'\n"
        "    return {'torch': tensors, 'other': np.asarray}[kind](v)"
    ),
    "by one of three names": (
        "kind = 'torch' if torch.is_tensor(v) else 'number' if np.isscalar(v) else 'other'\n"
        "    return {'torch': tensors, 'number': np.array, 'other': np.asarray}[kind](v)"
    ),
    "in an expression": "return (tensors if torch.is_tensor(v) else np.asarray)(v)",
    "before": "how = tensors if torch.is_tensor(v) else np.asarray\n    return how(v)",
    "by its name": (
        "kind = 'torch' if torch.is_tensor(v) else 'other'\n"
        "    if kind == 'torch':\n        v = tensors(v)\n    return np.asarray(v)"
    ),
}
TABLES = {
    "made in a comprehension": (
        "TABLE = {k: np.asarray for k in (float, np.ndarray, list)}\n"
        "TABLE.update({torch.Tensor: tensors})\n"
    ),
    "put together": (
        "TABLE = {torch.Tensor: tensors} | {k: np.asarray for k in (float, list, np.ndarray)}\n"
    ),
    "unpacked": (
        "PLAIN = {k: np.asarray for k in (float, list, np.ndarray)}\n"
        "TABLE = {torch.Tensor: tensors, **PLAIN}\n"
    ),
}
LOOKED_UP = {
    "items": (
        "for kind, how in TABLE.items():\n        if isinstance(v, kind):\n"
        "            return how(v)"
    ),
    "keys": (
        "for kind in TABLE:\n        if isinstance(v, kind):\n            return TABLE[kind](v)"
    ),
    "type": "return TABLE[type(v)](v)",
    "ancestors": (
        "for kind in type(v).__mro__:\n        if kind in TABLE:\n            return TABLE[kind](v)"
    ),
}
HANDLERS = {name: f"def convert(v):\n    {body}\n" for name, body in PICKED.items()} | {
    f"{table}, {way}": f"{TABLES[table]}def convert(v):\n    {body}\n"
    for table in TABLES
    for way, body in LOOKED_UP.items()
}
#: What is picked there is not known, so nothing is said.
NOT_KNOWN = {name for name in HANDLERS if name.endswith("ancestors")}
PAIRS = (
    "RULES = [(torch.Tensor, tensors)] + [(k, np.asarray) for k in (float, list, np.ndarray)]\n"
    "def convert(v):\n    for kind, how in RULES:\n"
    "        if isinstance(v, kind):\n            return how(v)\n"
)
HANDLERS["rules in a list"] = PAIRS
#: Names of methods that what is converted has.
NAMED = {
    "collected": (
        "names = [n for n in ('detach', 'cpu', 'numpy') if hasattr(v, n)]\n"
        "    for n in names:\n        v = getattr(v, n)()\n    return np.asarray(v)"
    ),
    "appended": (
        "names = []\n    for n in ('detach', 'cpu'):\n        if hasattr(v, n):\n"
        "            names.append(n)\n    for n in names:\n        v = getattr(v, n)()\n"
        "    return np.asarray(v)"
    ),
    "filtered": (
        "for n in filter(lambda n: hasattr(v, n), ['detach', 'cpu']):\n"
        "        v = getattr(v, n)()\n    return np.asarray(v)"
    ),
}


@pytest.mark.parametrize("values", [KNOWN, MIXED], ids=["known", "mixed"])
@pytest.mark.parametrize("handlers", HANDLERS)
def test_a_handler_gets_what_it_is_for(handlers: str, values: str) -> None:
    body = GOOD + HANDLERS[handlers] + values + USE
    with contextlib.redirect_stdout(None):
        exec(HEAD + body, {})
    assert said(body) == []


@pytest.mark.parametrize("handlers", sorted(HANDLERS.keys() - NOT_KNOWN))
def test_what_is_wrong_with_a_handler_is_found(handlers: str) -> None:
    body = BAD + HANDLERS[handlers] + KNOWN + USE
    with contextlib.redirect_stdout(None), pytest.raises(RuntimeError, match="requires grad"):
        exec(HEAD + body, {})
    assert said(body) == ["101"]


@pytest.mark.parametrize("names", NAMED)
def test_methods_that_are_called_in_turn(names: str) -> None:
    body = f"def convert(v):\n    {NAMED[names]}\n" + MIXED + USE
    with contextlib.redirect_stdout(None):
        exec(HEAD + body, {})
    assert said(body) == []


@pytest.mark.parametrize(
    "rows",
    [
        "for key, v in row.items():\n        table.setdefault(key, []).append(v)",
        "for key in ('n', 'out', 'note'):\n        table[key] = [row[key]]",
        "table.update({key: [row[key]] for key in ('n', 'out', 'note')})",
        "for key, v in row.items():\n        column = []\n        column.append(v)\n"
        "        table[key] = column",
    ],
)
def test_each_round_makes_its_own_list(rows: str) -> None:
    """Also where nobody asks about memory: fewer codes that are wanted lose no finding."""
    body = (
        "def gather(column):\n"
        "    if isinstance(column[0], torch.Tensor):\n"
        "        return np.stack([v.numpy() for v in column])\n"
        "    return column\n"
        "table = {}\n"
        "for i in range(3):\n"
        "    row = dict(n=i, out=model(torch.ones(3)), note='x')\n"
        f"    {rows}\n"
        "print([gather(column) for column in table.values()])\n"
    )
    with contextlib.redirect_stdout(None), pytest.raises(RuntimeError, match="requires grad"):
        exec(HEAD + body, {})
    assert said(body) == ["101"]
