"""Access paths: `batch.x`, `out["mask"]`, `self.a[0]` as keys under which facts are remembered."""

from __future__ import annotations

import libcst as cst

from flake8_tensorconv.analysis.syntax import literal


def constant_key(node: cst.Subscript) -> object | None:
    """The key of `x[key]` if it is a literal string or number, else None."""
    if len(node.slice) != 1 or not isinstance(node.slice[0].slice, cst.Index):
        return None
    inner = node.slice[0].slice.value
    sign = 1
    if isinstance(inner, cst.UnaryOperation) and isinstance(inner.operator, cst.Minus):
        inner, sign = inner.expression, -1
    try:
        found = literal(inner)
    except ValueError:
        return None
    return -found if sign < 0 and isinstance(found, (int, float)) else found


def path_of(node: cst.BaseExpression) -> tuple[str, str] | None:
    """Root variable and text of an access path, or None if the expression is none."""
    parts: list[str] = []
    while True:
        if type(node) is cst.Attribute:
            parts.append(f".{node.attr.value}")
            node = node.value
        elif type(node) is cst.Subscript:
            key = constant_key(node)
            if key is None:
                return None
            parts.append(f"[{key!r}]")
            node = node.value
        elif type(node) is cst.Name:
            if not parts:
                return None
            return node.value, "".join(reversed(parts))
        else:
            return None
