"""Where an accelerator is asked for by name, in a file that asks nowhere whether there is one."""

from __future__ import annotations

import ast

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.knowledge.devices import ACCELERATORS, ASKING, MOVING
from flake8_tensorconv.selection.flow.calls import arguments


def accelerator_scopes(index: Index) -> set[Scope]:
    """The scopes in which an accelerator is named."""
    if index.called & ASKING:
        return set()
    return {
        scope
        for node, scope in index.nodes.get(ast.Call, ())
        if isinstance(node, ast.Call) and _names_accelerator(node)
    }


def _names_accelerator(node: ast.Call) -> bool:
    if isinstance(node.func, ast.Attribute) and node.func.attr in MOVING:
        return True
    return any(
        isinstance(each, ast.Constant)
        and isinstance(each.value, str)
        and each.value.split(":", 1)[0] in ACCELERATORS
        for each in arguments(node)
    )
