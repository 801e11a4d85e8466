"""Functions and losses that are given tensors which torch does not mix."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.clashes import (
    Operands,
    refused_later,
    tell_clash,
    tell_device_clash,
)
from flake8_tensorconv.knowledge.dtypes import can_require_grad
from flake8_tensorconv.knowledge.item_access import index_of
from flake8_tensorconv.knowledge.torch_operators import (
    refuses_backward,
    wants_one_device,
    wants_one_dtype,
)
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.values import Constant, Plain, Tensor, Value
from flake8_tensorconv.locations.provenance import Refusal

#: Operators that take nothing without axes.
_WITH_AXES = frozenset(
    {"matmul", "mm", "bmm", "mv", "addmm", "addmv", "baddbmm", "cat", "hstack", "vstack", "dstack",
     "column_stack", "stack", "nn.functional.linear", "nn.functional.embedding",
     "nn.functional.conv1d", "nn.functional.conv2d", "nn.functional.conv3d"}
)  # fmt: skip
#: What takes part in more than these is optional, and seldom there.
_COMPARED = 3
_NOT_OPERANDS = {"out", "generator"}


def tell_mixed(run: Run, name: str, args: Arguments, node: ast.AST) -> frozenset[Refusal]:
    """Tell of operands that torch does not mix in a function.

    Args:
        run: the run.
        name: the function, below `torch`.
        args: what it is given, the receiver of a method among it.
        node: the call.

    Returns:
        Why gradients of the result cannot be computed, if that is so.
    """
    name = _computed(name, args)
    index = index_of(f"torch.{name.removesuffix('_')}")
    positions = set() if index is None else {index.position, index.keyword}
    given = [(key, argument) for key, argument in _operands(args)][:_COMPARED]
    operands: Operands = [(each.node, each.value) for _, each in given]
    typed: Operands = [(each.node, each.value) for key, each in given if key not in positions]
    if wants_one_dtype(name):
        tell_clash(run, node, None, typed)
    if wants_one_device(name):
        operands = [*operands, *_elements(run, operands)]
        tell_device_clash(run, node, None, operands, elementwise=name not in _WITH_AXES)
    return refused_later(run, node, typed) if refuses_backward(name) else frozenset()


def _operands(args: Arguments) -> Iterator[tuple[int | str, Argument]]:
    """The arguments that may be, or hold, tensors, by place and name."""
    named: list[tuple[int | str, Argument]] = [
        *enumerate(args.positional),
        *(each for each in args.keywords.items() if each[0] not in _NOT_OPERANDS),
    ]
    for key, argument in named:
        if argument.value.without(Constant, Plain):
            yield key, argument


def _computed(name: str, args: Arguments) -> str:
    """The function that computes it: `cross_entropy` takes classes as `nll_loss` does."""
    if name != "nn.functional.cross_entropy":
        return name
    target = args.value(1, "target")
    found = target.alternatives if target is not None else ()
    counting = [
        isinstance(each, Tensor) and all(can_require_grad(dtype) is False for dtype in each.dtype)
        for each in found
    ]
    return "nn.functional.nll_loss" if counting and all(counting) else name


def _elements(run: Run, given: Operands) -> Operands:
    """The elements of lists and tuples that are written out: those of `torch.cat([a, b])`."""
    found: list[tuple[ast.expr | None, Value]] = []
    for node, _ in given:
        if isinstance(node, (ast.List, ast.Tuple)):
            for element in node.elts:
                if isinstance(element, ast.Starred):
                    found.append((element, iterate(run, run.peek(element.value))))
                else:
                    found.append((element, run.peek(element)))
    return found
