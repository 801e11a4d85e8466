"""What a call does to memory: which of its arguments it looks at, and which it changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.symbols import canonical
from flake8_tensorconv.knowledge.writers import (
    ARRAY_METHODS,
    NOT_READING,
    NOT_READING_METHODS,
    NOT_WRITING,
    OVERWRITING,
    OVERWRITING_METHODS,
    WRITING_METHODS,
    WRITTEN_ARGUMENT,
)
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.storages import storages_of
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Class,
    Function,
    Method,
    Ref,
    Symbol,
    Tensor,
    Value,
    value,
)
from flake8_tensorconv.memory import sharing as memory


@dataclass(frozen=True)
class _Write:
    """Something that a call changes in place.

    Attributes:
        target: what.
        argument: the argument that it is; None: the receiver of the method.
        blind: it is overwritten without being looked at.
    """

    target: Value
    argument: Argument | None
    blind: bool


def observe(run: Run, callee: Alternative, args: Arguments, node: ast.AST, result: Value) -> None:
    """Note what a call of something that is not of this file does to memory.

    Args:
        run: the run, behind the call.
        callee: what was called.
        args: what it was given.
        node: the call.
        result: what it gave back; whoever gets a view has not looked at the contents.
    """
    if isinstance(callee, (Function, Class)) or not isinstance(node, ast.Call):
        return
    written = list(_written(callee, args, node))
    if _looks(run, callee):
        shared = {storage.memory for storage in memory.held_by(run, result)}
        for given in _looked_at(callee, args, written):
            if not any(s.memory in shared for s in storages_of(given)):
                memory.read(run, given, node)
    for write in written:
        if not (node in run.file.index.dropped and _is_thrown_away(callee, write.target)):
            memory.changed(run, write.target, node, blind=write.blind, whole=write.blind)
    _train(run, callee, node)


def _looks(run: Run, callee: Alternative) -> bool:
    """May it look at the contents of its arguments?"""
    match callee:
        case Symbol(dotted=dotted):
            return canonical(dotted).removeprefix("builtins.") not in NOT_READING
        case Method(receiver=Ref() as ref):
            return run.object(ref).kind is Kind.INSTANCE
        case Method(name=name):
            return name not in NOT_READING_METHODS
        case _:
            return True


def _looked_at(callee: Alternative, args: Arguments, written: list[_Write]) -> Iterator[Value]:
    changed = [write.argument for write in written]
    if isinstance(callee, Method) and isinstance(callee.receiver, (Tensor, Array)):
        if None not in changed:
            yield value(callee.receiver)
    for argument in args.all():
        # `np.add(a, 1, out=a)` updates a, as `a += 1` does.
        if not any(argument is w.argument or _overlap(argument.value, w.target) for w in written):
            yield argument.value


def _written(callee: Alternative, args: Arguments, node: ast.Call) -> Iterator[_Write]:
    """What the call changes in place."""
    out = args.get(None, "out")
    if out is not None:
        overlaps = any(a is not out and _overlap(out.value, a.value) for a in args.all())
        yield _Write(out.value, out, not overlaps)
    match callee:
        case Symbol(dotted=dotted):
            yield from _written_argument(canonical(dotted), args)
        case Method(receiver=Tensor() as receiver, name=name):
            in_place = name.endswith("_") and not name.endswith("__") and name not in NOT_WRITING
            if in_place or name in ("__setitem__", "__iadd__"):
                yield _Write(value(receiver), None, name in OVERWRITING_METHODS)
        case Method(receiver=Array() as receiver, name=name):
            if name in ARRAY_METHODS:
                yield _Write(value(receiver), None, name in OVERWRITING_METHODS)
        case _:
            pass
    name = _method_name(node)
    if name in WRITING_METHODS and not isinstance(callee, Symbol):
        yield from _at(args, WRITING_METHODS[name], blind=name in OVERWRITING_METHODS)


def _method_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _written_argument(dotted: str, args: Arguments) -> Iterator[_Write]:
    bare = dotted.rsplit(".", 1)[-1]
    if dotted in WRITTEN_ARGUMENT:
        yield from _at(args, WRITTEN_ARGUMENT[dotted], blind=dotted in OVERWRITING)
    elif dotted.startswith("numpy.") and bare == "at":  # np.add.at(a, indices, b)
        yield from _at(args, 0, blind=False)
    elif dotted.startswith("torch.") and bare.endswith("_") and not bare.endswith("__"):
        if bare not in NOT_WRITING:
            yield from _at(args, 0, blind=".init." in dotted)
    elif dotted.startswith("torch.nn.functional."):
        in_place = args.value(None, "inplace")
        if in_place is not None and truth_of(in_place) is True:
            yield from _at(args, 0, blind=False)


def _at(args: Arguments, position: int, *, blind: bool) -> Iterator[_Write]:
    if position < len(args.positional):
        argument = args.positional[position]
        yield _Write(argument.value, argument, blind)


def _overlap(a: Value, b: Value) -> bool:
    mine = {storage.memory for storage in storages_of(a)}
    return any(storage.memory in mine for storage in storages_of(b))


def _is_thrown_away(callee: Alternative, target: Value) -> bool:
    """`torch.from_numpy(a).clamp_(0, 1)`: nobody keeps the new name, so a is meant to change."""
    if not isinstance(callee, Method) or not isinstance(callee.node, ast.Attribute):
        return False
    receiver = callee.node.value
    links = {link.call for storage in storages_of(target) for link in storage.links}
    while isinstance(receiver, (ast.Call, ast.Subscript, ast.Attribute)):
        if receiver in links:
            return True
        if isinstance(receiver, ast.Call):
            receiver = receiver.func
        else:
            receiver = receiver.value
    return False


def _train(run: Run, callee: Alternative, node: ast.AST) -> None:
    """`optimizer.step()` changes the parameters that it was given."""
    if not isinstance(callee, Method) or callee.name != "step":
        return
    receiver = callee.receiver
    if isinstance(receiver, Ref):
        trained = run.object(receiver).items.get(OPTIMIZED)
        if trained is not None:
            memory.changed(run, trained, node, inside=True)


#: Where an optimizer holds the parameters that it was given.
OPTIMIZED = "<optimized>"
