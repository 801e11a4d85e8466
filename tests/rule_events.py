"""Events built by hand, for the tests of the rules."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import DevicePolicy, FixStyle, Options
from flake8_tensorconv.events.records import Route, ToNumpy
from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.index.syntax import Sign, unstarred
from flake8_tensorconv.lattice.values import Device, Dtypes, Grad, Layout, Tensor
from flake8_tensorconv.locations.files import File
from flake8_tensorconv.rewriting.edits import apply
from flake8_tensorconv.rewriting.flagging import flag
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


#: What the expressions have been parsed of.
_SOURCES: dict[ast.AST, str] = {}


def parsed(source: str) -> ast.expr:
    """The tree of an expression."""
    node = ast.parse(source, mode="eval").body
    _SOURCES[node] = source
    return node


def event(
    source: str,
    *tensors: Tensor,
    mode: Grad = Grad.YES,
    element: bool = False,
    mixed: bool = False,
) -> ToNumpy:
    """The event of `x.numpy()`, or of a function that reads its first argument."""
    call = parsed(source)
    assert isinstance(call, ast.Call)
    if isinstance(call.func, ast.Attribute) and call.func.attr == "numpy":
        operand, via, route = call.func.value, "Tensor.numpy", Route.METHOD
    else:
        operand = unstarred(call.args[0])
        name = call.func.attr if isinstance(call.func, ast.Attribute) else "function"
        via = f"numpy.{name}"
        route = Route.DLPACK if "dlpack" in via else Route.ARRAY
    return ToNumpy(call, call.func, operand, route, via, tensors, mode, element, mixed)


def operation(source: str, *tensors: Tensor) -> ToNumpy:
    """The event of `tensor * array`."""
    node = parsed(source)
    assert isinstance(node, ast.BinOp)
    return ToNumpy(node, Sign(node), node.left, Route.ARRAY, "operator", tensors, Grad.YES)


def judged(one: ToNumpy, options: Options = DEFAULTS) -> list[Judgement]:
    return judge([one], options)


def applied(judgement: Judgement) -> str | None:
    """The text of the call after the fix."""
    source = _SOURCES[judgement.event.call]
    ((finding, _),) = flag([File(index_of(ast.parse(source)), text=source)], [judgement])
    return None if finding.fix is None else apply(source, [finding.fix])


def elsewhere(one: ToNumpy, *tensors: Tensor) -> ToNumpy:
    """The same expression, analysed in another context."""
    return ToNumpy(one.call, one.at, one.operand, one.route, one.via, tensors, one.grad_mode)
