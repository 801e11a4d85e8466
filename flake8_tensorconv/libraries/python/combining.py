"""Containers that are put together: `[a] + [b]`, `{**a} | b`."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.values import (
    UNKNOWN,
    Alternative,
    Many,
    Ref,
    Tensor,
    Tuple,
    Value,
)


def combined(run: Run, node: ast.AST, a: Alternative, b: Alternative) -> Value:
    """What `a + b` or `a | b` may be of which one is a container."""
    known = _in_order(run, node, a, b)
    if known is not None:
        return known
    inside = UNKNOWN.without(Tensor)
    kind = Kind.LIST
    for each in (a, b):
        if isinstance(each, Ref):
            held = run.object(each)
            if held.kind is Kind.INSTANCE:
                return UNKNOWN
            kind = held.kind
            inside = join(inside, held.elements())
        elif isinstance(each, (Tuple, Many)):
            inside = join(inside, each.element if isinstance(each, Many) else join_all(each.items))
    return run.allocate(node, Object(kind, rest=inside))


def _in_order(run: Run, node: ast.AST, a: Alternative, b: Alternative) -> Value | None:
    """Both in one, if all that they hold is known by its place or key."""
    if not isinstance(a, Ref) or not isinstance(b, Ref):
        return None
    first, second = run.object(a), run.object(b)
    if first.kind is not second.kind or not all(
        held.single and not held.rest and not held.fewer for held in (first, second)
    ):
        return None
    if first.kind is Kind.DICT:
        return run.allocate(node, Object(Kind.DICT, items={**first.items, **second.items}))
    if first.kind is Kind.LIST:
        items = enumerate((*first.items.values(), *second.items.values()))
        return run.allocate(node, Object(Kind.LIST, items=dict(items)))
    return None
