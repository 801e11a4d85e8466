"""What a DataLoader hands out: the items of its dataset, collated."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_tensorconv.engine.asking import is_caught, is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import Collated
from flake8_tensorconv.index.syntax import COMPREHENSIONS, LOOPS
from flake8_tensorconv.knowledge.numpy_dtypes import WITHOUT_TENSOR
from flake8_tensorconv.lattice.arguments import Arguments, pass_values
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.storages import entered
from flake8_tensorconv.lattice.values import (
    NONE,
    NOTHING,
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
from flake8_tensorconv.memory import sharing as memory

LOADER = "torch.utils.data.DataLoader"
DATASET = "torch.utils.data.TensorDataset"


def make_loader(run: Run, args: Arguments, node: ast.AST) -> Value:
    """`DataLoader(dataset, ...)`."""
    items = {"dataset": args.value(0, "dataset") or UNKNOWN}
    collate = args.value(6, "collate_fn")
    if collate is not None:
        items["collate_fn"] = collate
    if args.value(1, "batch_size") == NONE:  # what the dataset gives is handed on one by one
        items["batch_size"] = NONE
    return run.allocate(node, Object(Kind.INSTANCE, LOADER, dict(items)))


def make_dataset(run: Run, args: Arguments, node: ast.AST) -> Value:
    """`TensorDataset(a, b, ...)`."""
    parts = value(Tuple(tuple(a.value for a in args.positional)))
    if args.more is not None:
        parts = value(Many(args.more))
    return run.allocate(node, Object(Kind.INSTANCE, DATASET, {"tensors": parts}))


def batches(run: Run, held: Object, item: Value, node: ast.AST) -> Value:
    """What one round of a loop over a loader gets, made of the items of its dataset."""
    collate_fn = held.items.get("collate_fn")
    if collate_fn is not None and Constant(None) not in collate_fn.alternatives:
        return run.call(collate_fn, pass_values(value(Many(item))), node)
    if "batch_size" not in held.items:
        for array in _arrays(run, item):
            _tell(run, array, node)
    return collate(run, item, node)


def _arrays(run: Run, item: Value) -> Iterator[Array]:
    """The arrays that an item of a dataset surely is, or is made of."""
    for each in item.alternatives:
        if isinstance(each, Array) and each.sure:
            yield each
        elif isinstance(each, Tuple):
            for part in each.items:
                yield from _arrays(run, part)
        elif isinstance(each, Ref) and run.object(each).kind is Kind.DICT:
            for part in run.object(each).items.values():
                yield from _arrays(run, part)


def _tell(run: Run, array: Array, node: ast.AST) -> None:
    """Tell of an array of no tensor's dtype, where the batches are taken."""
    if not array.dtype <= WITHOUT_TENSOR or not is_told(run) or is_caught(run, "TypeError"):
        return
    if isinstance(node, LOOPS):
        taken = node.iter
    elif isinstance(node, COMPREHENSIONS):
        taken = node.generators[0].iter
    elif isinstance(node, ast.expr):
        taken = node
    else:
        return
    run.program.tell(Collated(taken, taken, taken, array))


def node_of(ref: Ref) -> ast.AST:
    """Where an object was made."""
    node = ref.address.node
    assert isinstance(node, ast.AST)
    return node


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
            if held.kind is Kind.INSTANCE:
                return UNKNOWN
            parts = {
                key: entered(collate(run, part, node), str(key)) for key, part in held.items.items()
            }
            rest = collate(run, held.rest, node) if held.rest.alternatives else NOTHING
            return run.allocate(node, Object(held.kind, items=parts, rest=rest), tag=node_of(each))
        case _:
            return value(each)
