"""Functions that are picked by a test of what they are given.

`(f if torch.is_tensor(x) else g)(x)`, `how = f if ... else g`, `(g, f)[torch.is_tensor(x)](x)`,
`kind = "torch" if ... else "other"` with `HOW[kind](x)`: each outcome of the test goes with its own
function, and with what x is then.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.values import Constant, Plain, Value
from flake8_tensorconv.narrowing import conditions
from flake8_tensorconv.narrowing.class_conditions import remembered_test


def picked(run: Run, node: ast.expr) -> ast.IfExp | None:
    """What is called, as a choice by a test; None if it is none."""
    choice = chosen(run, node)
    if choice is not None or not isinstance(node, ast.Subscript):
        return choice
    key = node.slice
    if isinstance(key, ast.Tuple):
        return _picked_by_several(run, node.value, key.elts)
    choice = chosen(run, key)
    if choice is not None:
        test, first, second = choice.test, choice.body, choice.orelse
    else:
        if isinstance(key, ast.Call) and _is_cast(run, key):
            key = key.args[0]
        if isinstance(key, ast.Constant) or not _is_yes_or_no(run, key):
            return None
        test, first, second = key, ast.Constant(True), ast.Constant(False)
    whole, load = node.value, ast.Load()
    return ast.IfExp(test, ast.Subscript(whole, first, load), ast.Subscript(whole, second, load))


def _picked_by_several(run: Run, table: ast.expr, keys: list[ast.expr]) -> ast.IfExp | None:
    """`TABLE[test, other]`: a choice by the first test, of choices by the second."""
    for place, test in enumerate(keys):
        if not isinstance(test, ast.Constant) and _is_yes_or_no(run, test):
            outcomes = [
                ast.Tuple([*keys[:place], ast.Constant(truth), *keys[place + 1 :]], ast.Load())
                for truth in (True, False)
            ]
            first, second = (ast.Subscript(table, each, ast.Load()) for each in outcomes)
            return ast.IfExp(test, first, second)
    return None


def _is_yes_or_no(run: Run, test: ast.expr) -> bool:
    """Is it a test, or what a function of the file answers with `True` or `False`?"""
    if conditions.is_answer(run, test):
        return True
    given = run.peek(test).alternatives
    return bool(given) and all(
        type(each.value) is bool if isinstance(each, Constant) else each == Plain("bool")
        for each in given
    )


def chosen(run: Run, node: ast.expr) -> ast.IfExp | None:
    """`a if test else b`, written here or where the variable got its value."""
    held = remembered_test(run, node) if isinstance(node, ast.Name) else node
    return held if isinstance(held, ast.IfExp) else None


def _is_cast(run: Run, node: ast.Call) -> bool:
    """`int(test)`."""
    named = isinstance(node.func, ast.Name) and node.func.id in ("int", "bool")
    return named and len(node.args) == 1 and run.lookup(ast.unparse(node.func)) is None


def call_picked(run: Run, choice: ast.IfExp, call: Callable[[Value], Value]) -> Value:
    """What the call gives, whichever way the test goes.

    Args:
        run: the run; its state is changed.
        choice: what is called.
        call: calls one of the functions in the current state.
    """
    results, branches = [], []
    for truth, function in ((True, choice.body), (False, choice.orelse)):
        branch = run.state.fork()
        with run.at(branch):
            if conditions.narrow(run, choice.test, truth):
                inner = picked(run, function)
                if inner is None:
                    results.append(call(run.peek(function)))
                else:
                    results.append(call_picked(run, inner, call))
                branches.append(branch.changes)
    run.state.merge(branches)
    return join_all(results)
