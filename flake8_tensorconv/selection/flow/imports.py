"""The names that a file gives to what it imports."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.knowledge.importing import BY_STAR, IMPORTING
from flake8_tensorconv.selection.flow.calls import last_name

_LIBRARIES = ("torch", "numpy")
_IMPORTING = frozenset(dotted.rsplit(".", 1)[-1] for dotted in IMPORTING)


def names_from(libraries: Collection[str], index: Index) -> dict[str, str]:
    """The variables that stand for something of these libraries, with dotted names."""
    named = itertools.chain(_modules_by_name(index), index.imported)
    return {name: dotted for name, dotted in named if dotted.split(".", 1)[0] in libraries}


def imports(index: Index) -> tuple[dict[str, str], dict[str, str]]:
    """The variables that stand for something of torch or NumPy, and those for what is of others.

    Both with dotted names.
    """
    others = {
        name: dotted for name, dotted in index.imported if dotted.split(".", 1)[0] not in _LIBRARIES
    }
    return names_from(_LIBRARIES, index), others


def _modules_by_name(index: Index) -> Iterator[tuple[str, str]]:
    """The variables that stand for modules without being imported by name, with dotted names.

    `torch = pytest.importorskip("torch")`, `from .basics import *`.
    """
    if any(name == "*" for name, _ in index.imported):
        yield from BY_STAR.items()
    for node, _ in index.nodes.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        call, target = node.value, node.targets[0]
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Name) or not call.args:
            continue
        given = call.args[0]
        if last_name(call) in _IMPORTING and isinstance(given, ast.Constant):
            if isinstance(given.value, str):
                yield target.id, given.value
