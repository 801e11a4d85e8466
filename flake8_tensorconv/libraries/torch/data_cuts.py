"""Parameters that a module uses by their `.data` only, and that are therefore never trained."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.engine.asking import is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.computations import GradientCut
from flake8_tensorconv.index.syntax import children
from flake8_tensorconv.knowledge.dtypes import can_require_grad
from flake8_tensorconv.knowledge.trained import ASKED, MAKING
from flake8_tensorconv.lattice.values import Grad, Tensor, Value
from flake8_tensorconv.libraries.torch.structure import is_module_class
from flake8_tensorconv.locations.provenance import Cut, Reason


def cut_by_data(run: Run, tensor: Tensor, node: ast.AST) -> frozenset[Cut]:
    """The cut that `self.name.data` makes if that is a parameter of the module."""
    if _own_name(node) is None or not isinstance(node, ast.Attribute):
        return tensor.cuts
    trained = tensor.role == "parameter" and tensor.sure and tensor.grad == Grad.YES
    if not trained or run.state.grad_mode != Grad.YES:
        return tensor.cuts
    return frozenset({Cut(node, run.stack, crossed=False)})


def tell_returned(run: Run, given: Value, node: ast.AST) -> None:
    """`forward` returns what was computed from the `.data` of a parameter.

    Not if the module uses the parameter itself as well, or changes it by hand: then it may know
    what it is doing, as a straight-through estimator or a running mean does.
    """
    program = run.program
    within = run.stack[-1] if run.stack else None
    if within is None or not program.is_forward(within):
        return
    owner = program.owner_of(within)
    if owner is None or not is_module_class(owner):
        return
    if not is_told(run) or run.state.grad_mode != Grad.YES:
        return
    for each in given.tensors:
        if all(can_require_grad(name) is False for name in each.dtype):
            continue
        for found in each.cuts:
            name = _own_name(found.call)
            if name is None:
                continue
            if not any(_is_used(info.node, name) for info in program.classes.values()):
                assert isinstance(found.call, ast.Attribute)
                use = Reason(node, f"`{{code}}` gives no gradient to `self.{name}`")
                call = found.call
                program.tell(GradientCut(call, call, call.value, use))


def _own_name(node: ast.AST) -> str | None:
    """The name of `self.name.data`."""
    match node:
        case ast.Attribute(
            value=ast.Attribute(value=ast.Name(id="self"), attr=name),
            attr="data",
        ):
            return name
        case _:
            return None


def _is_used(node: ast.AST, name: str) -> bool:
    """Is `self.name` used otherwise than by reading its `.data`, or changed through that?"""
    match node:
        case ast.FunctionDef(name=method) | ast.AsyncFunctionDef(name=method):
            if method.startswith(MAKING):
                return False
        case ast.Assign(targets=targets, value=given):
            if any(_own_name(each) == name for target in targets for each in _path(target)):
                return True
            looked_at = [each for each in targets if not _is_own(each, name)]
            return any(_is_used(each, name) for each in (*looked_at, given))
        case ast.AugAssign(target=target):
            if any(_own_name(each) == name for each in _path(target)):
                return True
        case ast.Call(func=ast.Attribute(value=changed, attr=method)):
            if method.endswith("_") and any(_own_name(each) == name for each in _path(changed)):
                return True
        case ast.Attribute(value=inner, attr=asked) if _is_own(inner, name):
            return asked != "data" and asked not in ASKED
        case _ if _is_own(node, name):
            return True
    return any(_is_used(child, name) for child in children(node))


def _is_own(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr=found):
            return found == name
        case _:
            return False


def _path(node: ast.AST) -> Iterator[ast.AST]:
    """`a.b[c]`, `a.b` and `a`."""
    yield node
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
        yield node
