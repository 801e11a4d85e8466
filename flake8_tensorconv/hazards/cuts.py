"""Graphs that end on the way through NumPy although the values go on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from flake8_tensorconv.engine.asking import is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.computations import GradientCut
from flake8_tensorconv.index.syntax import call_args, called_name
from flake8_tensorconv.knowledge.dtypes import can_require_grad
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.values import Array, Constant, Grad, Plain, Tensor, Value
from flake8_tensorconv.locations.provenance import Cut, Reason
from flake8_tensorconv.locations.scopes import FunctionInfo

NO_CUTS: frozenset[Cut] = frozenset()
Stack = tuple[FunctionInfo, ...]
Operands = Sequence[tuple[ast.AST | None, Value]]


def cut(
    run: Run, tensor: Tensor, node: ast.AST, *, crossed: bool, listed: bool = False
) -> frozenset[Cut]:
    """The cuts behind a tensor once `node` has detached, converted or copied it."""
    if not isinstance(node, ast.Call) or not _is_differentiable(tensor):
        return NO_CUTS
    if tensor.grad != Grad.YES and not tensor.cuts:
        return NO_CUTS
    if run.state.grad_mode != Grad.YES:
        return tensor.cuts
    return frozenset({Cut(node, run.stack, crossed, listed)})


def _is_differentiable(tensor: Tensor) -> bool:
    return all(can_require_grad(name) is not False for name in tensor.dtype)


def read(run: Run, given: Value, node: ast.AST) -> frozenset[Cut]:
    """The cuts behind a number that is read of a tensor, or of another number."""
    found: set[Cut] = set()
    for each in given.alternatives:
        if isinstance(each, Tensor) and each.sure:
            found |= {
                replace(one, read=True) for one in cut(run, each, node, crossed=True) if one.crossed
            }
        elif isinstance(each, Plain):
            found |= each.cuts
    return frozenset(found)


def numbers(made: Value, cuts: frozenset[Cut]) -> Value:
    """Numbers that are computed of what has cuts behind it."""
    if not cuts:
        return made
    return Value(
        tuple(
            replace(e, cuts=cuts)
            if isinstance(e, Plain) and e.what in ("number", "float") and not e.dtype & _COUNTING
            else e
            for e in made.alternatives
        )
    )


def carried(run: Run, made: Value, args: Arguments, inside: Value, node: ast.AST) -> Value:
    """What NumPy makes of arrays and tensors: the cuts behind those are behind it as well.

    Args:
        run: the run.
        made: the result.
        args: what it is made of.
        inside: what the lists among that hold.
        node: the call.
    """
    found: set[Cut] = set()
    given = [argument.value for argument in args.positional]
    for each in (each for value in (*given, inside) for each in value.alternatives):
        if isinstance(each, (Array, Plain)):
            found |= each.cuts
        elif isinstance(each, Tensor) and each.cuts:
            found |= cut(run, each, node, crossed=True)
    if not found:
        return made
    arrays = Value(
        tuple(
            replace(e, cuts=frozenset(found))
            if isinstance(e, Array) and not e.dtype & _COUNTING
            else e
            for e in made.alternatives
        )
    )
    return numbers(arrays, frozenset(replace(one, read=True) for one in found))


_COUNTING = frozenset({"bool", "int64", "int32", "uint8"})


def made_of(run: Run, data: Value, inside: Value, dotted: str, node: ast.AST) -> frozenset[Cut]:
    """The cuts behind a tensor that is made of data, which holds other values if it is a list."""
    found: set[Cut] = set()
    for each in data.alternatives:
        if isinstance(each, Array):
            found |= each.cuts
        elif isinstance(each, Tensor) and each.sure and dotted == "torch.tensor":
            found |= cut(run, each, node, crossed=True)
        elif isinstance(each, Plain) and each.cuts:
            found |= each.cuts
        elif isinstance(each, Constant):
            continue  # what a sum begins with
        elif inside.tensors:
            for element in inside.tensors:
                found |= cut(run, element, node, crossed=True, listed=True)
        elif held := [e.cuts for e in inside.alternatives if isinstance(e, (Plain, Array))]:
            found |= frozenset().union(*held) if all(held) else NO_CUTS
        else:
            return NO_CUTS
    return frozenset(found)


def started(tensor: Tensor, grad: Grad) -> Tensor:
    """What is made to require grad, after the graph that its values are from has ended."""
    begins = grad == Grad.YES and tensor.cuts and tensor.grad == Grad.NO and not tensor.role
    return replace(tensor, role=LEAF) if begins else tensor


def useless(result: Value, operands: Operands, *, linear: bool) -> Value:
    """What is computed of leaves whose gradients nobody can use.

    No variable holds them; or they hold the numbers of a list of losses, and their gradient is the
    same whatever these are.

    Args:
        result: what is computed.
        operands: what of, with the expressions that give it.
        linear: is the gradient the same, whatever the values are?
    """
    found = [(node, t) for node, given in operands for t in given.tensors if t.grad != Grad.NO]
    free = [
        t.role == UNHELD or (t.role == LEAF and isinstance(node, ast.Call)) for node, t in found
    ]
    even = [
        t.role == EVEN or (t.role == LEAF and any(c.listed or c.read for c in t.cuts))
        for _, t in found
    ]
    if not found or not all(f or (linear and e) for f, e in zip(free, even)):
        return result
    role = UNHELD if all(free) else EVEN
    return result.with_tensors(lambda t: replace(t, role=role) if t.grad == Grad.YES else t)


#: Methods and functions through which every element goes in the same way.
LINEAR = frozenset({"sum", "mean", "nansum", "nanmean", "squeeze", "flatten", "reshape", "view"})
#: Roles of tensors: see `Tensor.role`.
LEAF, UNHELD, EVEN = "leaf", "unheld", "even"
ENDING = frozenset({LEAF, UNHELD, EVEN})


def tell_layer(run: Run, inputs: list[Tensor], parameters: list[Tensor], node: ast.AST) -> None:
    """A layer computes with values whose graph was cut in the same `forward`, or below it."""
    if not run.stack or not all(each.grad == Grad.YES for each in parameters):
        return
    for each in inputs:
        for found in each.cuts:
            if (
                found.crossed
                and not found.read
                and any(map(run.program.is_forward, _shared(found.stack, run.stack)))
            ):
                _tell(run, found, Reason(node, "goes on into `{code}`, which is trained"))


def _shared(one: Stack, other: Stack) -> Iterator[FunctionInfo]:
    """The calls that two places of a program have in common."""
    for info, same in zip(one, other):
        if info is not same:
            return
        yield info


def tell_backward(run: Run, tensor: Tensor, node: ast.AST) -> None:
    """`loss.backward()` where nothing of the graph is left."""
    if tensor.grad != Grad.NO and tensor.role not in ENDING:
        return
    for found in tensor.cuts:
        if found.crossed:
            _tell(run, found, Reason(node, "`{code}` does not get behind it"), loss=True)


def tell_loss(run: Run, given: Value, node: ast.AST) -> None:
    """A loss, or what `forward` computes, is returned without a graph as it was put into a list."""
    within = run.stack[-1] if run.stack else None
    if within is None or not (run.program.is_forward(within) or _LOSS.search(within.name)):
        return
    for each in given.tensors:
        if each.sure and each.grad == Grad.NO:
            for found in each.cuts:
                if found.listed and within in found.stack:
                    use = Reason(node, "nothing that `{code}` gives has a gradient")
                    _tell(run, found, use, loss=True)


#: Names of functions that compute what is minimised.
_LOSS = re.compile(r"(?i)loss|^training_step$|criterion|objective")


def _tell(run: Run, found: Cut, use: Reason, *, loss: bool = False) -> None:
    program = run.program
    if not is_told(run) or run.state.grad_mode != Grad.YES:
        return
    if not isinstance(found.call, ast.Call):
        return
    func = found.call.func
    operand = func.value if isinstance(func, ast.Attribute) else found.call
    args = call_args(found.call)
    if args and not (isinstance(func, ast.Attribute) and func.attr == "numpy"):
        operand = args[0].value
    at = called_name(found.call)
    program.tell(GradientCut(found.call, at, operand, use, loss, found.listed))
