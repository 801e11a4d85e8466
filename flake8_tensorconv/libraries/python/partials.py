"""Functions some of whose arguments are bound already: `functools.partial`."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.values import UNKNOWN, Ref, Value

PARTIAL = "functools.partial"
_FUNCTION = "func"


@dataclass(frozen=True)
class _Bound:
    """Where an argument goes: to a position, or to the parameter of a name."""

    where: int | str


def make_partial(run: Run, args: Arguments, node: ast.Call) -> Value:
    """`functools.partial(function, ...)`: an object that holds the function and the arguments."""
    held: dict[object, Value] = {_FUNCTION: args.value(0) or UNKNOWN}
    for position, argument in enumerate(args.positional[1:]):
        held[_Bound(position)] = argument.value
    for name, argument in args.keywords.items():
        held[_Bound(name)] = argument.value
    return run.allocate(node, Object(Kind.INSTANCE, PARTIAL, held))


def call_partial(run: Run, held: Object, args: Arguments, node: ast.AST) -> Value:
    """Call what `make_partial` has made."""
    function = held.items.get(_FUNCTION, UNKNOWN)
    if any(isinstance(each, Ref) and run.object(each) is held for each in function.alternatives):
        return UNKNOWN
    bound = {key.where: item for key, item in held.items.items() if isinstance(key, _Bound)}
    front = [item for where, item in bound.items() if isinstance(where, int)]
    named = {where: Argument(item) for where, item in bound.items() if isinstance(where, str)}
    whole = replace(args, keywords=named | dict(args.keywords)).prepend(*front)
    return run.call(function, whole, node)
