"""What is learnt of a value without an assignment: by a test, by a change in place."""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace

from flake8_tensorconv.contents import keyed, paths, rebuilding
from flake8_tensorconv.contents.paths import constant_key
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.array_layout import read_only, writable_again
from flake8_tensorconv.lattice.facts import any_grad, limit_grad
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.objects import PARAMETERS, Kind, Object
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Grad,
    Ref,
    Tensor,
    Value,
    value,
)


def refine(run: Run, node: ast.expr, new: Value) -> None:
    """Remember more about an expression, without an assignment having taken place."""
    if isinstance(node, ast.NamedExpr):
        node = node.target
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        # x.mul_(a).add_(b): the second one changes x as well.
        if not node.func.attr.endswith("_"):
            return
        node = node.func.value
    if isinstance(node, ast.Name):
        old = run.lookup(node.id)
        if old is not None:
            run.assign(node.id, new)
            rebuilding.narrowed(run, node.id, old, new)
    elif isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            holder = run.evaluate(node.value)
            refs = holder.of(Ref)
            if refs.alternatives and len(refs.alternatives) == len(holder.alternatives):
                set_attribute(run, refs, node.attr, new)
                return
        else:
            holder = run.evaluate(node.value)
            if _refine_item(run, node, holder, new):
                return
        paths.remember(run, node, new)


def _refine_item(run: Run, node: ast.Subscript, holder: Value, new: Value) -> bool:
    """Know more about an item of a list or dict; False if that is not what it is."""
    refs = [e for e in holder.alternatives if isinstance(e, Ref)]
    if not refs or len(refs) < len(holder.alternatives):
        return False
    key = constant_key(node)
    if key is None and len(refs) == 1 and keyed.recall(run, node, refs[0]) is not None:
        keyed.remember(run, node, refs[0], new)
        return True
    for ref in refs:
        held = run.object(ref)
        if held.kind is Kind.INSTANCE:
            return False
        if key is not None and (key in held.items or held.kind is Kind.DICT):
            run.store(ref, held.with_item(key, new))
        elif any(isinstance(e, Tensor) for e in new.alternatives):
            items = {k: join(v, new) for k, v in held.items.items()} if key is None else held.items
            run.store(ref, replace(held, items=items, rest=join(held.rest, new)))
    return True


def refine_holders(
    run: Run, node: ast.expr, keep: Callable[[Alternative], Sequence[Alternative]]
) -> None:
    """What a test of `m.weight` tells of `m`: it is one of those whose weight may pass it.

    Args:
        run: the run.
        node: what is tested.
        keep: what the test leaves of an alternative of it.
    """
    if not isinstance(node, ast.Attribute):
        return
    holder = run.peek(node.value)
    if len(holder.alternatives) < 2 or len(holder.of(Ref).alternatives) < len(holder.alternatives):
        return
    kept = []
    for each in holder.alternatives:
        held = run.attribute(value(each), node.attr, node)
        if not held.alternatives or any(keep(one) for one in held.alternatives):
            kept.append(each)
    if 0 < len(kept) < len(holder.alternatives):
        refine(run, node.value, Value(tuple(kept)))


def set_attribute(run: Run, refs: Value, name: str, new: Value) -> None:
    """Know an attribute of objects."""
    for ref in refs.alternatives:
        assert isinstance(ref, Ref)
        held = run.object(ref)
        old = held.items.get(name) if len(refs.alternatives) > 1 else None
        if held.kind is Kind.INSTANCE:
            stored = _as_buffer(held, name, new)
            held = _one_of_many(held, name, new)
            run.store(ref, held.with_item(name, stored if old is None else join(old, stored)))


def _as_buffer(held: Object, name: str, new: Value) -> Value:
    """What is stored where a module has a buffer is that buffer from now on."""
    before = held.items.get(name)
    if before is None or not any(tensor.role == "buffer" for tensor in before.tensors):
        return new
    return new.with_tensors(lambda t: replace(t, role="buffer"))


def _one_of_many(held: Object, name: str, new: Value) -> Object:
    """One of the parameters that are not told apart is replaced, and perhaps all of them are."""
    joint = held.items.get(PARAMETERS)
    if joint is None or name in held.items or not new.tensors:
        return held
    device = functools.reduce(operator.or_, (t.device for t in new.tensors))
    return held.with_item(
        PARAMETERS, joint.with_tensors(lambda t: replace(t, device=t.device | device))
    )


def set_writable(
    run: Run,
    node: ast.expr,
    holder: Value,
    writable: bool | None,
    at: ast.AST,
) -> None:
    """`a.flags.writeable = ...` and `a.setflags(write=...)`: what `a` is from now on."""
    if writable is not None:
        changed = [
            each
            if not isinstance(each, Array)
            else writable_again(each)
            if writable
            else read_only(each, at)
            for each in holder.alternatives
        ]
        refine(run, node, Value(tuple(changed)))


def write_into(run: Run, node: ast.expr, holder: Value, written: Value) -> None:
    """`x[...] = y`, `x.copy_(y)`: `x` keeps device and dtype but joins y's graph."""
    sources = tuple(t for t in written.tensors if t.sure or t.grad & Grad.YES)
    if not sources or not run.state.grad_mode & Grad.YES:
        return
    changed = []
    for tensor in holder.tensors:
        grad = limit_grad(any_grad([tensor, *sources]), tensor.dtype)
        reason = tensor.grad_reason
        if grad & Grad.YES and not tensor.grad & Grad.YES:
            reason = next((s.grad_reason for s in sources if s.grad & Grad.YES), reason)
        changed.append(replace(tensor, grad=grad, grad_reason=reason))
    new = Value((*holder.without(Tensor).alternatives, *changed))
    if new != holder:
        refine(run, node, new)
