"""The names that a file gives to what it imports, and to types."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator

from flake8_tensorconv.focusing.outline import Outline

_LIBRARIES = ("torch", "numpy")


def type_aliases(outlined: Outline) -> dict[str, ast.expr]:
    """What the file calls by a name of its own: `Numbers = Union[np.ndarray, float]`."""
    return {
        node.targets[0].id: node.value
        for node, scope in outlined.nodes.get(ast.Assign, ())
        if scope.parent is None
        and isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, (ast.Subscript, ast.BinOp))
    }


#: Calls that give the module of this name.
_IMPORTING = frozenset({"importorskip", "import_module"})
#: What a star import is taken to bring, unless the file binds the name.
_BY_STAR = (("torch", "torch"), ("np", "numpy"), ("numpy", "numpy"))


def modules_by_name(outlined: Outline) -> Iterator[tuple[str, str]]:
    """The variables that stand for modules without being imported by name, with dotted names.

    `torch = pytest.importorskip("torch")`, `from .basics import *`.
    """
    for node, _ in outlined.nodes.get(ast.ImportFrom, ()):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield from _BY_STAR
    for node, _ in outlined.nodes.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        call, target = node.value, node.targets[0]
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Name) or not call.args:
            continue
        func, given = call.func, call.args[0]
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if name in _IMPORTING and isinstance(given, ast.Constant) and isinstance(given.value, str):
            yield target.id, given.value


def _imported(outlined: Outline) -> Iterator[tuple[str, str]]:
    """The variables that are imported, with dotted names; those of relative imports begin so."""
    for node, _ in outlined.nodes.get(ast.Import, ()):
        assert isinstance(node, ast.Import)
        for alias in node.names:
            root = alias.name.split(".", 1)[0]
            yield alias.asname or root, alias.name if alias.asname else root
    for node, _ in outlined.nodes.get(ast.ImportFrom, ()):
        assert isinstance(node, ast.ImportFrom)
        module = "" if node.level else node.module or ""
        for alias in node.names:
            yield alias.asname or alias.name, f"{module}.{alias.name}"


def names_from(libraries: Collection[str], outlined: Outline) -> dict[str, str]:
    """The variables that stand for something of these libraries, with dotted names."""
    named = itertools.chain(modules_by_name(outlined), _imported(outlined))
    return {name: dotted for name, dotted in named if dotted.split(".", 1)[0] in libraries}


def imports(outlined: Outline) -> tuple[dict[str, str], dict[str, str]]:
    """The variables that stand for something of torch or NumPy, and those for what is of others.

    Both with dotted names.
    """
    others = {
        name: dotted
        for name, dotted in _imported(outlined)
        if dotted.split(".", 1)[0] not in _LIBRARIES
    }
    return names_from(_LIBRARIES, outlined), others
