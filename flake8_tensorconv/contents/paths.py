"""Access paths whose holder is not modelled: what is remembered of `batch.x` and `out["mask"]`."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.must import Paths
from flake8_tensorconv.lattice.values import Value

#: Of what keys are made that are spelled out; `True` and `None` are none.
_KEYS = (int, float, complex, str, bytes)


def constant_key(node: ast.Subscript) -> object | None:
    """The key of `x[key]` if it is a literal string or number, else None."""
    inner = node.slice
    negative = type(inner) is ast.UnaryOp and type(inner.op) is ast.USub
    if type(inner) is ast.UnaryOp and negative:
        inner = inner.operand
    if type(inner) is not ast.Constant or type(inner.value) not in _KEYS:
        return None
    found = inner.value
    return -found if negative and isinstance(found, (int, float)) else found


def path_of(node: ast.expr) -> tuple[str, str] | None:
    """Root variable and text of an access path, or None if the expression is none."""
    parts: list[str] = []
    while True:
        if type(node) is ast.Attribute:
            parts.append(f".{node.attr}")
            node = node.value
        elif type(node) is ast.Subscript:
            key = constant_key(node)
            if key is None:
                return None
            parts.append(f"[{key!r}]")
            node = node.value
        elif type(node) is ast.Name:
            if not parts:
                return None
            return node.id, "".join(reversed(parts))
        else:
            return None


def recall(run: Run, node: ast.expr) -> Value | None:
    """What is remembered of an access path."""
    path = path_of(node) if run.program.paths else None
    if path is None or (run.frame, path[0]) not in run.program.paths:
        return None
    found = run.state.get((run.frame, path[0], Paths))
    return None if found is None else found.held.get(path[1])


def remember(run: Run, node: ast.expr, new: Value) -> None:
    """Remember what an access path holds, until something on the way is assigned."""
    path = path_of(node)
    if path is None:
        return
    root, rest = path
    run.program.paths.add((run.frame, root))
    key = (run.frame, root, Paths)
    found = run.state.get(key)
    known = {} if found is None else found.held
    kept = {p: v for p, v in known.items() if not p.startswith(rest)}
    run.state.set(key, Paths({**kept, rest: new}))


def forget(run: Run, root: str) -> None:
    """Forget all paths that begin with a variable."""
    if (run.frame, root) in run.program.paths:
        run.state.set((run.frame, root, Paths), Paths())
