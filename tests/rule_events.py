"""Events built by hand, for the tests of the rules."""

from __future__ import annotations

import libcst as cst

from flake8_tensorconv.analysis.events import Route, ToNumpy
from flake8_tensorconv.analysis.values import Device, Dtypes, Grad, Layout, Tensor
from flake8_tensorconv.config import DevicePolicy, FixStyle, Options
from flake8_tensorconv.rules import Judgement, judge

DEFAULTS = Options()
FORCE = Options(fix_style=FixStyle.FORCE)
CPU = Options(device=DevicePolicy.CPU)


def tensor(
    grad: Grad = Grad.NO,
    device: Device = Device.CPU,
    dtype: Dtypes = frozenset({"float32"}),
    layout: Layout = Layout.STRIDED,
    sure: bool = True,
) -> Tensor:
    return Tensor(sure=sure, grad=grad, device=device, dtype=dtype, layout=layout)


PLAIN = tensor()
GRAD = tensor(grad=Grad.YES)
MAYBE_GRAD = tensor(grad=Grad.UNKNOWN)
CUDA = tensor(device=Device.ACCELERATOR)
MAYBE_CUDA = tensor(device=Device.UNKNOWN)
META = tensor(device=Device.META)
ANYTHING = tensor(grad=Grad.UNKNOWN, device=Device.UNKNOWN, dtype=frozenset({"?"}))
UNSURE = tensor(Grad.UNKNOWN, Device.UNKNOWN, frozenset({"?"}), sure=False)


def of(*dtypes: str) -> Tensor:
    return tensor(dtype=frozenset(dtypes))


def lying(layout: Layout) -> Tensor:
    return tensor(layout=layout)


def event(
    source: str,
    *tensors: Tensor,
    mode: Grad = Grad.YES,
    element: bool = False,
    mixed: bool = False,
) -> ToNumpy:
    """The event of `x.numpy()`, or of a function that reads its first argument."""
    call = cst.parse_expression(source)
    assert isinstance(call, cst.Call)
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "numpy":
        operand, via, route = call.func.value, "Tensor.numpy", Route.METHOD
        at: cst.CSTNode = call.func.attr
    else:
        operand, at = call.args[0].value, call.func
        name = call.func.attr.value if isinstance(call.func, cst.Attribute) else "function"
        via = f"numpy.{name}"
        route = Route.DLPACK if "dlpack" in via else Route.ARRAY
    return ToNumpy(call, at, operand, route, via, tensors, mode, element, mixed)


def operation(source: str, *tensors: Tensor) -> ToNumpy:
    """The event of `tensor * array`."""
    node = cst.parse_expression(source)
    assert isinstance(node, cst.BinaryOperation)
    return ToNumpy(
        node, node.operator, node.left, Route.ARRAY, "operator", tensors, grad_mode=Grad.YES
    )


def judged(one: ToNumpy, options: Options = DEFAULTS) -> list[Judgement]:
    return judge([one], options)


def applied(judgement: Judgement) -> str | None:
    """The text of the call after the fix."""
    fix = judgement.report.fix
    if fix is None:
        return None
    call = judgement.event.call
    new = fix.new if fix.old is call else call.deep_replace(fix.old, fix.new)
    return cst.Module([]).code_for_node(new)


def elsewhere(one: ToNumpy, *tensors: Tensor) -> ToNumpy:
    """The same expression, analysed in another context."""
    return ToNumpy(one.call, one.at, one.operand, one.route, one.via, tensors, one.grad_mode)
