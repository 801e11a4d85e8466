"""Narrowing: what a test tells about the values it looks at."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import libcst as cst

from flake8_tensorconv.analysis import targets
from flake8_tensorconv.analysis.classify import instance_of
from flake8_tensorconv.analysis.device_conditions import (
    device_asked,
    device_equal,
    device_text,
    is_device,
)
from flake8_tensorconv.analysis.emptiness import known_empty, length_test
from flake8_tensorconv.analysis.joins import join_all
from flake8_tensorconv.analysis.partitions import assumed
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.siblings import narrow_elements, narrow_siblings
from flake8_tensorconv.analysis.state import GRAD_MODE, Test
from flake8_tensorconv.analysis.tensor_conditions import (
    FLAGS,
    OTHER_ACCELERATORS,
    PREDICATES,
    keep_tensors,
    layout_equal,
    on_device,
    with_dtype,
    with_grad,
)
from flake8_tensorconv.analysis.truth import that_are
from flake8_tensorconv.analysis.turns import narrowed
from flake8_tensorconv.analysis.values import (
    Alternative,
    Array,
    Class,
    Constant,
    Device,
    DtypeObject,
    Function,
    Grad,
    Method,
    Otherwise,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
)


def narrow(run: Run, test: cst.BaseExpression, truth: bool) -> bool:
    """Go on under the assumption that `test` is true (or false).

    Returns:
        Whether that is possible at all.
    """
    if assumed(run, test) not in (None, truth):
        return False
    return _NARROWING.get(type(test), _value)(run, test, truth)


def _inverted(run: Run, test: cst.UnaryOperation, truth: bool) -> bool:
    if isinstance(test.operator, cst.Not):
        return narrow(run, test.expression, not truth)
    return _value(run, test, truth)


def _walrus(run: Run, test: cst.NamedExpr, truth: bool) -> bool:
    return _value(run, test.target, truth)


def _boolean(run: Run, test: cst.BooleanOperation, truth: bool) -> bool:
    both = isinstance(test.operator, cst.And) == truth
    if both:
        return narrow(run, test.left, truth) and narrow(run, test.right, truth)
    first, second = run.state.fork(), run.state.fork()
    ways = []
    with run.at(first):
        if narrow(run, test.left, truth):
            ways.append(first.changes)
    with run.at(second):
        if narrow(run, test.left, not truth) and narrow(run, test.right, truth):
            ways.append(second.changes)
    run.state.merge(ways)
    return bool(ways)


def _value(run: Run, node: cst.BaseExpression, truth: bool) -> bool:
    """The value itself is the test."""
    if isinstance(node, cst.Name) and not _remembered(run, node, truth):
        return False
    tested = run.peek(node)
    kept = that_are(tested, truth)
    if not kept.alternatives and tested.alternatives:
        return False
    if len(kept.alternatives) < len(tested.alternatives):
        targets.refine(run, node, kept)
    if not truth:
        known_empty(run, kept)
    return True


def _remembered(run: Run, node: cst.Name, truth: bool) -> bool:
    """Narrow by the test whose outcome the variable holds, if it holds one."""
    key = (run.frame, f"{node.value} test")
    found: Test | None = run.state.get(key) if key in run.program.answers else None
    if found is None or found.node is None:
        return True
    run.state.set(key, Test(None))  # the test may name the variable itself
    possible = narrow(run, found.node, truth)
    run.state.set(key, found)
    return possible


def _attribute(run: Run, test: cst.Attribute, truth: bool) -> bool:
    name = test.attr.value
    if name in FLAGS and not _value_is_known(run, test):
        return keep_tensors(run, test.value, FLAGS[name](truth))
    if name in OTHER_ACCELERATORS:
        if truth:
            return keep_tensors(run, test.value, on_device(Device.ACCELERATOR, True))
        return True
    return _value(run, test, truth)


def _value_is_known(run: Run, test: cst.Attribute) -> bool:
    """Is the attribute one of an object of this file, not of a tensor?"""
    holder = run.peek(test.value)
    return bool(holder.alternatives) and not holder.tensors


def _call(run: Run, test: cst.Call, truth: bool) -> bool:
    callee = run.peek(test.func)
    names = {each.dotted for each in callee.alternatives if isinstance(each, Symbol)}
    args = test.args
    if "builtins.isinstance" in names and len(args) == 2:
        return _isinstance(run, args[0].value, run.peek(args[1].value), truth)
    if names & {"torch.is_tensor", "torch._is_tensor"} and args:
        tensor = Value((Symbol("torch.Tensor"),))
        return _isinstance(run, args[0].value, tensor, truth)
    if names & {"builtins.all", "builtins.any"} and len(args) == 1:
        if truth == ("builtins.all" in names):
            narrow_elements(run, args[0].value, truth)
        return True
    if "builtins.hasattr" in names and len(args) == 2:
        return _hasattr(run, args[0].value, run.peek(args[1].value), truth)
    if "builtins.bool" in names and len(args) == 1:
        return narrow(run, args[0].value, truth)
    if names & {"torch.is_grad_enabled"}:
        return _grad_enabled(run, truth)
    if names & {"torch.is_floating_point", "torch.is_complex"} and args:
        return True
    if isinstance(test.func, cst.Attribute) and test.func.attr.value in PREDICATES:
        keep = PREDICATES[test.func.attr.value](truth)
        return keep_tensors(run, test.func.value, keep)
    if isinstance(test.func, cst.Attribute) and test.func.attr.value == "startswith" and args:
        return device_text(run, test.func.value, run.peek(args[0].value), truth)
    own = any(isinstance(each, (Function, Class)) for each in callee.alternatives)
    if truth and args and not own:
        _doubt(run, test, args[0].value)
    # What other functions answer is not known, and evaluating the call again costs the most here.
    held = any(isinstance(e, Method) and isinstance(e.receiver, Ref) for e in callee.alternatives)
    return _value(run, test, truth) if own or held else True


def _doubt(run: Run, test: cst.Call, node: cst.BaseExpression) -> None:
    """`is_torch_tensor(x)`: a question that this file does not define, but whose name says it."""
    func = test.func
    name = func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")
    told = run.peek(node)
    if not isinstance(name, str) or not isinstance(node, (cst.Name, cst.Attribute)):
        return
    doubted = [
        replace(each, sure=False)
        if (isinstance(each, Array) and _ABOUT_TENSORS.search(name))
        or (isinstance(each, Tensor) and _ABOUT_ARRAYS.search(name))
        else each
        for each in told.alternatives
    ]
    if doubted != list(told.alternatives):
        targets.refine(run, node, Value(tuple(doubted)))


_ABOUT_TENSORS = re.compile(r"torch|tensor", re.IGNORECASE)
_ABOUT_ARRAYS = re.compile(r"numpy|ndarray", re.IGNORECASE)


def _grad_enabled(run: Run, truth: bool) -> bool:
    wanted = Grad.YES if truth else Grad.NO
    if not run.state.grad_mode & (wanted | Grad.UNKNOWN):
        return False
    run.state.set(GRAD_MODE, wanted)
    return True


def _isinstance(run: Run, node: cst.BaseExpression, classes: Value, truth: bool) -> bool:
    tested = run.peek(node)
    kept = join_all(
        Value((each,))
        for alternative in tested.alternatives
        for each in narrowed(alternative, lambda it: instance_of(run, it, classes, truth))
    )
    if not kept.alternatives and tested.alternatives:
        return False
    targets.refine(run, node, kept)
    if isinstance(node, cst.Subscript):
        narrow_siblings(run, node, classes, truth)
    return True


_TENSOR_ONLY = {"detach", "requires_grad", "cpu", "cuda", "is_cuda", "grad_fn"}


def _hasattr(run: Run, node: cst.BaseExpression, name: Value, truth: bool) -> bool:
    names = {c.value for c in name.constants}
    if not names & (_TENSOR_ONLY | {"numpy"}):
        return True
    evident = bool(names & _TENSOR_ONLY)

    def keep(each: Alternative) -> tuple[Alternative, ...]:
        if isinstance(each, Tensor):
            if truth:
                return (replace(each, sure=True, declared=False) if evident else each,)
            # Not a tensor after all: nothing that is converted later.
            return (Plain("object"),) if not each.sure else ()
        if isinstance(each, (Array, Constant, Plain, Tuple)):
            return () if truth else (each,)
        return (each,)

    tested = run.peek(node)
    kept = [k for each in tested.alternatives for k in narrowed(each, keep)]
    if not kept and tested.alternatives:
        return False
    targets.refine(run, node, Value(tuple(kept)))
    return True


def _comparison(run: Run, test: cst.Comparison, truth: bool) -> bool:
    if len(test.comparisons) != 1:
        return True
    counted = length_test(test)
    if counted is not None:
        container, filled = counted
        if filled != truth:
            known_empty(run, run.peek(container))
        return True
    operator = type(test.comparisons[0].operator)
    left, right = test.left, test.comparisons[0].comparator
    if operator in (cst.IsNot, cst.NotEqual, cst.NotIn):
        truth = not truth
    elif operator not in (cst.Is, cst.Equal, cst.In):
        return True
    return _equal(run, left, right, truth, operator in (cst.In, cst.NotIn))


def _equal(
    run: Run, left: cst.BaseExpression, right: cst.BaseExpression, truth: bool, within: bool
) -> bool:
    other = run.peek(right)
    if within:
        other = _members(run, other)
    if isinstance(left, cst.Attribute):
        name = left.attr.value
        if name == "device" or (name == "type" and is_device(left.value)):
            holder = left.value
            if name == "type":
                assert isinstance(left.value, cst.Attribute)
                holder = left.value.value
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
    if isinstance(left, cst.Call) and not within:
        inner = device_asked(left)
        if inner is not None:
            return device_equal(run, inner, other, truth)
        if isinstance(left.func, cst.Name) and left.func.value == "type" and len(left.args) == 1:
            return _isinstance(run, left.args[0].value, other, truth) if truth else True
    return _same_constant(run, left, other, truth)


def _members(run: Run, container: Value) -> Value:
    found: list[Value] = []
    for each in container.alternatives:
        if isinstance(each, Tuple):
            found.extend(each.items)
        elif isinstance(each, Ref):
            found.append(run.object(each).elements())
    return join_all(found)


def _same_constant(run: Run, left: cst.BaseExpression, other: Value, truth: bool) -> bool:
    """`x is None`, `mode == "train"`."""
    constants = set(other.constants)
    if not constants or len(constants) != len(other.alternatives):
        return True
    tested = run.peek(left)
    none_only = constants == {Constant(None)}
    kept: list[Alternative] = []
    for each in tested.alternatives:
        what = each.what if isinstance(each, Otherwise) else each
        if isinstance(what, Constant):
            if (what in constants) == truth or (not truth and len(constants) > 1):
                kept.append(each)
        elif what is None:
            kept.append(each)
        elif truth and none_only and not (isinstance(each, Tensor) and not each.sure):
            continue
        else:
            kept.append(each)
    if truth and none_only and tested.is_unknown:
        kept = [Constant(None)]
    if not kept and tested.alternatives:
        return False
    if len(kept) < len(tested.alternatives) or (truth and none_only):
        targets.refine(run, left, Value(tuple(kept)))
    return True


#: How each kind of test is taken to be true or false; any other is a value.
_NARROWING: dict[type, Callable[[Run, Any, bool], bool]] = {
    cst.Comparison: _comparison,
    cst.Call: _call,
    cst.Attribute: _attribute,
    cst.UnaryOperation: _inverted,
    cst.BooleanOperation: _boolean,
    cst.NamedExpr: _walrus,
}
