"""Narrowing: what a test tells about the values it looks at."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.axes import counted
from flake8_tensorconv.index.syntax import call_args, walk
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.must import Test
from flake8_tensorconv.lattice.state import GRAD_MODE
from flake8_tensorconv.lattice.truth import that_are
from flake8_tensorconv.lattice.values import (
    Class,
    Device,
    DtypeObject,
    Function,
    Grad,
    Method,
    Ref,
    Symbol,
    Tuple,
    Value,
)
from flake8_tensorconv.narrowing import known_tests
from flake8_tensorconv.narrowing.axes_conditions import held_axes_test, narrow_by_axes
from flake8_tensorconv.narrowing.class_conditions import (
    ASKED,
    narrow_by_attribute,
    narrow_by_class,
    narrow_by_type,
    narrow_by_type_name,
    remembered_test,
    tie,
    typed,
)
from flake8_tensorconv.narrowing.device_conditions import (
    device_asked,
    device_equal,
    device_text,
    is_device,
)
from flake8_tensorconv.narrowing.doubts import doubt
from flake8_tensorconv.narrowing.emptiness import known_empty, length_test
from flake8_tensorconv.narrowing.known_values import asked_of, same_constant, told_by_value
from flake8_tensorconv.narrowing.machine import tell_device, tell_flag, tell_number
from flake8_tensorconv.narrowing.outcomes import outcomes
from flake8_tensorconv.narrowing.own_tests import written_out
from flake8_tensorconv.narrowing.siblings import any_of_classes, narrow_elements
from flake8_tensorconv.narrowing.tensor_conditions import (
    FLAGS,
    OTHER_ACCELERATORS,
    PREDICATES,
    keep_tensors,
    layout_equal,
    on_device,
    with_dtype,
    with_grad,
)
from flake8_tensorconv.narrowing.type_texts import narrow_by_type_text, type_text


def narrow(run: Run, test: ast.expr, truth: bool) -> bool:
    """Go on under the assumption that `test` is true (or false).

    Returns:
        Whether that is possible at all.
    """
    if known_tests.outcome(run, test) not in (None, truth):
        return False
    if (axes := held_axes_test(run, test)) is not None:
        return narrow_by_axes(run, axes, truth)
    if (written := type_text(test)) is not None:
        return narrow_by_type_text(run, written, truth)
    if told_by_value(run, test) not in (None, truth):
        return False
    possible = _NARROWING.get(type(test), _value)(run, test, truth)
    if possible:
        known_tests.learn(run, test, truth)
    return possible


def _inverted(run: Run, test: ast.UnaryOp, truth: bool) -> bool:
    if isinstance(test.op, ast.Not):
        return narrow(run, test.operand, not truth)
    return _value(run, test, truth)


def _walrus(run: Run, test: ast.NamedExpr, truth: bool) -> bool:
    named = {node.id for node in walk(test.value) if isinstance(node, ast.Name)}
    if isinstance(test.target, ast.Name) and test.target.id in named:
        return _value(run, test.target, truth)
    return narrow(run, test.value, truth) and _value(run, test.target, truth)


def _boolean(run: Run, test: ast.BoolOp, truth: bool) -> bool:
    way = outcomes(run, test, (truth,), narrow).get(truth)
    if way is None:
        return False
    run.state.changes.update(way.since(run.state))
    return True


def _value(run: Run, node: ast.expr, truth: bool) -> bool:
    """The value itself is the test."""
    if isinstance(node, ast.Name) and not _remembered(run, node, truth):
        return False
    tested = run.peek(node)
    kept = that_are(tested, truth)
    if not kept.alternatives and tested.alternatives:
        return False
    if len(kept.alternatives) < len(tested.alternatives):
        refine(run, node, kept)
    tell_flag(run, node, tested, truth)
    if not truth:
        known_empty(run, kept)
    return True


def _remembered(run: Run, node: ast.Name, truth: bool) -> bool:
    """Narrow by the test whose outcome the variable holds, if it holds one."""
    found = remembered_test(run, node)
    if found is None or isinstance(found, ast.IfExp):
        return True
    key = (run.frame, node.id, Test)
    run.state.set(key, Test(None))  # the test may name the variable itself
    possible = narrow(run, found, truth)
    run.state.set(key, Test(found))
    return possible


def _attribute(run: Run, test: ast.Attribute, truth: bool) -> bool:
    name = test.attr
    if name in FLAGS and not _value_is_known(run, test):
        return keep_tensors(run, test.value, FLAGS[name](truth))
    if name in OTHER_ACCELERATORS:
        if truth:
            return keep_tensors(run, test.value, on_device(Device.ACCELERATOR, True))
        return True
    return _value(run, test, truth)


def _value_is_known(run: Run, test: ast.Attribute) -> bool:
    """Is the attribute one of an object of this file, not of a tensor?"""
    holder = run.peek(test.value)
    return bool(holder.alternatives) and not holder.tensors


def _call(run: Run, test: ast.Call, truth: bool) -> bool:
    callee = run.peek(test.func)
    names = {each.dotted for each in callee.alternatives if isinstance(each, Symbol)}
    args = call_args(test)
    if "builtins.isinstance" in names and len(args) == 2:
        return narrow_by_class(run, args[0].value, run.peek(args[1].value), truth)
    if "builtins.issubclass" in names and len(args) == 2:
        subject = typed(run, args[0].value)
        return subject is None or narrow_by_class(run, subject, run.peek(args[1].value), truth)
    if "builtins.callable" in names and args and isinstance(args[0].value, ast.Call):
        return narrow(run, args[0].value, truth)  # `callable(getattr(x, "detach", None))`
    if len(args) == 1 and (asked := names & ASKED.keys()):
        return narrow_by_class(run, args[0].value, ASKED[asked.pop()], truth)
    if "builtins.getattr" in names and len(args) == 3 and _is_singleton(args[2].value):
        return _default(run, args[0].value, run.peek(args[1].value), truth)
    if names & {"builtins.all", "builtins.any"} and len(args) == 1:
        if "builtins.any" in names and (each := any_of_classes(args[0].value)) is not None:
            return narrow_by_class(run, each[0], iterate(run, run.peek(each[1])), truth)
        if truth == ("builtins.all" in names):
            narrow_elements(run, args[0].value, truth)
        return True
    if "builtins.hasattr" in names and len(args) == 2:
        return narrow_by_attribute(run, args[0].value, run.peek(args[1].value), truth)
    if "builtins.bool" in names and len(args) == 1:
        return narrow(run, args[0].value, truth)
    if names & {"torch.is_grad_enabled"}:
        return _grad_enabled(run, truth)
    if names & {"torch.is_floating_point", "torch.is_complex"} and args:
        return True
    if isinstance(test.func, ast.Attribute) and test.func.attr in PREDICATES:
        keep = PREDICATES[test.func.attr](truth)
        return keep_tensors(run, test.func.value, keep)
    if isinstance(test.func, ast.Attribute) and test.func.attr == "startswith" and args:
        prefix = run.peek(args[0].value)
        tell_device(run, test.func.value, prefix, truth)
        return device_text(run, test.func.value, prefix, truth)
    own = any(isinstance(each, (Function, Class)) for each in callee.alternatives)
    own = own or any(name.endswith(("is_available", "device_count")) for name in names)
    if truth and args and not own:
        doubt(run, test, args[0].value)
    if own and (asked_here := written_out(run, callee, test)) is not None:
        if not narrow(run, asked_here, truth):
            return False
    # What other functions answer is not known, and evaluating the call again costs the most here.
    held = any(isinstance(e, Method) and isinstance(e.receiver, Ref) for e in callee.alternatives)
    return _value(run, test, truth) if own or held else True


def _default(run: Run, node: ast.expr, name: Value, truth: bool) -> bool:
    """`getattr(x, "requires_grad", False)`: what has no such attribute counts as false."""
    names = [each.value for each in name.constants]
    if len(names) == 1 and names[0] in FLAGS:
        return keep_tensors(run, node, FLAGS[str(names[0])](truth))
    if not truth and not _METHODS.issuperset(names):
        return True  # what it holds may be false as well
    return narrow_by_attribute(run, node, name, truth)


#: Attributes that count as true wherever there are any.
_METHODS = frozenset({"append", "astype", "clone", "cpu", "cuda", "detach", "item", "numpy", "to"})


def _grad_enabled(run: Run, truth: bool) -> bool:
    wanted = Grad.YES if truth else Grad.NO
    if not run.state.grad_mode & (wanted | Grad.UNKNOWN):
        return False
    run.state.set(GRAD_MODE, wanted)
    return True


def _comparison(run: Run, test: ast.Compare, truth: bool) -> bool:
    if len(test.ops) != 1:
        return True
    tell_number(run, test, truth)
    counted = length_test(test)
    if counted is not None:
        container, filled = counted
        if filled != truth:
            known_empty(run, run.peek(container))
        return True
    operator = type(test.ops[0])
    left, right = test.left, test.comparators[0]
    if operator in (ast.IsNot, ast.NotEq, ast.NotIn):
        truth = not truth
    elif operator not in (ast.Is, ast.Eq, ast.In):
        return True
    within = operator in (ast.In, ast.NotIn)
    if not within and (_is_singleton(left) or typed(run, right) is not None):
        left, right = right, left
    held = remembered_test(run, left) if isinstance(left, ast.Name) else None
    if isinstance(held, ast.Attribute) and held.attr in _HELD:
        left = held  # `dtype = x.dtype`
    if isinstance(held, ast.IfExp) and not within and not _arm(run, held, right, truth):
        return False
    return _equal(run, left, right, truth, within)


def _arm(run: Run, held: ast.IfExp, other: ast.expr, truth: bool) -> bool:
    """`kind = "torch" if is_tensor(x) else "other"`: `kind == "torch"` tells what x is."""
    if not isinstance(other, ast.Constant):
        return True
    ways = []
    for outcome, arm in ((True, held.body), (False, held.orelse)):
        if not isinstance(arm, (ast.Constant, ast.IfExp)):
            return True
        if isinstance(arm, ast.IfExp) or (arm.value == other.value) == truth:
            ways.append((outcome, arm))
    if len(ways) != 1:
        return bool(ways)
    ((outcome, arm),) = ways
    possible = narrow(run, held.test, outcome)
    return possible and (isinstance(arm, ast.Constant) or _arm(run, arm, other, truth))


#: Attributes whose comparison tells of what has them, also where a variable holds them.
_HELD = frozenset({"__name__", "__qualname__", "device", "dtype", "layout", "type"})


def _is_singleton(node: ast.expr) -> bool:
    """Is it literally `True`, `False` or `None`?"""
    return isinstance(node, ast.Constant) and type(node.value) in (bool, type(None))


def _equal(run: Run, left: ast.expr, right: ast.expr, truth: bool, within: bool) -> bool:
    other = run.peek(right)
    if within:
        tell_device(run, right, run.peek(left), truth)  # `"cuda" in device`
        other = _members(run, other)
    elif is_answer(run, left) and (answers := {each.value for each in other.constants}):
        if answers in ({True}, {False}) and len(other.alternatives) == 1:
            return narrow(run, left, truth == answers.pop())
    if (subject := typed(run, left)) is not None:
        if truth and not within and (twin := typed(run, right)) is not None:
            tie(run, subject, twin)
        if not truth and not within and len(other.alternatives) > 1:
            return True  # of which of them it is not, is not known
        return narrow_by_type(run, subject, other, truth)
    if isinstance(left, ast.Attribute):
        name = left.attr
        if name in ("__name__", "__qualname__"):
            return narrow_by_type_name(run, left, [c.value for c in other.constants], truth)
        if name == "device" or (name == "type" and is_device(left.value)):
            holder = left.value
            if name == "type":
                assert isinstance(left.value, ast.Attribute)
                holder = left.value.value
            if not run.peek(holder).tensors:
                tell_device(run, left, other, truth)
            return device_equal(run, holder, other, truth)
        if name == "dtype":
            names = frozenset(
                n
                for each in other.alternatives
                if isinstance(each, DtypeObject)
                for n in each.dtype
            )
            if names and "?" not in names:
                return keep_tensors(run, left.value, with_dtype(names, truth))
            return True
        if name == "layout":
            return layout_equal(run, left.value, other, truth)
        if name == "grad_fn" and other.constants and other.constants[0].value is None:
            return True if truth else keep_tensors(run, left.value, with_grad(True))
        if name in FLAGS and other.constants:
            return _attribute(run, left, truth == bool(other.constants[0].value))
    if isinstance(left, ast.Call) and not within:
        inner = device_asked(left)
        if inner is not None:
            return device_equal(run, inner, other, truth)
    tell_device(run, left, other, truth)
    return same_constant(run, left, other, truth)


def is_answer(run: Run, node: ast.expr) -> bool:
    """Is it a test itself, which gives `True` or `False` and nothing else?"""
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not)
    if isinstance(node, ast.Name):
        held = remembered_test(run, node)
        if isinstance(held, ast.Attribute):
            return held.attr in FLAGS
        return not isinstance(held, ast.IfExp | None) and counted(held) is None
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr in PREDICATES:
        return True
    called = [e.dotted for e in run.peek(node.func).alternatives if isinstance(e, Symbol)]
    return bool(called) and all(name in _ANSWERING or name in ASKED for name in called)


#: Functions that answer with `True` or `False`.
_ANSWERING = {
    "builtins.isinstance", "builtins.issubclass", "builtins.hasattr", "builtins.bool",
    "builtins.all", "builtins.any", "torch.is_grad_enabled", "torch.cuda.is_available",
}  # fmt: skip


def _members(run: Run, container: Value) -> Value:
    found: list[Value] = []
    for each in container.alternatives:
        if isinstance(each, Tuple):
            found.extend(each.items)
        elif isinstance(each, Ref):
            found.append(asked_of(run.object(each)))
    return join_all(found)


#: How each kind of test is taken to be true or false; any other is a value.
_NARROWING: dict[type, Callable[[Run, Any, bool], bool]] = {
    ast.Compare: _comparison,
    ast.Call: _call,
    ast.Attribute: _attribute,
    ast.UnaryOp: _inverted,
    ast.BoolOp: _boolean,
    ast.NamedExpr: _walrus,
}
