"""Statements and the like that hand a value on: what they give it to, and what it is."""

from __future__ import annotations

import ast

from flake8_tensorconv.index.syntax import walk

#: The nodes that hand a value on.
FLOWING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor,
            ast.comprehension, ast.withitem, ast.Return, ast.Yield, ast.YieldFrom)  # fmt: skip


def targets(node: ast.AST) -> list[ast.expr]:
    """What a node gives a value to."""
    match node:
        case ast.Assign():
            return node.targets
        case ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr() | ast.For() | ast.AsyncFor():
            return [node.target]
        case ast.comprehension():
            return [node.target]
        case ast.withitem(optional_vars=ast.expr() as target):
            return [target]
        case _:
            return []


def value_of(node: ast.AST) -> ast.expr | None:
    """What a node hands on: a value, or what is iterated over or entered for one."""
    match node:
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
            return node.value
        case ast.Return() | ast.Yield() | ast.YieldFrom():
            return node.value
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return node.iter
        case ast.withitem():
            return node.context_expr
        case _:
            return None


def captured(node: ast.AST) -> set[str]:
    """The names that the patterns of a `match` statement give a value."""
    names = {
        getattr(each, "name", None) or getattr(each, "rest", None)
        for each in walk(node)
        if isinstance(each, ast.pattern)
    }
    return {name for name in names if name is not None}


def items_in(target: ast.expr) -> list[ast.Subscript]:
    """The items that an assignment target stores in: `a[i]`, and both of `a[i], b[i]`."""
    if isinstance(target, ast.Subscript):
        return [target]
    if isinstance(target, (ast.Tuple, ast.List)):
        return [each for element in target.elts for each in items_in(element)]
    return []


def chain_from(targets: list[ast.expr], value: ast.expr) -> list[ast.expr]:
    """Of `x = x.cpu().numpy()`: everything that `numpy` is asked of; nothing of all else."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return []
    if value.func.attr != "numpy" or not isinstance(targets[0], ast.Name):
        return []
    chain: list[ast.expr] = [value.func.value]
    while not isinstance(chain[-1], ast.Name):
        if isinstance(chain[-1], ast.Call):
            chain.append(chain[-1].func)
        elif isinstance(chain[-1], ast.Attribute):
            chain.append(chain[-1].value)
        else:
            return []
    return chain if chain[-1].id == targets[0].id else []
