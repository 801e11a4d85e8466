"""What the rules share: how sure a fact is, how a finding is worded, how a guard is inserted."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

import libcst as cst

from flake8_tensorconv.analysis.events import Route, ToNumpy
from flake8_tensorconv.analysis.provenance import Reason
from flake8_tensorconv.analysis.values import Device, Grad
from flake8_tensorconv.config import DevicePolicy, FixStyle, Options
from flake8_tensorconv.findings import Applicability
from flake8_tensorconv.knowledge.numpy_functions import INDEX, MAKING_ARRAYS
from flake8_tensorconv.rules.chains import chained, insertion_point, missing
from flake8_tensorconv.rules.record import Replacement


class State(enum.Enum):
    """How a bad fact stands at an event: ruled out, not ruled out, or shown on some path."""

    SAFE = 0
    MAYBE = 1
    PROVEN = 2


def grad_state(event: ToNumpy) -> State:
    """May the tensor require grad, with recording on?

    `np.from_dlpack` refuses a tensor that requires grad in every grad mode.
    """
    always = event.route is Route.DLPACK
    if event.grad_mode == Grad.NO and not always:
        return State.SAFE
    if any(Grad.YES in tensor.grad for tensor in event.tensors):
        return State.PROVEN if always or Grad.YES in event.grad_mode else State.MAYBE
    return State.MAYBE if any(Grad.UNKNOWN in t.grad for t in event.tensors) else State.SAFE


def device_state(event: ToNumpy, options: Options) -> State:
    """May the tensor be somewhere else than in the CPU's memory?

    Where the project never uses an accelerator, only the meta device counts.
    """
    possible = options.device is not DevicePolicy.CPU
    bad = Device.META | Device.ACCELERATOR if possible else Device.META
    if any(tensor.device & bad for tensor in event.tensors):
        return State.PROVEN
    unknown = possible and any(Device.UNKNOWN in tensor.device for tensor in event.tensors)
    return State.MAYBE if unknown else State.SAFE


def device_unknown(event: ToNumpy) -> bool:
    """Does nothing in the file say where the tensor is (whatever the options say)?"""
    return any(Device.UNKNOWN in tensor.device for tensor in event.tensors)


def is_sure(event: ToNumpy) -> bool:
    """Is the operand known to be a torch tensor, as far as it can be converted at all?"""
    return all(tensor.sure for tensor in event.tensors)


def is_explicit(event: ToNumpy) -> bool:
    """Does the program say that it turns a tensor, and nothing else, into an array?

    `np.asarray(x)` does, as `x.numpy()`; but of what may also be a list or an array it says only
    that an array is wanted.
    """
    if event.route is not Route.ARRAY:
        return True
    return event.via in MAKING_ARRAYS and is_sure(event) and (event.meant or not event.mixed)


def grad_reason(event: ToNumpy) -> Reason | None:
    """Why the tensor requires grad, or why nothing says that it does not."""
    return first(
        tensor.grad_reason
        for flag in (Grad.YES, Grad.UNKNOWN)
        for tensor in event.tensors
        if flag in tensor.grad
    )


def device_reason(event: ToNumpy) -> Reason | None:
    """Why the tensor is away from the CPU, or why nothing says that it is not."""
    return first(
        tensor.device_reason
        for flag in (Device.ACCELERATOR, Device.META, Device.UNKNOWN)
        for tensor in event.tensors
        if flag in tensor.device
    )


def first(reasons: Iterator[Reason | None]) -> Reason | None:
    """The first of several explanations that exists."""
    return next((reason for reason in reasons if reason is not None), None)


def describe(event: ToNumpy, one: str, many: str) -> str:
    """Say what happens: "`.numpy()` on a tensor that …", "`np.stack()` reads tensors that …".

    Args:
        event: the conversion.
        one: what is wrong with a tensor, such as "that requires grad".
        many: the same of several.
    """
    tensor = "a tensor" if is_sure(event) else "what may be a tensor"
    if event.route is Route.METHOD:
        return f"`.{event.via.rpartition('.')[2]}()` on {tensor} {one}"
    if event.element:
        return f"{_reader(event)} reads tensors {many}"
    return f"{_reader(event)} reads {tensor} {one}"


def claim(event: ToNumpy, one: str, many: str) -> str:
    """Say of the operand what `describe` says of the tensor: "requires grad", "is of dtype ...".

    Args:
        event, one, many: as for `describe`.
    """
    if event.element:
        return f"holds tensors {many}"
    return one.removeprefix("that ") if one.startswith("that ") else f"is {one}"


def advice(event: ToNumpy, options: Options, methods: tuple[str, ...], force: bool = True) -> str:
    """Say what to do about it, in the style that the fix has."""
    if force and _forced(event, options):
        return "call `.numpy(force=True)`"
    chain = "".join(f".{method}()" for method in methods)
    return f"call `{chain}` on each first" if event.element else f"call `{chain}` first"


def guard(
    event: ToNumpy,
    options: Options,
    methods: tuple[str, ...],
    *,
    safe: bool = True,
    force: bool = True,
) -> Replacement | None:
    """Insert the missing guards, and only those, between the tensor and its conversion.

    Args:
        event: the conversion.
        options: decide between `.detach().cpu()` and `.numpy(force=True)`.
        methods: names of the methods to call on the tensor, the first one innermost.
        safe: would the guarded code give the same result wherever the old code ran?
        force: does `numpy(force=True)` do what these methods do?

    Returns:
        The replacement, or None where no single guard suits every value that arrives here.
    """
    sure = event.surely and all(tensor.sure for tensor in (*event.tensors, *event.elsewhere))
    applicability = Applicability.SAFE if safe and sure else Applicability.UNSAFE
    if force and (forced := _forced(event, options)) is not None:
        return Replacement(applicability, event.call, forced)
    if (event.mixed and event.route is not Route.METHOD) or _is_starred(event):
        return None
    if not event.element:
        point = insertion_point(event.operand, methods)
        return Replacement(applicability, point, chained(point, methods))
    leaves = _leaves(event.operand)
    if leaves is None:
        return None
    guarded: dict[int, cst.BaseExpression] = {}
    points = []
    for leaf in leaves:
        if needed := missing(leaf, methods):
            point = insertion_point(leaf, needed)
            points.append(point)
            guarded[id(point)] = chained(point, needed)
    if not points:
        return None
    if len(points) == 1:
        return Replacement(applicability, points[0], guarded[id(points[0])])
    return Replacement(applicability, event.operand, _replaced(event.operand, guarded))


def combined(call: cst.BaseExpression, fixes: Sequence[Replacement | None]) -> Replacement | None:
    """One fix that does what several do to the operands of the same call, or None."""
    replacements: dict[int, cst.BaseExpression] = {}
    applicability = Applicability.SAFE
    for fix in fixes:
        if fix is None:
            return None
        replacements[id(fix.old)] = fix.new
        if fix.applicability is Applicability.UNSAFE:
            applicability = Applicability.UNSAFE
    return Replacement(applicability, call, _replaced(call, replacements))


def _reader(event: ToNumpy) -> str:
    """What reads the tensor, as the file spells it: `np.asarray()`, `*` with an array."""
    if event.via == "operator":
        return f"`{cst.Module([]).code_for_node(event.at).strip()}` with an array"
    if isinstance(event.call, cst.Subscript):
        array = cst.Module([]).code_for_node(event.call.value)
        return f"{'indexing' if event.via == INDEX else 'storing in'} the array `{array}`"
    if not isinstance(event.call, cst.Call):
        return f"`{event.via}`"
    parts: list[str] = []
    node: cst.CSTNode = event.call.func
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return f"`{event.via}()`"
    return f"`{'.'.join([node.value, *reversed(parts)])}()`"


def _forced(event: ToNumpy, options: Options) -> cst.Call | None:
    """The call with `force=True`, if the style asks for it and the call is literally `.numpy()`."""
    if options.fix_style is not FixStyle.FORCE or event.route is not Route.METHOD:
        return None
    call = event.call
    if not isinstance(call, cst.Call) or call.args or not isinstance(call.func, cst.Attribute):
        return None
    if call.func.attr.value != "numpy":
        return None
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return call.with_changes(
        args=[cst.Arg(value=cst.Name("True"), keyword=cst.Name("force"), equal=tight)]
    )


def _is_starred(event: ToNumpy) -> bool:
    """Is the operand unpacked into the call, as in `f(*tensors)`?"""
    return isinstance(event.call, cst.Call) and any(
        arg.value is event.operand and arg.star for arg in event.call.args
    )


def _leaves(operand: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    """The expressions of the elements of a display or comprehension; None if not all are seen."""
    if isinstance(operand, (cst.ListComp, cst.GeneratorExp, cst.SetComp)):
        return _leaves_of_element(operand.elt)
    if not isinstance(operand, (cst.List, cst.Tuple)):
        return None
    leaves: list[cst.BaseExpression] = []
    for element in operand.elements:
        if not isinstance(element, cst.Element):
            return None
        inner = _leaves_of_element(element.value)
        if inner is None:
            return None
        leaves += inner
    return leaves


def _leaves_of_element(element: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    if isinstance(element, (cst.BaseNumber, cst.BaseString)):
        return []
    if isinstance(element, (cst.ListComp, cst.GeneratorExp, cst.SetComp, cst.List, cst.Tuple)):
        return _leaves(element)
    return [element]


def _replaced(
    tree: cst.BaseExpression, replacements: dict[int, cst.BaseExpression]
) -> cst.BaseExpression:
    """The tree with some of its nodes (named by id) replaced."""

    class Replacer(cst.CSTTransformer):
        def on_visit(self, node: cst.CSTNode) -> bool:
            return id(node) not in replacements

        def on_leave(self, original_node: cst.CSTNodeT, updated_node: cst.CSTNodeT) -> cst.CSTNodeT:
            return replacements.get(id(original_node), updated_node)  # type: ignore[return-value]

    result = tree.visit(Replacer())
    assert isinstance(result, cst.BaseExpression)
    return result
