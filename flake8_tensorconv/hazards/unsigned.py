"""Tensors of uint16, uint32 and uint64, and what torch has no kernel for them for."""

from __future__ import annotations

import ast

from flake8_tensorconv.engine.asking import is_caught, is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import UnsignedDtype
from flake8_tensorconv.index.syntax import Sign, called_name
from flake8_tensorconv.knowledge.dtypes import can_require_grad
from flake8_tensorconv.knowledge.unsigned import (
    SAME,
    UNSIGNED,
    refused_beside,
    refuses_unsigned,
)
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.values import Alternative, Constant, Plain, Tensor, Value


def tell_unsigned(run: Run, name: str, args: Arguments, node: ast.AST) -> None:
    """Tell of a function, or a method with its receiver among `args`, that refuses the first."""
    first = args.get(0, "input")
    if first is None or first.node is None or first.spread or not isinstance(node, ast.Call):
        return
    tensor = _unsigned(run, first.value)
    if tensor is None or "dtype" in args.keywords:
        return
    rest = [each.value for each in args.all() if each is not first]
    unknown = args.more is not None or args.more_keywords is not None
    floats = unknown or any(_may_be_float(e) for each in rest for e in each.alternatives)
    if refuses_unsigned(name, floats=floats):
        at = called_name(node)
        fixable = not name.endswith("_")
        run.program.tell(UnsignedDtype(node, at, first.node, name, tensor, fixable))


def tell_unsigned_operator(
    run: Run,
    call: ast.expr,
    sign: Sign,
    kind: type[ast.AST],
    operands: tuple[tuple[ast.expr, Value], tuple[ast.expr, Value]],
) -> None:
    """Tell of an operator of Python that refuses one of its operands beside the other."""
    refused = refused_beside(kind.__name__)
    for (node, given), (_, other) in (operands, operands[::-1]):
        tensor = _unsigned(run, given) if refused else None
        if tensor is None or not other:
            continue
        if all(_named(each, tensor) in refused for each in other.alternatives):
            fixable = not isinstance(sign.node, ast.AugAssign)
            event = UnsignedDtype(call, sign, node, "operator", tensor, fixable)
            run.program.tell(event)
            return


def tell_unsigned_unary(run: Run, node: ast.UnaryOp, operand: Value) -> None:
    """Tell of `-x` and `~x`."""
    name = _UNARY.get(type(node.op), "")
    if refuses_unsigned(name, floats=False) and (tensor := _unsigned(run, operand)) is not None:
        event = UnsignedDtype(node, node, node.operand, "operator", tensor, True)
        run.program.tell(event)


#: The operators that functions of torch do.
_UNARY: dict[type, str] = {ast.USub: "neg", ast.Invert: "bitwise_not"}


def _unsigned(run: Run, given: Value) -> Tensor | None:
    """The tensor that it is, if that is surely of one of these dtypes."""
    if len(given.alternatives) != 1 or not isinstance(tensor := given.alternatives[0], Tensor):
        return None
    known = tensor.sure and not tensor.declared and bool(tensor.dtype)
    if not known or not tensor.dtype <= UNSIGNED or not is_told(run):
        return None
    return None if is_caught(run, "RuntimeError") else tensor


def _may_be_float(each: Alternative) -> bool:
    match each:
        case Constant(value=constant):
            return isinstance(constant, float)
        case Plain(what="int" | "bool" | "str", dtype=dtype):
            return bool(dtype)
        case Tensor(sure=True, dtype=dtype):
            return not dtype or any(can_require_grad(name) is not False for name in dtype)
        case _:
            return True


def _named(each: Alternative, tensor: Tensor) -> str:
    """What the table calls an operand; "" for what it says nothing of."""
    match each:
        case Constant(value=bool()) | Plain(what="bool", dtype=frozenset()):
            return "python bool"
        case Constant(value=int()) | Plain(what="int", dtype=frozenset()):
            return "python int"
        case Constant(value=float()):
            return "python float"
        case Tensor(sure=True, declared=False, scalar=False, dtype=dtype) if len(dtype) == 1:
            return SAME if dtype == tensor.dtype else next(iter(dtype))
        case _:
            return ""
