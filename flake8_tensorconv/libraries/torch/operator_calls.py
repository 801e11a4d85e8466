"""Calls of the methods and functions that the operator table describes."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.contents.refining import refine, write_into
from flake8_tensorconv.engine.placement import dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import LOSSES, called_ndim
from flake8_tensorconv.hazards.clashes import refusing
from flake8_tensorconv.hazards.cuts import ENDING, LINEAR, useless
from flake8_tensorconv.hazards.unsigned import tell_unsigned
from flake8_tensorconv.index.syntax import call_args
from flake8_tensorconv.knowledge.dtypes import DtypeRule
from flake8_tensorconv.knowledge.torch_operators import Operator
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.facts import in_full_precision, limit_grad, operator_result
from flake8_tensorconv.lattice.promotion import Typed, typed
from flake8_tensorconv.lattice.scalars import counts_as, number_dtype
from flake8_tensorconv.lattice.storages import in_storages, storages_of
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    NONE,
    Array,
    Constant,
    Device,
    Grad,
    Many,
    Plain,
    Ref,
    Tensor,
    Tuple,
    Value,
)
from flake8_tensorconv.libraries.python.operators import moment
from flake8_tensorconv.libraries.torch.mixtures import tell_mixed


def _received(receiver: Value | None, args: Arguments, node: ast.AST, at: ast.AST) -> Arguments:
    """The arguments with the receiver in front, and the expression that gives it."""
    if receiver is None:
        return args
    first = at.value if isinstance(at, ast.Attribute) else None
    if isinstance(node, ast.Call) and first is None:
        first = next((arg.value for arg in call_args(node)), None)
    return replace(args, positional=(Argument(receiver, first), *args.positional))


def apply_operator(
    run: Run,
    operator: Operator,
    receiver: Value | None,
    args: Arguments,
    node: ast.AST,
    at: ast.AST,
    *,
    sure: bool = True,
) -> Value:
    """The result of an operator of the table; in-place ones also change their receiver."""
    by_dim = bool(_NAMED_DIM & set(args.keywords)) or len(args.positional) > 0
    operator = _form(operator, args, receiver is not None)
    operands = list(receiver.tensors) if receiver is not None else []
    dtypes = [typed(t) for t in operands]
    for position, argument in enumerate(args.all()):
        name = next((k for k, a in args.keywords.items() if a is argument), "")
        if name in ("out", "generator", "memory_format"):
            continue
        operands += gather(run, argument.value)
        if position < 2 and not name:
            dtypes += _argument_dtypes(run, argument.value)
    name = operator.name.removeprefix("torch.").removeprefix("Tensor.")
    given = _received(receiver, args, node, at)
    refusals = tell_mixed(run, name, given, node)
    tell_unsigned(run, name, given, node)
    known = [t for t in operands if t.sure or t.grad & Grad.YES] or operands
    if operator.name.endswith(("where", "where_")) and len(known) > 1:
        known = [t for t in known if t.dtype != frozenset({"bool"})] or known
    result = operator_result(
        operator,
        known or [_made_of_arrays(run, args) or Tensor(sure=sure)],
        dtypes,
        moment(run),
        run.fresh(node),
        reduced=by_dim,
        sure=sure,
    )
    if any(t.role in ENDING for t in operands):
        of = [(each.node, each.value) for each in given.all()]
        result = useless(result, of, linear=name.rpartition(".")[2] in LINEAR)
    if refusals:
        result = result.with_tensors(lambda t: refusing(t, refusals))
    if operator.name == "Tensor.reshape" and receiver is not None:
        result = _reshaped(receiver, result, at)
    rest = args if receiver is not None else args.skip(1)
    ndim = called_ndim(operator.name, operands[0].ndim if operands else None, rest)
    if ndim is not None:
        result = result.with_tensors(lambda t: replace(t, ndim=ndim))
    # Autocast computes losses in float32, as measured on the CPU.
    if operator.name.endswith(LOSSES):
        result = result.with_tensors(lambda t: in_full_precision(t, moment(run)))
    asked = args.value(None, "dtype")
    if asked is not None and (dtype := dtype_of(asked)) is not None:
        result = result.with_tensors(
            lambda t: replace(t, dtype=dtype, grad=limit_grad(t.grad, dtype))
        )
    if operator.name.endswith("_") and receiver is not None and isinstance(at, ast.Attribute):
        refine(run, at.value, result)
    out = args.get(None, "out")
    if out is not None and out.node is not None:
        write_into(run, out.node, out.value, result)
        return out.value
    return result


def _made_of_arrays(run: Run, args: Arguments) -> Tensor | None:
    """The tensor that has to be made of an array before an operator takes it; None if it is none.

    That is to be mended there, and what comes behind is right then.
    """
    first = args.value(0, "input")
    if first is None:
        return None
    inside = first if first.of(Array) else iterate(run, first)
    return Tensor(grad=Grad.NO, device=Device.CPU) if inside.is_array else None


def _reshaped(receiver: Value, result: Value, at: ast.AST) -> Value:
    """`torch.arange(6).reshape(2, 3)`: no other name counts the rows in another way."""
    if not isinstance(at, ast.Attribute) or not isinstance(at.value, ast.Call):
        return result
    kept = storages_of(receiver)
    return in_storages(result, lambda found: kept if found else found)


_NAMED_DIM = {"dim", "axis", "axes"}


def _form(operator: Operator, args: Arguments, bound: bool) -> Operator:
    """The form of the operator that these arguments choose."""
    for keyword, form in (operator.with_keyword or {}).items():
        given = args.value(None, keyword)
        if given is not None and truth_of(given) is not False:
            return form
    rounding = args.value(None, "rounding_mode")
    if rounding is not None and rounding != NONE:  # then integers stay integers
        outputs = tuple(replace(each, dtype=DtypeRule.PROMOTE) for each in operator.outputs)
        return replace(operator, outputs=outputs)
    if operator.with_dim is None:
        return operator
    position = 0 if bound else 1
    second = args.value(position)
    if _NAMED_DIM & set(args.keywords):
        return operator.with_dim
    if second is not None and not any(t.sure for t in second.tensors):
        return operator.with_dim
    return operator


def gather(run: Run, given: Value) -> list[Tensor]:
    """The tensors in an argument: itself, or the elements of a list or tuple."""
    found = list(given.tensors)
    rest = given.without(Tensor, Array, Constant, Plain)
    if rest.alternatives:
        found += iterate(run, rest).tensors
    return found


def _argument_dtypes(run: Run, given: Value) -> list[Typed]:
    result: list[Typed] = []
    for each in given.alternatives:
        if isinstance(each, (Tensor, Array)):
            result.append(typed(each))
        elif number_dtype(each) is not None:
            result.append(Typed(counts_as(each)))
        elif isinstance(each, (Tuple, Many, Ref)):
            result += [typed(t) for t in gather(run, Value((each,)))]
    return result
