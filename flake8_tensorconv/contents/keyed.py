"""What is known of `xs[i]`, though nobody knows which element that is.

A list or dict is what its elements may be: behind `xs[i] = xs[i].detach()` it holds the old ones
and the new one. But `xs[i]` is the new one, as long as neither `i` nor the container changes.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.must import Keyed, Stored
from flake8_tensorconv.lattice.values import Ref, Value


def spelled(node: ast.expr) -> tuple[str, frozenset[str]] | None:
    """The text of `xs[i]` and the variables in it; None if more than variables is in it."""
    match node:
        case ast.Name(id=name):
            return name, frozenset({name})
        case ast.Constant(value=int() | str() | bytes() | None as key):
            return repr(key), frozenset()
        case ast.Attribute(value=base, attr=name):
            inner = spelled(base)
            return None if inner is None else (f"{inner[0]}.{name}", inner[1])
        case ast.Subscript(value=base, slice=where):
            whole, index = spelled(base), spelled(where)
            if whole is None or index is None:
                return None
            return f"{whole[0]}[{index[0]}]", whole[1] | index[1]
        case ast.BinOp(left=left, op=operator, right=right):
            one, other = spelled(left), spelled(right)
            if one is None or other is None:
                return None
            return f"({one[0]} {type(operator).__name__} {other[0]})", one[1] | other[1]
        case ast.JoinedStr(values=parts):
            return _formatted(parts)
        case _:
            return None


def _formatted(parts: Sequence[ast.expr]) -> tuple[str, frozenset[str]] | None:
    texts: list[str] = []
    names: frozenset[str] = frozenset()
    for part in parts:
        if isinstance(part, ast.Constant):
            texts.append(repr(part.value))
            continue
        inner = None
        if isinstance(part, ast.FormattedValue) and part.format_spec is None:
            inner = spelled(part.value)
        if inner is None:
            return None
        texts.append(f"{{{inner[0]}}}")
        names |= inner[1]
    return "".join(texts), names


def remember(run: Run, target: ast.Subscript, ref: Ref, new: Value) -> None:
    """Remember what `xs[i]` is now.

    Args:
        run: the run.
        target: `xs[i]`.
        ref: the container.
        new: the element.
    """
    found = spelled(target)
    if found is None:
        return
    text, names = found
    stored = Stored(ref.address, run.object(ref), new)
    for name in names:
        run.program.keyed.add((run.frame, name))
        known = _known(run, name)
        run.state.set((run.frame, name, Keyed), Keyed({**known.stored, text: stored}))


def recall(run: Run, node: ast.Subscript, ref: Ref) -> Value | None:
    """What `xs[i]` was when it was last remembered, if nothing has changed since; else None."""
    if not run.program.keyed:
        return None
    found = spelled(node)
    if found is None:
        return None
    text, names = found
    element: Value | None = None
    for name in names:
        stored = _known(run, name).stored.get(text)
        if stored is None or stored.address != ref.address:
            return None
        if stored.held is not run.object(ref):
            return None
        element = stored.element
    return element


def forget(run: Run, name: str) -> None:
    """Forget what is known of elements in whose text a variable stands: it has been bound."""
    if (run.frame, name) in run.program.keyed:
        run.state.set((run.frame, name, Keyed), Keyed())


def _known(run: Run, name: str) -> Keyed:
    known = run.state.get((run.frame, name, Keyed))
    return Keyed() if known is None else known
