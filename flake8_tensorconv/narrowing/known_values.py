"""Tests of a text or a number that is known: `"head" in name`, `name.endswith("x")`, `i < 2`."""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.keys import key_value
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.truth import ORDERING, truth_of
from flake8_tensorconv.lattice.values import (
    UNKNOWN,
    Alternative,
    Constant,
    Otherwise,
    Tensor,
    Value,
)


def asked_of(held: Object) -> Value:
    """What `x in held` searches: the elements of a list or a set, the keys of a dict."""
    if held.kind is not Kind.DICT:
        return held.elements()
    return UNKNOWN if held.rest or held.fewer else join_all(map(key_value, held.items))


def told_by_value(run: Run, test: ast.expr) -> bool | None:
    """What a test comes to, if what is asked of is known, and what for; else None."""
    match test:
        case ast.Compare(left=left, ops=[one], comparators=[right]) if type(one) in _OPERATORS:
            asked: tuple[ast.expr | None, ...] = (_root(left), right)
        case ast.Call(func=ast.Attribute(value=text, attr=name)) if name in _ASKED:
            asked = (text,)
        case ast.Call(func=ast.Name("any" | "all"), args=[ast.GeneratorExp() | ast.ListComp()]):
            return truth_of(run.peek(test))
        case _:
            return None
    known = any(each is not None and _is_known(run, each) for each in asked)
    return truth_of(run.peek(test)) if known else None


def _is_known(run: Run, node: ast.expr) -> bool:
    if not isinstance(node, ast.Name):
        return isinstance(node, ast.Constant)
    held = run.peek(node)
    return len(held.alternatives) == len(held.constants) == 1


def _root(node: ast.expr) -> ast.Name | ast.Constant | None:
    """The `name` of `name.split(".")[0]`."""
    while not isinstance(node, (ast.Name, ast.Constant)):
        match node:
            case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case _:
                return None
    return node


_OPERATORS = {*ORDERING, ast.In, ast.NotIn}
_ASKED = {"startswith", "endswith"}


def same_constant(run: Run, left: ast.expr, other: Value, truth: bool) -> bool:
    """Narrow by `x is None`, `mode == "train"`; False if the outcome is impossible."""
    constants = set(other.constants)
    if not constants or len(constants) != len(other.alternatives):
        return True
    tested = run.peek(left)
    none_only = constants == {Constant(None)}
    kept: list[Alternative] = []
    for each in tested.alternatives:
        what = each.what if isinstance(each, Otherwise) else each
        if isinstance(what, Constant):
            if (what in constants) == truth or (not truth and len(constants) > 1):
                kept.append(each)
        elif what is None:
            kept.append(each)
        elif truth and none_only and not (isinstance(each, Tensor) and not each.sure):
            continue
        else:
            kept.append(each)
    if truth and none_only and tested.is_unknown:
        kept = [Constant(None)]
    if not kept and tested.alternatives:
        return False
    if len(kept) < len(tested.alternatives) or (truth and none_only):
        refine(run, left, Value(tuple(kept)))
    return True
