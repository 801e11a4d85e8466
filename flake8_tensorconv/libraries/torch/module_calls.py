"""Calling a `torch.nn.Module`: its forward, and its hooks."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.clashes import refusing, tell_clash, tell_device_clash
from flake8_tensorconv.hazards.cuts import tell_layer
from flake8_tensorconv.knowledge.dtypes import DtypeRule
from flake8_tensorconv.knowledge.losses import FUNCTIONS
from flake8_tensorconv.knowledge.torch_modules import module as module_record
from flake8_tensorconv.knowledge.torch_operators import Output
from flake8_tensorconv.lattice.arguments import Argument, Arguments, pass_values
from flake8_tensorconv.lattice.facts import in_full_precision, output_tensor
from flake8_tensorconv.lattice.objects import HOOKS, Object
from flake8_tensorconv.lattice.promotion import typed
from flake8_tensorconv.lattice.state import HANDLED, SCATTERED
from flake8_tensorconv.lattice.values import (
    UNKNOWN,
    Device,
    Grad,
    Layout,
    Many,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.operators import moment
from flake8_tensorconv.libraries.torch.mixtures import tell_mixed
from flake8_tensorconv.libraries.torch.modules import WEIGHT
from flake8_tensorconv.libraries.torch.structure import parameters_of
from flake8_tensorconv.locations.provenance import Reason, Refusal
from flake8_tensorconv.locations.scopes import ClassInfo
from flake8_tensorconv.memory import sharing as memory


def call_module(run: Run, ref: Ref, args: Arguments, node: ast.AST) -> Value:
    """What `module(...)` gives: the result of its forward, after its hooks."""
    held = run.object(ref)
    if ref.address in run.state.marked(SCATTERED):
        args = _scattered(args)
    if isinstance(held.cls, ClassInfo):
        forward = run.attribute(value(ref), "forward", node)
        result = run.call(forward, args, node)
    else:
        result = _library_forward(run, ref, args, node)
    hooks = held.items.get(HOOKS)
    if hooks is not None:
        inputs = value(Tuple(tuple(a.value for a in args.positional)))
        changed = run.call(hooks, pass_values(value(ref), inputs, result), node)
        if changed.tensors and not changed.is_unknown:
            result = changed
    return result


def _scattered(args: Arguments) -> Arguments:
    """The same, wherever it is put before the module gets it."""

    def anywhere(argument: Argument) -> Argument:
        moved = argument.value.with_tensors(lambda t: replace(t, device=t.device | Device.UNKNOWN))
        return replace(argument, value=moved)

    keywords = {name: anywhere(each) for name, each in args.keywords.items()}
    return replace(args, positional=tuple(map(anywhere, args.positional)), keywords=keywords)


def _through_layers(run: Run, held: Object, args: Arguments, node: ast.AST) -> Value:
    """What a `Sequential` gives: each layer gets what the one before it has made."""
    given = args.get(0, "input") or Argument(UNKNOWN)
    layers = [item for key, item in held.items.items() if key != HOOKS]
    if held.rest.alternatives:
        layers.append(held.rest)
    for layer in layers:
        made = run.call(layer, Arguments((given,)), node)
        given = replace(given, value=made)
    return given.value


def _library_forward(run: Run, ref: Ref, args: Arguments, node: ast.AST) -> Value:
    held = run.object(ref)
    assert isinstance(held.cls, str)
    if held.cls == "torch.nn.Sequential":
        return _through_layers(run, held, args, node)
    record = module_record(held.cls.rsplit(".", 1)[-1])
    inputs = [t for a in args.all() for t in a.value.tensors]
    held_parameters = parameters_of(run, ref)
    memory.read(run, held_parameters, node)
    owned = [t for t in held_parameters.tensors if t.role == "parameter"]
    parameters = [
        replace(
            t,
            grad_reason=Reason(node, "result of `{code}`", t.grad_reason),
            device_reason=t.device_reason and Reason(node, "result of `{code}`", t.device_reason),
        )
        for t in owned
    ]
    if record is None or record.container:
        return _opaque(run, inputs, parameters, node)
    tell_layer(run, inputs, owned, node)
    refusals = _tell_loss(run, held, args, node)
    first = args.get(0, "input", "query", "src")
    if owned and first is not None:
        own: list[tuple[ast.expr | None, Value]] = [(None, value(t)) for t in owned]
        given = [*own, (first.node, first.value)]
        if ref.address not in run.state.marked(HANDLED):
            tell_device_clash(run, node, None, given, elementwise=False)
        if record.one_dtype:
            tell_clash(run, node, None, given)
    dtype = DtypeRule.SAME if record.dtype is DtypeRule.PARAMETERS else record.dtype
    rule = Output(record.grad or bool(parameters), record.memory, dtype)
    operands = [*inputs[:1], *parameters, *inputs[1:]] if inputs else parameters
    one = output_tensor(
        rule,
        operands,
        [typed((parameters or inputs or [Tensor()])[0])],
        moment(run),
        run.fresh(node),
        matmul=record.matmul,
    )
    if held.cls.endswith("Loss"):
        one = replace(in_full_precision(one, moment(run)), scalar=True)
        if record.result == "tensor" and _is_reduced(held):
            one = replace(one, ndim=0)
        one = refusing(one, refusals | one.refusals)
    return _shaped(record.result, value(one))


def _tell_loss(run: Run, held: Object, args: Arguments, node: ast.AST) -> frozenset[Refusal]:
    """Tell of what a loss is given that torch does not mix; see `tell_mixed`."""
    name = FUNCTIONS.get(str(held.cls).rpartition(".")[2])
    if name is None:
        return frozenset()
    weight = held.items.get(WEIGHT)
    if weight is not None:
        args = replace(args, keywords={**args.keywords, WEIGHT: Argument(weight)})
    return tell_mixed(run, f"nn.functional.{name}", args, node)


def _is_reduced(loss: Object) -> bool:
    """Is a loss surely a single number?"""
    asked = loss.items.get("reduction", UNKNOWN)
    known = {each.value for each in asked.constants}
    return known <= {"mean", "sum"} and len(asked.constants) == len(asked.alternatives)


def _opaque(run: Run, inputs: list[Tensor], parameters: list[Tensor], node: ast.AST) -> Value:
    """The result of a module whose forward is not known: some tensors, somehow packed."""
    operands = parameters or inputs
    grad = Grad.NO if run.state.grad_mode == Grad.NO else Grad.UNKNOWN
    device = Device.UNKNOWN
    reason: Reason | None = None
    for tensor in operands:
        if tensor.grad == Grad.YES and grad != Grad.NO and parameters:
            grad, reason = Grad.YES, tensor.grad_reason
        if tensor.device != Device.UNKNOWN:
            device = tensor.device
    return value(
        Tensor(
            sure=False,
            grad=grad,
            device=device,
            layout=Layout.STRIDED,
            grad_reason=reason,
            device_reason=operands[0].device_reason if operands else None,
        )
    )


def _shaped(result: str, one: Value) -> Value:
    """A result of the shape that the record names: "tensor", "(tensor, (tensor, tensor))"."""
    result = result.strip()
    if result == "tensor":
        return one
    if result == "tuple":
        return value(Many(one))
    if result.startswith("(") and result.endswith(")"):
        parts, depth, start = [], 0, 1
        for i, char in enumerate(result):
            depth += {"(": 1, ")": -1}.get(char, 0)
            if (char == "," and depth == 1) or depth == 0:
                parts.append(result[start:i])
                start = i + 1
        return value(Tuple(tuple(_shaped(p, one) for p in parts if p.strip())))
    return one
