"""What the rules share: how sure a fact is, how a finding is worded, how a guard is inserted."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator, Sequence

from flake8_tensorconv.config import DevicePolicy, FixStyle, Options
from flake8_tensorconv.events.records import Route, ToNumpy
from flake8_tensorconv.index.syntax import Sign, call_args, dotted_name, sign_text
from flake8_tensorconv.knowledge.numpy_functions import INDEX, MAKING_ARRAYS
from flake8_tensorconv.lattice.values import Device, Grad
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.rules import building
from flake8_tensorconv.rules.building import chained, keyword
from flake8_tensorconv.rules.chains import insertion_point, missing
from flake8_tensorconv.rules.record import Replacement
from flake8_tensorconv.source.findings import Applicability


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
        return Replacement(applicability, point, chained(point, *methods))
    leaves = _leaves(event.operand)
    if leaves is None:
        return None
    guarded = []
    for leaf in leaves:
        if needed := missing(leaf, methods):
            point = insertion_point(leaf, needed)
            guarded.append((point, chained(point, *needed)))
    if not guarded:
        return None
    return Replacement(applicability, *guarded[0], tuple(guarded[1:]))


def combined(fixes: Sequence[Replacement | None]) -> Replacement | None:
    """One fix that does what several do to the operands of the same call, or None."""
    found = [fix for fix in fixes if fix is not None]
    if len(found) < len(fixes):
        return None
    unsafe = any(fix.applicability is Applicability.UNSAFE for fix in found)
    # By identity: `f(x, x)` names two operands, and one may be mended in the same way by both.
    pairs = {id(old): (old, new) for fix in found for old, new in fix.pairs}
    first, *more = pairs.values()
    applicability = Applicability.UNSAFE if unsafe else Applicability.SAFE
    return Replacement(applicability, *first, tuple(more))


def _reader(event: ToNumpy) -> str:
    """What reads the tensor, as the file spells it: `np.asarray()`, `*` with an array."""
    if isinstance(event.at, Sign):
        return f"`{sign_text(event.at)}` with an array"
    if isinstance(event.call, ast.Subscript):
        return f"{'indexing' if event.via == INDEX else 'storing in'} the array `{{call.value}}`"
    if not isinstance(event.call, ast.Call):
        return f"`{event.via}`"
    return f"`{dotted_name(event.call.func) or event.via}()`"


def _forced(event: ToNumpy, options: Options) -> ast.Call | None:
    """The call with `force=True`, if the style asks for it and the call is literally `.numpy()`."""
    if options.fix_style is not FixStyle.FORCE or event.route is not Route.METHOD:
        return None
    call = event.call
    if not isinstance(call, ast.Call) or call_args(call):
        return None
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "numpy":
        return None
    return building.call(call.func, keyword("force", ast.Constant(True)))


def _is_starred(event: ToNumpy) -> bool:
    """Is the operand unpacked into the call, as in `f(*tensors)`?"""
    return isinstance(event.call, ast.Call) and any(
        arg.value is event.operand and arg.star for arg in call_args(event.call)
    )


def _leaves(operand: ast.expr) -> list[ast.expr] | None:
    """The expressions of the elements of a display or comprehension; None if not all are seen."""
    if isinstance(operand, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        return _leaves_of_element(operand.elt)
    if not isinstance(operand, (ast.List, ast.Tuple)):
        return None
    leaves: list[ast.expr] = []
    for element in operand.elts:
        inner = None if isinstance(element, ast.Starred) else _leaves_of_element(element)
        if inner is None:
            return None
        leaves += inner
    return leaves


def _leaves_of_element(element: ast.expr) -> list[ast.expr] | None:
    if isinstance(element, ast.Constant | ast.JoinedStr):
        return []
    if isinstance(element, (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.List, ast.Tuple)):
        return _leaves(element)
    return [element]
