"""What `from m import *` takes from a file."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.index.index import Index


def exported(index: Index) -> frozenset[str]:
    """The names that `__all__` lists, or else those of the module that begin with no underscore.

    What the file itself takes from others with a star is not among them.
    """
    listed = frozenset(_listed(index.tree))
    if listed:
        return listed
    return frozenset(name for name in index.bound(index.tree) if not name.startswith("_"))


def _listed(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=written):
                pass
            case ast.AugAssign(target=ast.Name(id="__all__"), value=written):
                pass
            case _:
                continue
        for node in ast.walk(written):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
