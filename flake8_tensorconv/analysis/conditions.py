"""Narrowing: what a test tells about the values it looks at."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from flake8_tensorconv.analysis import targets
from flake8_tensorconv.analysis.classify import instance_of
from flake8_tensorconv.analysis.emptiness import known_empty, length_test
from flake8_tensorconv.analysis.joins import join_all
from flake8_tensorconv.analysis.partitions import assumed
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.state import GRAD_MODE, Test
from flake8_tensorconv.analysis.truth import that_are
from flake8_tensorconv.analysis.values import (
    Alternative,
    Array,
    Constant,
    Device,
    DeviceObject,
    DtypeObject,
    Function,
    Grad,
    Layout,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
)

#: Tests of a tensor's fact: what remains possible of it when the attribute is true, and when not.
_Keep = Callable[[Tensor], Tensor | None]


def narrow(run: Run, test: cst.BaseExpression, truth: bool) -> bool:
    """Go on under the assumption that `test` is true (or false).

    Returns:
        Whether that is possible at all.
    """
    if assumed(run, test) not in (None, truth):
        return False
    match test:
        case cst.UnaryOperation(operator=cst.Not()):
            return narrow(run, test.expression, not truth)
        case cst.BooleanOperation():
            return _boolean(run, test, truth)
        case cst.Comparison():
            return _comparison(run, test, truth)
        case cst.Call():
            return _call(run, test, truth)
        case cst.NamedExpr():
            return _value(run, test.target, truth)
        case cst.Attribute():
            return _attribute(run, test, truth)
        case _:
            return _value(run, test, truth)


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
    tested = peek(run, node)
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
    found: Test | None = run.state.get(key)
    if found is None or found.node is None:
        return True
    run.state.set(key, Test(None))  # the test may name the variable itself
    possible = narrow(run, found.node, truth)
    run.state.set(key, found)
    return possible


def peek(run: Run, node: cst.BaseExpression) -> Value:
    """The value of an expression, without reporting or changing anything."""
    if isinstance(node, cst.Name):
        return run.evaluate(node)  # reports and changes nothing anyway
    program = run.program
    saved, program.recording = program.recording, False
    try:
        with run.at(run.state.fork()):
            return run.evaluate(node)
    finally:
        program.recording = saved


def _keep_tensors(run: Run, node: cst.BaseExpression, keep: _Keep) -> bool:
    """Narrow the tensors that an expression may be; others stay as they are."""
    tested = peek(run, node)
    kept: list[Alternative] = []
    for each in tested.alternatives:
        remains: Alternative | None = keep(each) if isinstance(each, Tensor) else each
        if remains is not None:
            kept.append(remains)
    if not kept and tested.alternatives:
        return False
    targets.refine(run, node, Value(tuple(kept)))
    return True


def with_grad(truth: bool) -> _Keep:
    """Of `x.requires_grad` being true or false."""

    def keep(tensor: Tensor) -> Tensor | None:
        if truth:
            if tensor.grad == Grad.NO:
                return None
            return replace(tensor, grad=Grad.YES if tensor.grad & Grad.YES else Grad.UNKNOWN)
        if tensor.grad == Grad.YES:
            return None
        return replace(tensor, grad=Grad.NO)

    return keep


def on_device(device: Device, truth: bool) -> _Keep:
    """Of `x` being (or not being) on a device."""

    def keep(tensor: Tensor) -> Tensor | None:
        if truth:
            if not tensor.device & (device | Device.UNKNOWN):
                return None
            return replace(tensor, device=device)
        rest = tensor.device & ~device
        if tensor.device & Device.UNKNOWN:
            rest = Device.CPU if device is Device.ACCELERATOR else Device.UNKNOWN
            if device is Device.ACCELERATOR and tensor.device & Device.META:
                rest |= Device.META
        return replace(tensor, device=rest) if rest else None

    return keep


def with_layout(layout: Layout, truth: bool) -> _Keep:
    """Of `x.is_sparse`, `x.is_conj()` and `x.is_neg()`."""

    def keep(tensor: Tensor) -> Tensor | None:
        if truth:
            return replace(tensor, layout=layout)
        rest = tensor.layout & ~layout
        return replace(tensor, layout=rest) if rest else None

    return keep


def with_dtype(names: frozenset[str], truth: bool) -> _Keep:
    """Of `x.dtype` being (or not being) among these."""

    def keep(tensor: Tensor) -> Tensor | None:
        if truth:
            rest = tensor.dtype & names if "?" not in tensor.dtype else names
        else:
            rest = tensor.dtype - names
        return replace(tensor, dtype=rest) if rest else None

    return keep


_FLAGS: dict[str, Callable[[bool], _Keep]] = {
    "requires_grad": with_grad,
    "is_cuda": lambda truth: on_device(Device.ACCELERATOR, truth),
    "is_cpu": lambda truth: on_device(Device.CPU, truth),
    "is_meta": lambda truth: on_device(Device.META, truth),
    "is_sparse": lambda truth: with_layout(Layout.SPARSE, truth),
}
#: False says little: the tensor may be on another kind of accelerator.
_OTHER_ACCELERATORS = ("is_mps", "is_xpu", "is_hpu", "is_npu")
_PREDICATES: dict[str, Callable[[bool], _Keep]] = {
    "is_conj": lambda truth: with_layout(Layout.CONJ, truth),
    "is_neg": lambda truth: with_layout(Layout.NEG, truth),
}


def _attribute(run: Run, test: cst.Attribute, truth: bool) -> bool:
    name = test.attr.value
    if name in _FLAGS and not _value_is_known(run, test):
        return _keep_tensors(run, test.value, _FLAGS[name](truth))
    if name in _OTHER_ACCELERATORS:
        if truth:
            return _keep_tensors(run, test.value, on_device(Device.ACCELERATOR, True))
        return True
    return _value(run, test, truth)


def _value_is_known(run: Run, test: cst.Attribute) -> bool:
    """Is the attribute one of an object of this file, not of a tensor?"""
    holder = peek(run, test.value)
    return bool(holder.alternatives) and not holder.tensors


def _call(run: Run, test: cst.Call, truth: bool) -> bool:
    callee = peek(run, test.func)
    names = {each.dotted for each in callee.alternatives if isinstance(each, Symbol)}
    args = test.args
    if "builtins.isinstance" in names and len(args) == 2:
        return _isinstance(run, args[0].value, peek(run, args[1].value), truth)
    if names & {"torch.is_tensor", "torch._is_tensor"} and args:
        tensor = Value((Symbol("torch.Tensor"),))
        return _isinstance(run, args[0].value, tensor, truth)
    if "builtins.hasattr" in names and len(args) == 2:
        return _hasattr(run, args[0].value, peek(run, args[1].value), truth)
    if "builtins.bool" in names and len(args) == 1:
        return narrow(run, args[0].value, truth)
    if names & {"torch.is_grad_enabled"}:
        return _grad_enabled(run, truth)
    if names & {"torch.is_floating_point", "torch.is_complex"} and args:
        return True
    if isinstance(test.func, cst.Attribute) and test.func.attr.value in _PREDICATES:
        keep = _PREDICATES[test.func.attr.value](truth)
        return _keep_tensors(run, test.func.value, keep)
    if isinstance(test.func, cst.Attribute) and test.func.attr.value == "startswith" and args:
        return _device_text(run, test.func.value, peek(run, args[0].value), truth)
    if truth and args and not any(isinstance(e, Function) for e in callee.alternatives):
        _doubt(run, test, args[0].value)
    return _value(run, test, truth)


def _doubt(run: Run, test: cst.Call, node: cst.BaseExpression) -> None:
    """`is_torch_tensor(x)`: a question that this file does not define, but whose name says it."""
    func = test.func
    name = func.attr.value if isinstance(func, cst.Attribute) else getattr(func, "value", "")
    told = peek(run, node)
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
    tested = peek(run, node)
    kept = join_all(
        Value((each,))
        for alternative in tested.alternatives
        for each in instance_of(run, alternative, classes, truth)
    )
    if not kept.alternatives and tested.alternatives:
        return False
    targets.refine(run, node, kept)
    return True


_TENSOR_ONLY = {"detach", "requires_grad", "cpu", "cuda", "is_cuda", "grad_fn"}


def _hasattr(run: Run, node: cst.BaseExpression, name: Value, truth: bool) -> bool:
    names = {c.value for c in name.constants}
    if not names & (_TENSOR_ONLY | {"numpy"}):
        return True
    evident = bool(names & _TENSOR_ONLY)

    def keep(each: Alternative) -> Alternative | None:
        if isinstance(each, Tensor):
            if truth:
                return replace(each, sure=True, declared=False) if evident else each
            # Not a tensor after all: nothing that is converted later.
            return Plain("object") if not each.sure else None
        if isinstance(each, (Array, Constant, Plain, Tuple)):
            return None if truth else each
        return each

    tested = peek(run, node)
    kept = [k for each in tested.alternatives if (k := keep(each)) is not None]
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
            known_empty(run, peek(run, container))
        return True
    operator = test.comparisons[0].operator
    left, right = test.left, test.comparisons[0].comparator
    if isinstance(operator, (cst.IsNot, cst.NotEqual, cst.NotIn)):
        truth = not truth
    elif not isinstance(operator, (cst.Is, cst.Equal, cst.In)):
        return True
    return _equal(run, left, right, truth, isinstance(operator, (cst.In, cst.NotIn)))


def _equal(
    run: Run, left: cst.BaseExpression, right: cst.BaseExpression, truth: bool, within: bool
) -> bool:
    other = peek(run, right)
    if within:
        other = _members(run, other)
    if isinstance(left, cst.Attribute):
        name = left.attr.value
        if name == "device" or (name == "type" and _is_device(left.value)):
            holder = left.value
            if name == "type":
                assert isinstance(left.value, cst.Attribute)
                holder = left.value.value
            return _device_equal(run, holder, other, truth)
        if name == "dtype":
            names = frozenset(
                n
                for each in other.alternatives
                if isinstance(each, DtypeObject)
                for n in each.dtype
            )
            if names and "?" not in names:
                return _keep_tensors(run, left.value, with_dtype(names, truth))
            return True
        if name == "layout":
            return _layout_equal(run, left.value, other, truth)
        if name == "grad_fn" and other.constants and other.constants[0].value is None:
            return True if truth else _keep_tensors(run, left.value, with_grad(True))
        if name in _FLAGS and other.constants:
            return _attribute(run, left, truth == bool(other.constants[0].value))
    if isinstance(left, cst.Call) and not within:
        inner = _device_call(left)
        if inner is not None:
            return _device_equal(run, inner, other, truth)
        if isinstance(left.func, cst.Name) and left.func.value == "type" and len(left.args) == 1:
            return _isinstance(run, left.args[0].value, other, truth) if truth else True
    return _same_constant(run, left, other, truth)


def _is_device(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value == "device"


def _device_call(node: cst.Call) -> cst.BaseExpression | None:
    """`str(x.device)` and `x.get_device()`: the expression `x`."""
    if isinstance(node.func, cst.Name) and node.func.value == "str" and len(node.args) == 1:
        inner = node.args[0].value
        if isinstance(inner, cst.Attribute) and inner.attr.value == "device":
            return inner.value
    return None


def _members(run: Run, container: Value) -> Value:
    found: list[Value] = []
    for each in container.alternatives:
        if isinstance(each, Tuple):
            found.extend(each.items)
        elif isinstance(each, Ref):
            found.append(run.object(each).elements())
    return join_all(found)


def device_flags(other: Value) -> Device:
    """The devices that a device object, or its name as a string, may stand for."""
    flags = Device(0)
    for each in other.alternatives:
        if isinstance(each, DeviceObject):
            flags |= each.device
        elif isinstance(each, Constant) and isinstance(each.value, str):
            flags |= device_named(each.value)
        else:
            flags |= Device.UNKNOWN
    return flags or Device.UNKNOWN


def device_named(name: str) -> Device:
    """The device of a string such as "cuda:0"."""
    kind = name.split(":")[0]
    if kind == "cpu":
        return Device.CPU
    if kind == "meta":
        return Device.META
    if kind in ("cuda", "mps", "xpu", "hpu", "npu", "tpu", "xla", "hip", "mtia", "ipu", "mlu"):
        return Device.ACCELERATOR
    return Device.UNKNOWN


def _device_equal(run: Run, holder: cst.BaseExpression, other: Value, truth: bool) -> bool:
    flags = device_flags(other)
    if flags in (Device.CPU, Device.META):
        return _keep_tensors(run, holder, on_device(flags, truth))
    if flags == Device.ACCELERATOR:
        names = {str(c.value).split(":")[0] for c in other.constants}
        if not truth and names and "cuda" not in names:
            return True  # not on that kind of accelerator, but perhaps on another
        return _keep_tensors(run, holder, on_device(flags, truth))
    return True


def _device_text(run: Run, node: cst.BaseExpression, prefix: Value, truth: bool) -> bool:
    """`str(x.device).startswith("cuda")`."""
    if isinstance(node, cst.Call):
        holder = _device_call(node)
        if holder is not None:
            return _device_equal(run, holder, prefix, truth)
    return True


def _layout_equal(run: Run, holder: cst.BaseExpression, other: Value, truth: bool) -> bool:
    names = {each.dotted for each in other.alternatives if isinstance(each, Symbol)}
    if names == {"torch.strided"}:
        return _keep_tensors(run, holder, with_layout(Layout.SPARSE, not truth))
    if names and all(name.startswith("torch.sparse") for name in names):
        return _keep_tensors(run, holder, with_layout(Layout.SPARSE, truth))
    return True


def _same_constant(run: Run, left: cst.BaseExpression, other: Value, truth: bool) -> bool:
    """`x is None`, `mode == "train"`."""
    constants = set(other.constants)
    if not constants or len(constants) != len(other.alternatives):
        return True
    tested = peek(run, left)
    none_only = constants == {Constant(None)}
    kept: list[Alternative] = []
    for each in tested.alternatives:
        if isinstance(each, Constant):
            if (each in constants) == truth or (not truth and len(constants) > 1):
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
