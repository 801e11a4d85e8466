"""Tests of whether the machine has an accelerator: where it has none, nothing can be on one.

    device = "cuda" if torch.cuda.is_available() else "cpu"
    out = model(x.to(device))
    return out.cpu().numpy() if torch.cuda.is_available() else out.numpy()

The question may stand in another function than what it placed, in a flag, or be one about `device`.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from flake8_tensorconv.engine.placement import device_flags
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import dotted_name, last_name, string_of, walk
from flake8_tensorconv.knowledge.devices import ACCELERATORS
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.objects import Object
from flake8_tensorconv.lattice.state import MACHINE, Changes, Passed, State
from flake8_tensorconv.lattice.truth import OPERATORS
from flake8_tensorconv.lattice.values import (
    AVAILABLE,
    UNAVAILABLE,
    Constant,
    Device,
    DeviceObject,
    Method,
    Tensor,
    Tuple,
    Value,
    value,
)

_FLAG = re.compile(r"(?:^|_|use|is|on|has)(?:cuda|gpu|accelerator)s?(?:$|_)", re.IGNORECASE)
_NO_FLAG = re.compile(r"(?:no|not|disable|without)_?(?:cuda|gpu)|^cpu(?:_only)?$", re.IGNORECASE)
#: Words in tests of where things are.
_PLACE = re.compile(
    rf"{'|'.join(sorted(ACCELERATORS))}|gpu|cpu|device|accel|avail|machine|platform|host|local|numpy",
    re.IGNORECASE,
)
_BOTH = Device.CPU | Device.ACCELERATOR


@functools.lru_cache(maxsize=4096)
def passed(test: ast.expr) -> Passed:
    """What has been passed behind a test."""
    if _asks_for_main(test):
        return Passed.NOTHING
    for node in walk(test):
        word = last_name(node) if isinstance(node, ast.Name | ast.Attribute) else string_of(node)
        if word is not None and _PLACE.search(word):
            return Passed.TEST | Passed.PLACE
    return Passed.TEST


def _asks_for_main(test: ast.expr) -> bool:
    """`__name__ == "__main__"`: a program is looked at as the one that is run."""
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
    )


def tell_flag(run: Run, node: ast.expr, tested: Value, truth: bool) -> None:
    """Go on where a value, which may tell of accelerators, is true (or false)."""
    wanted = AVAILABLE if not truth else UNAVAILABLE
    if wanted in tested.alternatives or (_is_open(tested) and _is_named_so(node, truth)):
        _without_accelerator(run)


def _is_open(tested: Value) -> bool:
    """Does nothing say what it is? (`args.cuda` would be a method if `args` were a tensor.)"""
    methods = (each.receiver for each in tested.alternatives if isinstance(each, Method))
    return tested.is_unknown or any(isinstance(e, Tensor) and not e.sure for e in methods)


def _is_named_so(node: ast.expr, truth: bool) -> bool:
    """Is it `use_cuda`, and false, or `args.no_cuda`, and true?"""
    name = last_name(node)
    negated = _NO_FLAG.search(name) is not None
    return negated if truth else not negated and _FLAG.search(name) is not None


def tell_number(run: Run, test: ast.Compare, truth: bool) -> None:
    """`torch.cuda.device_count() > 0`, `gpu_id >= 0`, `gpu is None`, `len(gpu_ids) == 0`."""
    counted = test.left
    compare = OPERATORS.get(type(test.ops[0]))
    numbers = () if compare is None else run.peek(test.comparators[0]).constants
    if compare is None or len(numbers) != 1:
        return
    number = numbers[0].value
    if isinstance(counted, ast.Call) and dotted_name(counted.func) == "len" and counted.args:
        counted, none, some = counted.args[0], 0, 1
    else:
        none, some = -1, 0
    if AVAILABLE in run.peek(test.left).alternatives:
        none, some = 0, 1
    elif not _is_named_so(counted, False):
        return
    try:
        told = compare(number if number is None else none, number), compare(some, number)
    except TypeError:
        return
    if told == (truth, not truth):
        _without_accelerator(run)


def tell_device(run: Run, left: ast.expr, other: Value, truth: bool) -> None:
    """`device.type == "cuda"`, `device != "cpu"`: of a device that the machine decides about."""
    asked = run.peek(_named(left))
    known = asked.of(DeviceObject).alternatives or asked.constants
    if not known or device_flags(asked) & _BOTH != _BOTH:
        return
    flags = device_flags(other)
    if (flags == Device.CPU and truth) or (flags == Device.ACCELERATOR and not truth):
        _without_accelerator(run)


def _named(node: ast.expr) -> ast.expr:
    """The `d` of `str(d)`, `d[:4]` and `d.split(":")[0]`."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[inner], keywords=[]):
            return _named(inner)
        case ast.Subscript(value=inner):
            return _named(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="split" | "partition")):
            return _named(inner)
        case _:
            return node


def as_answer(tested: Value, yes: Value, no: Value) -> Value | None:
    """What is True where a test holds and False where not is its answer, if that is of machines.

    Args:
        tested: the value of the test.
        yes, no: what something is where the test is true, and where it is false.

    Returns:
        What it is in either case; None if it is no such answer, nor holds one.
    """
    word = next((each for each in (AVAILABLE, UNAVAILABLE) if each in tested.alternatives), None)
    if word is None or len(yes.alternatives) != 1 or len(no.alternatives) != 1:
        return None
    match yes.alternatives[0], no.alternatives[0]:
        case Constant(value=True), Constant(value=False):
            return value(word)
        case Constant(value=False), Constant(value=True):
            return value(UNAVAILABLE if word == AVAILABLE else AVAILABLE)
        case Tuple(items=left, names=names), Tuple(items=right) if len(left) == len(right):
            found = [as_answer(tested, one, other) for one, other in zip(left, right)]
            parts = [join(a, b) if each is None else each for each, a, b in zip(found, left, right)]
            return value(Tuple(tuple(parts), names)) if any(found) else None
        case _:
            return None


def tell_answers(tested: Value, before: State, yes: Changes, no: Changes) -> None:
    """Let what both branches of a test have set be its answer, where it is.

    Args:
        tested: the value of the test.
        before: the state in which it is asked.
        yes, no: what each branch has changed since.
    """
    if not {AVAILABLE, UNAVAILABLE}.isdisjoint(tested.alternatives):
        for key in {**yes, **no}:
            match yes.get(key, before.get(key)), no.get(key, before.get(key)):
                case Value() as one, Value() as other:
                    if (answer := as_answer(tested, one, other)) is not None:
                        yes[key] = no[key] = answer
                case Object() as one, Object() as other if one is not other:
                    known = _answers_in(tested, one, other)
                    if known:
                        yes[key] = replace(one, items={**one.items, **known})
                        no[key] = replace(other, items={**other.items, **known})


def given_back(run: Run, ways: Sequence[tuple[Value, Changes]]) -> Value:
    """What a function gives back; each way out is a value, and what has been changed on it.

    Where one of two ways is that of machines without accelerators, what is True on the other one
    tells of those that have some.
    """
    given = [each for each, _ in ways]
    machines = (cast(Device, way.get(MACHINE, run.state.machine)) for _, way in ways)
    some = [Device.ACCELERATOR in machine for machine in machines]
    answer = None
    if some in ([True, False], [False, True]):
        answer = as_answer(value(AVAILABLE if some[0] else UNAVAILABLE), *given)
    return join_all(given) if answer is None else answer


def _answers_in(tested: Value, yes: Object, no: Object) -> dict[object, Value]:
    """The items of an object, or its attributes, that are such answers."""
    both = {name: (yes.items[name], no.items[name]) for name in yes.items.keys() & no.items.keys()}
    found = {name: as_answer(tested, *pair) for name, pair in both.items()}
    return {name: answer for name, answer in found.items() if answer is not None}


def _without_accelerator(run: Run) -> None:
    run.state.set(MACHINE, run.state.machine & ~(Device.ACCELERATOR | Device.UNKNOWN))
