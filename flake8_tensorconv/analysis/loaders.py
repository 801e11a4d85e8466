"""What a DataLoader hands out: the items of its dataset, collated."""

from __future__ import annotations

import ast

from flake8_tensorconv.analysis import memory
from flake8_tensorconv.analysis.arguments import Arguments, pass_values
from flake8_tensorconv.analysis.joins import join_all
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.scopes import ClassInfo
from flake8_tensorconv.analysis.state import Object
from flake8_tensorconv.analysis.storages import entered
from flake8_tensorconv.analysis.values import (
    NOTHING,
    NUMBER,
    UNKNOWN,
    Alternative,
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
    value,
)

LOADER = "torch.utils.data.DataLoader"
DATASET = "torch.utils.data.TensorDataset"


def make_loader(run: Run, args: Arguments, node: ast.AST) -> Value:
    """`DataLoader(dataset, ...)`."""
    items = {"dataset": args.value(0, "dataset") or UNKNOWN}
    collate = args.value(6, "collate_fn")
    if collate is not None:
        items["collate_fn"] = collate
    return run.allocate(node, Object("instance", LOADER, dict(items)))


def make_dataset(run: Run, args: Arguments, node: ast.AST) -> Value:
    """`TensorDataset(a, b, ...)`."""
    parts = value(Tuple(tuple(a.value for a in args.positional)))
    if args.more is not None:
        parts = value(Many(args.more))
    return run.allocate(node, Object("instance", DATASET, {"tensors": parts}))


def batches(run: Run, ref: Ref, node: ast.AST | None) -> Value:
    """What one round of a loop over the loader gets."""
    held = run.object(ref)
    at = node if node is not None else _node_of(ref)
    item = join_all(
        _item(run, each, at) for each in held.items.get("dataset", UNKNOWN).alternatives
    )
    collate_fn = held.items.get("collate_fn")
    if collate_fn is not None and Constant(None) not in collate_fn.alternatives:
        return run.call(collate_fn, pass_values(value(Many(item))), at)
    return collate(run, item, at)


def _node_of(ref: Ref) -> ast.AST:
    node = ref.address.node
    assert isinstance(node, ast.AST)
    return node


def _item(run: Run, dataset: Alternative, node: ast.AST) -> Value:
    from flake8_tensorconv.analysis.elements import iterate

    if isinstance(dataset, Ref):
        held = run.object(dataset)
        if held.cls == DATASET:
            return held.items.get("tensors", UNKNOWN)
        if isinstance(held.cls, ClassInfo):
            getter = run.attribute(value(dataset), "__getitem__", node)
            if getter.alternatives and not getter.is_unknown:
                return run.call(getter, pass_values(NUMBER), node)
        elif held.kind != "instance":
            return held.elements()
        return UNKNOWN
    if isinstance(dataset, (Array, Tuple, Many)):
        return iterate(run, value(dataset))
    if isinstance(dataset, Tensor) and dataset.sure:
        return value(dataset)
    return UNKNOWN


def collate(run: Run, item: Value, node: ast.AST) -> Value:
    """What torch's default collate function makes of many such items.

    Arrays and numbers become CPU tensors, tensors are stacked, containers are kept.
    """
    return join_all(_collate(run, each, node) for each in item.alternatives)


def _collate(run: Run, each: Alternative, node: ast.AST) -> Value:
    fresh = run.fresh(node)
    memory.read(run, value(each), node)
    match each:
        case Tensor(sure=True):
            return value(Tensor(True, each.grad, each.device, each.dtype, storages=fresh))
        case Tensor():
            return value(Tensor(False, Grad.NO, Device.CPU, storages=fresh))
        case Array():
            return value(Tensor(True, Grad.NO, Device.CPU, each.dtype, storages=fresh))
        case Constant(value=bool() | int() | float()) | Plain(is_number=True):
            return value(Tensor(True, Grad.NO, Device.CPU, storages=fresh))
        case Tuple(items=items):
            columns = [entered(collate(run, part, node), str(i)) for i, part in enumerate(items)]
            return value(Tuple(tuple(columns)))
        case Many(element=element):
            return value(Many(collate(run, element, node)))
        case Ref():
            held = run.object(each)
            if held.kind == "instance":
                return UNKNOWN
            parts = {
                key: entered(collate(run, part, node), str(key)) for key, part in held.items.items()
            }
            rest = collate(run, held.rest, node) if held.rest.alternatives else NOTHING
            return run.allocate(node, Object(held.kind, items=parts, rest=rest), tag=_node_of(each))
        case _:
            return value(each)
