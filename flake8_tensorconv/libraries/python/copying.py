"""Functions that copy objects: `copy.copy`, `copy.deepcopy` and `dataclasses.replace`."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.values import UNKNOWN, Ref, Value
from flake8_tensorconv.libraries.python.container_calls import Handler


def _copy(run: Run, args: Arguments, node: ast.Call) -> Value:
    return _copied(run, args.value(0, "x") or UNKNOWN, node, deep=False)


def _deepcopy(run: Run, args: Arguments, node: ast.Call) -> Value:
    return _copied(run, args.value(0, "x") or UNKNOWN, node, deep=True)


def _copied(run: Run, given: Value, node: ast.Call, *, deep: bool) -> Value:
    """Copies of the objects that a value refers to; with `deep`, of all that they hold."""
    made: dict[Address, Ref] = {}

    def copy(ref: Ref) -> Ref:
        if ref.address in made or not isinstance(ref.address.node, ast.AST):
            return made.get(ref.address, ref)
        held = run.object(ref)  # in a loop, the copy may take the place of what it copies
        # Numbered, as what is copied again in the next round was all made by this very call.
        copied = Ref(Address(node, run.frame.path, (len(made),)))
        made[ref.address] = copied
        if deep:
            items = {key: inside(item) for key, item in held.items.items()}
            held = replace(held, items=items, rest=inside(held.rest))
        run.state.set(copied.address, replace(held, single=True))
        return copied

    def inside(item: Value) -> Value:
        return Value(tuple(copy(e) if isinstance(e, Ref) else e for e in item.alternatives))

    return inside(given)


def _replace_fields(run: Run, args: Arguments, node: ast.Call) -> Value:
    made = _copied(run, args.value(0, "obj") or UNKNOWN, node, deep=False)
    for ref in made.alternatives:
        if isinstance(ref, Ref):
            for name, argument in args.keywords.items():
                run.store(ref, run.object(ref).with_item(name, argument.value))
    return made


#: Handlers by the function's dotted name.
COPIES: dict[str, Handler] = {
    "copy.deepcopy": _deepcopy,
    "copy.copy": _copy,
    "dataclasses.replace": _replace_fields,
}
