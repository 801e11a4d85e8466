"""What assignments and calls change in place, by their text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.knowledge.writers import ARRAY_METHODS, WRITING_METHODS, WRITTEN_ARGUMENT
from flake8_tensorconv.selection.flow.calls import last_name

_WRITTEN_FIRST = frozenset(name.rsplit(".", 1)[-1] for name in WRITTEN_ARGUMENT)


def is_entry(node: ast.Subscript) -> bool:
    """Is it an entry of a dict, as its key is a text? Binding that changes no memory."""
    key = node.slice
    text = isinstance(key, ast.Constant) and isinstance(key.value, str)
    return text or isinstance(key, ast.JoinedStr)


def written(node: ast.Call) -> Iterator[ast.expr]:
    """What a call changes in place."""
    func = node.func
    name = last_name(func)
    if isinstance(func, ast.Attribute):
        if (name.endswith("_") and not name.endswith("__")) or name in ARRAY_METHODS:
            yield func.value
            yield from node.args[:1]
        if name == "at":
            yield from node.args[:1]
    if name in WRITING_METHODS or name in _WRITTEN_FIRST or name.endswith("_"):
        yield from node.args[:1]
    for keyword in node.keywords:
        if keyword.arg == "out":
            yield keyword.value
        if keyword.arg == "inplace":
            yield from node.args[:1]


def elements(target: ast.expr) -> Iterator[ast.expr]:
    """The single targets of an unpacking."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from elements(element)
    elif isinstance(target, ast.Starred):
        yield from elements(target.value)
    else:
        yield target
