"""Images and sounds that other libraries read as tensors, and their transformations."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.knowledge.readers import CALLABLE, DEVICE_OPTION, KEEPING, READING
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.facts import in_mode
from flake8_tensorconv.lattice.values import (
    OBJECT,
    Alternative,
    Device,
    Grad,
    Plain,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)


def call_media(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value | None:
    """What a function that reads or transforms media gives back; None if it is none."""
    if dotted in CALLABLE:
        return value(Symbol(CALLABLE[dotted]))
    if dotted in KEEPING:
        given = args.value(0, "img", "tensor", "waveform", "inpt")
        return None if given is None else _transformed(run, given, node)
    parts = READING.get(dotted)
    if parts is None or DEVICE_OPTION in args.keywords or args.more_keywords is not None:
        return None
    read = value(Tensor(True, Grad.NO, Device.CPU, storages=run.fresh(node)))
    items = tuple(read if part == "tensor" else OBJECT for part in parts)
    return items[0] if len(items) == 1 else value(Tuple(items))


def _transformed(run: Run, given: Value, node: ast.Call) -> Value | None:
    """The same kinds of things, computed anew; None if nothing is known of one."""
    made: list[Alternative] = []
    for each in given.alternatives:
        if isinstance(each, Tensor) and each.sure:
            grad = in_mode(each.grad, run.state.grad_mode)
            computed = replace(each, grad=grad, role="", owner=None, storages=frozenset())
            made.append(replace(computed, ndim=None))
        elif isinstance(each, Plain) and "." in each.what:
            made.append(each)
        else:
            return None
    return Value(tuple(made))
