"""What is known of a value in the handler of an `AttributeError`: it has no such attribute.

`try: x = x.detach().cpu()` with `except AttributeError: pass` asks for forgiveness instead of
permission: no tensor gets to the handler. So it is with a handler of every exception around nothing
but methods that no tensor refuses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import DEFINITIONS, children
from flake8_tensorconv.knowledge.torch_operators import tensor_attributes
from flake8_tensorconv.lattice.values import Class, Constant, Ref, Symbol, value
from flake8_tensorconv.narrowing.class_conditions import narrow_by_attribute
from flake8_tensorconv.narrowing.handlers import exception_names

#: Methods and attributes that every tensor answers, wherever it is and whatever it holds.
_NEVER_REFUSED = frozenset({
    "clone", "contiguous", "cpu", "data", "detach", "device", "dim", "double", "dtype", "flatten",
    "float", "grad_fn", "is_cuda", "ndim", "requires_grad", "shape", "size",
})  # fmt: skip

#: An expression, and the attributes that are asked for one after the other.
_Chain = tuple[ast.expr, tuple[str, ...]]


def narrow_by_handler(
    run: Run,
    caught: ast.expr | None,
    body: Sequence[ast.stmt],
) -> bool:
    """Go on under the assumption that the handler of a `try` runs.

    Args:
        run: the run, in the state in which the handler begins.
        caught: what stands behind `except`.
        body: the statements of the `try`.

    Returns:
        False if no value gets there.
    """
    asked = [each for each in _chains(body) if not _is_known_name(run, each[0])]
    wide = set(exception_names(caught)) != {"AttributeError"}
    if not asked or (wide and not (len(body) == 1 and _is_all(body[0], asked))):
        return True
    root, names = asked[0]
    if any(ast.dump(root) != ast.dump(other) for other, _ in asked):
        return True
    allowed = _NEVER_REFUSED if wide else tensor_attributes()
    if not all(allowed.issuperset(names) for _, names in asked):
        return True
    return narrow_by_attribute(run, root, value(Constant(names[0])), False)


def narrow_by_success(run: Run, body: Sequence[ast.stmt]) -> bool:
    """Go on behind the body of a `try` that asked for attributes: `x.detach` is there.

    Returns:
        False if no value gets there.
    """
    asked = (each.value for each in body if isinstance(each, ast.Expr))
    return all(
        narrow_by_attribute(run, each.value, value(Constant(each.attr)), True)
        for each in asked
        if isinstance(each, ast.Attribute)
    )


def _chains(body: Sequence[ast.stmt]) -> Iterator[_Chain]:
    """The longest chains of attributes and methods in statements."""
    todo: list[ast.AST] = [*body]
    while todo:
        node = todo.pop()
        if isinstance(node, (*DEFINITIONS, ast.Lambda)):
            continue
        asked: list[ast.Attribute] = []
        while True:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                todo.extend((*node.args, *node.keywords))
                node = node.func
            elif isinstance(node, ast.Attribute):
                asked.append(node)
                node = node.value
            else:
                break
        # What stands before the first attribute of a tensor only leads to what is asked for it.
        while asked and asked[-1].attr not in tensor_attributes():
            asked.pop()
        if asked:
            yield asked[-1].value, tuple(each.attr for each in reversed(asked))
        todo.extend(children(node))


def _is_known_name(run: Run, root: ast.expr) -> bool:
    """Is it a module, a class or an object of the program, whose attributes are there?"""
    found = run.peek(root).alternatives
    return bool(found) and all(isinstance(each, (Symbol, Class, Ref)) for each in found)


def _is_all(statement: ast.AST, asked: Sequence[_Chain]) -> bool:
    """Is there nothing in a statement but one chain?"""
    given = statement.value if isinstance(statement, (ast.Assign, ast.Return)) else None
    if given is None or len(asked) != 1:
        return False
    while given is not asked[0][0] and isinstance(given, (ast.Call, ast.Attribute)):
        if isinstance(given, ast.Call) and (given.args or given.keywords):
            return False
        given = given.func if isinstance(given, ast.Call) else given.value
    return given is asked[0][0]
