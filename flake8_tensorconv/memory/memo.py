"""Calls that have been followed before: equal arguments in an equal state give an equal result.

What a call depends on is put into its key: the arguments, the objects reachable from them, the
modes torch is in, and a counter of changes to the module's own variables. Functions defined inside
functions see variables besides, so they are never remembered; nor is a call whose result holds
objects that it made, since two such calls make different ones.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.must import Fact
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.state import (
    AUTOCAST,
    CHANGES,
    CONDITIONAL,
    DEFAULT_DEVICE,
    GRAD_MODE,
    HANDLED,
    KNOWN,
    MACHINE,
    SCATTERED,
    Changes,
)
from flake8_tensorconv.lattice.values import (
    Array,
    Function,
    Many,
    Method,
    Ref,
    Tensor,
    Tuple,
    Value,
)
from flake8_tensorconv.locations.provenance import Storage

#: With more objects in reach, comparing costs more than it saves.
_MAX_OBJECTS = 60


def refs_in(given: Value) -> Iterator[Ref]:
    """The objects that a value refers to directly."""
    for each in given.alternatives:
        match each:
            case Ref():
                yield each
            case Tuple(items=items):
                for item in items:
                    yield from refs_in(item)
            case Many(element=element):
                yield from refs_in(element)
            case Method(receiver=Ref() as ref):
                yield ref
            case Function(receiver=Value() as receiver):
                yield from refs_in(receiver)
            case _:
                pass


_MODES = (GRAD_MODE, DEFAULT_DEVICE, AUTOCAST, MACHINE, CHANGES, SCATTERED, HANDLED)


def key_of(
    run: Run, function: Function, bound: Mapping[str, Value], passed: frozenset[Fact]
) -> tuple[object, tuple[Object, ...]] | None:
    """The key of a call and the objects it begins with; None if it cannot be remembered."""
    if function.closure.frame.parent is not None or function.role in ("context", "fixture"):
        return None
    reached: dict[Address, Object] = {}
    todo = [ref for given in bound.values() for ref in refs_in(given)]
    while todo:
        address = todo.pop().address
        held: Object | None = run.state.get(address)
        if held is None or address in reached:
            continue
        if held.kind is Kind.LAZY or len(reached) >= _MAX_OBJECTS:
            return None
        reached[address] = held
        todo.extend(ref for item in held.items.values() for ref in refs_in(item))
        todo.extend(refs_in(held.rest))
    program = run.program
    key = (
        function.closure.info,
        function.grad_mode,
        tuple(bound.items()),
        frozenset(fact.answer for fact in passed),
        tuple((address, id(held)) for address, held in reached.items()),
        tuple([run.state.get(mode) for mode in _MODES]),
        (program.version, program.events.kept, program.callers_known),
        (program.events.picked, program.folded, run.rounds is None),
        run.caught,
    )
    return key, tuple(reached.values())


def lasting(run: Run, result: Value, changes: Changes, path: tuple[ast.AST, ...]) -> Changes | None:
    """The changes worth repeating; None if something new can be seen from outside.

    Args:
        run: the run, in the state before the call.
        result: what the call gave back.
        changes: all that it changed.
        path: the calls that led into it.
    """
    made = {k for k in changes if isinstance(k, Address) and run.state.get(k) is None}
    if any(ref.address in made for ref in refs_in(result)):
        return None
    kept: dict[Any, Any] = {}
    for key, entry in changes.items():
        if key in made or key in (CONDITIONAL, KNOWN):
            continue
        if key == CHANGES or (isinstance(key, Storage) and key.path[: len(path)] != path):
            return None  # who reads that memory now depends on when this happened
        if isinstance(entry, Object):
            if any(ref.address in made for ref in refs_in(entry.elements())):
                return None
        kept[key] = entry
    return kept


def relocated(run: Run, given: Value, old: tuple[ast.AST, ...], new: tuple[ast.AST, ...]) -> Value:
    """The result of a call made again elsewhere: what it made then, it makes anew now."""
    if not run.program.tracks_memory or old == new:
        return given

    def moved(storage: Storage) -> Storage:
        if storage.path[: len(old)] != old:
            return storage
        return replace(storage, path=new + storage.path[len(old) :], rounds=run.rounds or ())

    return Value(
        tuple(
            replace(each, storages=frozenset(map(moved, each.storages)))
            if isinstance(each, (Tensor, Array))
            else replace(each, items=tuple(relocated(run, i, old, new) for i in each.items))
            if isinstance(each, Tuple)
            else replace(each, element=relocated(run, each.element, old, new))
            if isinstance(each, Many)
            else each
            for each in given.alternatives
        )
    )
