"""`with` blocks and decorators that change the modes torch is in."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.placement import device_of, dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.arguments import Arguments, pass_values
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.state import AUTOCAST, DEFAULT_DEVICE, GRAD_MODE, Changes
from flake8_tensorconv.lattice.values import (
    NONE,
    UNKNOWN,
    Alternative,
    Device,
    DeviceObject,
    DtypeObject,
    Function,
    Grad,
    Plain,
    Ref,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.foreign import FILE, IMAGE
from flake8_tensorconv.locations.scopes import ClassInfo
from flake8_tensorconv.narrowing.known_tests import truth_given

_MODES = (GRAD_MODE, DEFAULT_DEVICE, AUTOCAST)
_GRAD_CONTEXTS = {
    "torch.no_grad": Grad.NO,
    "torch.inference_mode": Grad.NO,
    "torch.enable_grad": Grad.YES,
}
#: Kinds of the objects that stand for context managers.
AUTOCAST_CONTEXT = "torch.autocast"
GENERATOR_CONTEXT = "contextlib.contextmanager"
EXIT_STACK = "contextlib.ExitStack"


def saved_modes(run: Run) -> Changes:
    """The modes as they are now, to come back to."""
    return {mode: run.state.get(mode) for mode in _MODES}


def make_context(run: Run, dotted: str, args: Arguments, node: ast.AST) -> Value | None:
    """A context manager of torch, or None if `dotted` is none."""
    if dotted in _GRAD_CONTEXTS:
        function = args.value(0)
        if function is not None and function.of(Function):
            return with_grad_mode(function, _GRAD_CONTEXTS[dotted])
        if dotted == "torch.inference_mode":
            enabled = truth_given(run, args.get(0, "mode"), True)
            modes = {True: "torch.inference_mode", False: "torch.enable_grad"}
            return Value(tuple(Plain(modes[each]) for each in modes if enabled in (None, each)))
        return value(Plain(dotted))
    if dotted == AUTOCAST_CONTEXT or dotted.endswith("amp.autocast"):
        return _autocast(run, args, node)
    if dotted == EXIT_STACK:
        return run.allocate(node, Object(Kind.INSTANCE, EXIT_STACK))
    return None


def _autocast(run: Run, args: Arguments, node: ast.AST) -> Value:
    device = args.value(0, "device_type")
    where = device_of(device, node)[0] if device is not None else Device.ACCELERATOR
    asked = args.value(1, "dtype")
    names = dtype_of(asked) if asked is not None else None
    if names is None:
        on_cpu, elsewhere = frozenset({"bfloat16"}), frozenset({"float16"})
        names = on_cpu if where == Device.CPU else elsewhere
    known = truth_given(run, args.get(2, "enabled"), True)
    if known is not True:
        names = names | {"off"} if known is None else frozenset({"off"})
    return run.allocate(
        node, Object(Kind.INSTANCE, AUTOCAST_CONTEXT, {"dtype": value(DtypeObject(names))})
    )


def with_grad_mode(function: Value, mode: Grad) -> Value:
    """The functions, run in a grad mode of their own as a decorator makes them."""
    return Value(
        tuple(
            replace(each, grad_mode=mode) if isinstance(each, Function) else each
            for each in function.alternatives
        )
    )


def decorated_by(decorator: Plain, function: Value) -> Value | None:
    """`torch.no_grad()(function)`; None if the object decorates nothing."""
    mode = _GRAD_CONTEXTS.get(decorator.what)
    return None if mode is None else with_grad_mode(function, mode)


def enter_context(run: Run, manager: Value, node: ast.AST) -> Value:
    """Enter a `with` block; gives what `as` binds."""
    results: list[Value] = []
    modes: list[Changes] = []
    for each in manager.alternatives:
        branch = run.state.fork()
        with run.at(branch):
            results.append(_enter(run, each, node))
        modes.append(branch.changes)
    run.state.merge(modes)
    return join_all(results)


def _enter(run: Run, manager: Alternative, node: ast.AST) -> Value:
    if isinstance(manager, Plain):
        mode = _GRAD_CONTEXTS.get(manager.what)
        if mode is not None:
            run.state.set(GRAD_MODE, mode)
        if manager.what in (FILE, IMAGE):
            return value(manager)
        return NONE if mode is not None else UNKNOWN
    if isinstance(manager, DeviceObject):
        run.state.set(DEFAULT_DEVICE, manager.device)
        return value(manager)
    if isinstance(manager, Ref):
        return _enter_object(run, manager, node)
    return UNKNOWN


def _enter_object(run: Run, ref: Ref, node: ast.AST) -> Value:
    held = run.object(ref)
    if held.cls == AUTOCAST_CONTEXT:
        for each in held.items["dtype"].alternatives:
            if isinstance(each, DtypeObject):
                run.state.set(AUTOCAST, each.dtype)
        return NONE
    if held.cls == GENERATOR_CONTEXT:
        return held.items["value"]
    if isinstance(held.cls, ClassInfo):
        entered = run.attribute(value(ref), "__enter__", node)
        if entered.of(Function):
            return run.call(entered, pass_values(), node)
    return value(ref)


def leave_context(run: Run, manager: Value, node: ast.AST) -> None:
    """Leave a `with` block whose manager is an object of this file."""
    for each in manager.alternatives:
        if isinstance(each, Ref):
            for key, entry in run.program.leaving.get(each.address, {}).items():
                run.state.set(key, entry)
        if isinstance(each, Ref) and isinstance(run.object(each).cls, ClassInfo):
            leaving = run.attribute(value(each), "__exit__", node)
            if leaving.of(Function):
                run.call(leaving, pass_values(NONE, NONE, NONE), node)


def generator_context(
    run: Run, node: ast.AST, handed: Value, yielded: list[Changes], ended: Changes
) -> Value:
    """What a function under `@contextmanager` gives.

    The state becomes the one at the `yield`; what happens behind it waits for the block's end.

    Args:
        run: the run, in the state before the call.
        node: the function.
        handed: what it yields.
        yielded: the changes at each `yield`.
        ended: the changes at its end.
    """
    run.state.merge(yielded)
    entered = run.state.changes
    made = run.allocate(node, Object(Kind.INSTANCE, GENERATOR_CONTEXT, {"value": handed}))
    for ref in made.alternatives:
        if isinstance(ref, Ref):
            run.program.leaving[ref.address] = {
                key: entry for key, entry in ended.items() if entered.get(key) is not entry
            }
    return made
