"""Comparisons: a bool, or a tensor or array of them."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import paired_ndim
from flake8_tensorconv.knowledge.torch_operators import Memory, Operator, Output
from flake8_tensorconv.lattice.facts import operator_result
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.keys import key_value
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.promotion import typed
from flake8_tensorconv.lattice.truth import OPERATORS, ORDERING
from flake8_tensorconv.lattice.values import (
    BOOL,
    NOTHING,
    Alternative,
    Array,
    Constant,
    Otherwise,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.operators import moment, with_axes
from flake8_tensorconv.memory import sharing as memory

_COMPARED = Operator("operator", (Output(False, Memory.FRESH, "bool"),))


def _compare_constants(run: Run, operator: ast.cmpop, left: Value, right: Value) -> Value | None:
    """`mode == "train"` where both sides are known."""
    if len(left.alternatives) != 1 or len(right.alternatives) != 1:
        return None
    a, b = left.alternatives[0], right.alternatives[0]
    if not isinstance(a, Constant):
        return None
    if not isinstance(b, Constant):
        among = _members(run, b) if isinstance(operator, (ast.In, ast.NotIn)) else None
        inside = isinstance(operator, ast.In)
        return None if among is None else value(Constant((a in among) is inside))
    if isinstance(operator, ast.Eq):
        return value(Constant(a.value == b.value))
    if isinstance(operator, ast.NotEq):
        return value(Constant(a.value != b.value))
    if isinstance(operator, (ast.In, ast.NotIn)):
        if isinstance(a.value, str) and isinstance(b.value, str):
            return value(Constant((a.value in b.value) is isinstance(operator, ast.In)))
    if type(operator) in ORDERING and isinstance(a.value, int) and isinstance(b.value, int):
        return value(Constant(OPERATORS[type(operator)](a.value, b.value)))
    return None


#: Methods that take something out of a set.
_REMOVING = ("discard", "remove", "pop", "clear", "difference_update", "intersection_update")


def _members(run: Run, container: Alternative) -> list[Constant] | None:
    """What a container holds, if that is known and nothing but constants."""
    parts: list[Value] = []
    if isinstance(container, Tuple):
        parts = list(container.items)
    elif isinstance(container, Ref):
        held = run.object(container)
        if held.single and not held.rest and not held.fewer:
            by_kind = {Kind.LIST: list(held.items.values()), Kind.DICT: map(key_value, held.items)}
            parts = list(by_kind.get(held.kind, ()))
        elif held.kind is Kind.SET and held.single and not run.file.index.mentions(*_REMOVING):
            written = container.address.node
            parts = [run.peek(each) for each in getattr(written, "elts", ())]
            if held.rest != join_all(parts):
                return None  # something has been added since
    constants = [c for part in parts if len(part.alternatives) == 1 for c in part.constants]
    return constants if constants and len(constants) == len(parts) else None


def compare(run: Run, node: ast.AST, operator: ast.cmpop, left: Value, right: Value) -> Value:
    """What a comparison may be: a bool, or a tensor or array of them."""
    if isinstance(operator, (ast.In, ast.NotIn, ast.Is, ast.IsNot)):
        return _compare_constants(run, operator, left, right) or BOOL
    memory.read(run, left, node)
    memory.read(run, right, node)
    folded = _compare_constants(run, operator, left, right)
    if folded is not None:
        return folded
    results = [BOOL]
    pair = [*left.alternatives, *right.alternatives]
    tensors = [t for t in pair if isinstance(t, Tensor)]
    surely = any(t.sure for t in tensors)
    if tensors:
        chosen = [t for t in tensors if t.sure] or tensors
        result = operator_result(
            _COMPARED,
            chosen,
            [typed(t) for t in chosen],
            moment(run),
            run.fresh(node),
            sure=surely,
        )
        results.append(with_axes(result, *pair) if len(pair) == 2 else result)
        if surely:
            sure = left.is_tensor or right.is_tensor
            results[0] = NOTHING if sure else value(Otherwise())
    if any(isinstance(each, Array) for each in pair):
        ndim = paired_ndim(pair) if len(pair) == 2 else None
        results.append(value(Array(frozenset({"bool"}), run.fresh(node), ndim)))
    return join_all(results)
