"""Which changes of an object's memory can surprise a caller who holds what the object gave him."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import FUNCTIONS
from flake8_tensorconv.locations.scopes import CONSTRUCTORS, FunctionInfo

#: They run before anybody has been given anything.
_MAKING = {"__new__", *CONSTRUCTORS}
#: `x[i] = v`, `x += v` and `x.a = v` call these.
_ASSIGNING = {"__setitem__", "__delitem__", "__setattr__", "__set__"}


def can_surprise(run: Run) -> bool:
    """Is a change that is made now, by a function looked at on its own, part of its ordinary work?

    A caller who writes `boxes[0] = v`, `boxes += v`, `boxes.scale = v` or `boxes.clip_()` changes
    the object himself, and knows that views of it change as well, as those of a tensor do.
    """
    if not run.stack:
        return True
    entered = run.stack[0]
    if entered.name in _MAKING:
        return False
    return run.program.owner_of(entered) is None or not _is_asked_for(entered)


def _is_asked_for(method: FunctionInfo) -> bool:
    name = method.name
    if name.startswith("__") and name.endswith("__"):
        return name in _ASSIGNING or (name.startswith("__i") and name[3:-2] in _OPERATORS)
    return name.endswith("_") or _is_setter(method)


#: `x += v` calls `__iadd__`.
_OPERATORS = {"add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift",
              "rshift", "and", "or", "xor"}  # fmt: skip


def _is_setter(method: FunctionInfo) -> bool:
    """Is it what assigning to a property calls?"""
    node = method.node
    return isinstance(node, FUNCTIONS) and any(
        isinstance(each, ast.Attribute) and each.attr == "setter" for each in node.decorator_list
    )
