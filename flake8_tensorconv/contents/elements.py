"""What is inside of things: iteration and unpacking."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.datasets import SAMPLE, is_from_torchvision
from flake8_tensorconv.contents.loaders import DATASET, LOADER, batches, node_of
from flake8_tensorconv.engine.run import TOLD_APART, Run
from flake8_tensorconv.knowledge.figures import AXES
from flake8_tensorconv.lattice.arguments import pass_values
from flake8_tensorconv.lattice.array_layout import row
from flake8_tensorconv.lattice.facts import part_of
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.keys import key_value
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.scalars import gives_objects, numpy_scalar
from flake8_tensorconv.lattice.storages import elements, member
from flake8_tensorconv.lattice.values import (
    INTEGER,
    NOTHING,
    NUMBER,
    STRING,
    UNKNOWN,
    Alternative,
    Array,
    Constant,
    Many,
    Otherwise,
    Plain,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.locations.regions import Index
from flake8_tensorconv.locations.scopes import ClassInfo
from flake8_tensorconv.memory import sharing as memory


def iterate(run: Run, iterated: Value, node: ast.AST | None = None) -> Value:
    """What one round of a loop over the value gets."""
    if len(iterated.alternatives) == 1:
        return _element(run, iterated.alternatives[0], node)
    return join_all(_element(run, each, node) for each in iterated.alternatives)


def collect(run: Run, iterated: Value, node: ast.AST) -> Value:
    """All elements at once, as `list(...)` takes them: making a later one may change an earlier."""
    made_late = any(isinstance(e, Ref) and _makes_elements(run, e) for e in iterated.alternatives)
    if not made_late or not run.program.tracks_memory:
        return iterate(run, iterated, node)
    result = NOTHING
    run.program.loops.append(0)
    for number in range(TOLD_APART):
        run.program.loops[-1] = number
        result = join(result, memory.kept(run, iterate(run, iterated, node), node))
    run.program.loops.pop()
    return result


def _makes_elements(run: Run, ref: Ref) -> bool:
    """Are its elements computed only when they are asked for?"""
    held = run.object(ref)
    return held.kind is Kind.LAZY or held.cls == LOADER


def _element(run: Run, whole: Alternative, node: ast.AST | None) -> Value:
    match whole:
        case Tensor():
            rows = elements(whole.storages)
            fewer = None if whole.ndim is None else max(whole.ndim - 1, 0)
            part = part_of(whole)
            return value(replace(part, role="", owner=None, storages=rows, ndim=fewer))
        case Array():
            rows = elements(whole.storages)
            memory.read(run, value(whole), node or ast.Name("_"))
            if whole.ndim == 1 or gives_objects(whole, 1):
                return numpy_scalar(whole.dtype)
            if whole.ndim is None:
                return value(replace(row(whole), storages=frozenset()), Plain("number"))
            return value(replace(row(whole), storages=rows, ndim=max(whole.ndim - 1, 0)))
        case Tuple(items=items):
            return join_all(items)
        case Many(element=element):
            return element
        case Constant(value=str()):
            return STRING
        case Plain(what="str"):
            return STRING
        case Plain(what="range"):
            return INTEGER
        case Plain(what="number" | "int"):
            return NUMBER
        case Ref():
            return _element_of_object(run, whole, node)
        case Constant():
            return NOTHING
        case Plain(what=what) if what == AXES:
            return value(whole)
        case Plain():
            return value(Plain("object"))
        case Otherwise(what=Constant()):
            return NOTHING
        case Otherwise():
            return value(Otherwise())
        case _:
            return UNKNOWN


def _element_of_object(run: Run, ref: Ref, node: ast.AST | None) -> Value:
    held = run.object(ref)
    if held.kind is Kind.DICT:
        keys = [value(Constant(k)) for k in held.items if isinstance(k, (str, int, float))]
        return join_all(keys) if not held.rest.alternatives else join(STRING, join_all(keys))
    if held.kind is Kind.LAZY:
        elements, computing = run.program.lazies.get(ref.address), run.program.computing
        if elements is None or ref.address in computing:  # an iterator that feeds itself
            return NOTHING
        computing.add(ref.address)
        given = elements(run)
        computing.remove(ref.address)
        return given if node is None else memory.handed_on(run, given, node)
    if held.kind is not Kind.INSTANCE:
        return held.elements()
    if held.cls == LOADER:
        at = node if node is not None else node_of(ref)
        dataset = held.items.get("dataset", UNKNOWN)
        item = join_all(_sample(run, each, at) for each in dataset.alternatives)
        return batches(run, held, item, at)
    if isinstance(held.cls, str) and held.cls.startswith("torch.nn"):
        return held.elements() or UNKNOWN
    if isinstance(held.cls, ClassInfo):
        for method in ("__iter__", "__getitem__"):
            found = run.attribute(value(ref), method, node or held.cls.node)
            if found.alternatives and not found.is_unknown:
                args = pass_values() if method == "__iter__" else pass_values(NUMBER)
                given = run.call(found, args, node or held.cls.node)
                return given if method == "__getitem__" else _iterated(run, given, ref)
        fields = held.elements()
        return fields if fields.alternatives else UNKNOWN
    return SAMPLE if is_from_torchvision(held.cls) else UNKNOWN


def _sample(run: Run, dataset: Alternative, node: ast.AST) -> Value:
    """What a dataset has under an index."""
    if isinstance(dataset, Ref):
        held = run.object(dataset)
        if held.cls == DATASET:
            return held.items.get("tensors", UNKNOWN)
        if isinstance(held.cls, ClassInfo):
            getter = run.attribute(value(dataset), "__getitem__", node)
            if getter.alternatives and not getter.is_unknown:
                return run.call(getter, pass_values(NUMBER), node)
        elif held.kind is not Kind.INSTANCE:
            return held.elements()
        return UNKNOWN
    if isinstance(dataset, (Array, Tuple, Many)):
        return iterate(run, value(dataset))
    if isinstance(dataset, Tensor) and dataset.sure:
        return value(dataset)
    return UNKNOWN


def _iterated(run: Run, iterator: Value, origin: Ref) -> Value:
    return join_all(
        UNKNOWN if each == origin else _element(run, each, None) for each in iterator.alternatives
    )


#: Of a tuple, list or dict at most as many elements are looked at one by one.
_MAX_UNROLLED = 8


#: Modules that hold others in order.
_LISTS = {"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ParameterList"}


def known_elements(run: Run, iterated: Value) -> list[Value] | None:
    """The elements in order if they are known one by one and are few."""
    expected = iterated.expected.alternatives
    only = expected[0] if len(expected) == 1 else None
    items: list[Value] | None = None
    if isinstance(only, Tuple | Many):
        items = list(only.items)
    elif isinstance(only, Ref):
        held = run.object(only)
        listed = held.kind is Kind.LIST or held.cls in _LISTS
        if held.single and not held.rest and (listed or held.kind is Kind.DICT):
            if listed:
                items = list(held.items.values())
            else:
                items = list(map(key_value, held.items))
    return items if items and len(items) <= _MAX_UNROLLED else None


def may_be_fewer(run: Run, iterated: Value) -> bool:
    """May some of the elements that are known, or all of them, be missing?"""
    return any(
        isinstance(each, Otherwise) or (isinstance(each, Ref) and run.object(each).fewer)
        for each in iterated.alternatives
    )


def unpack(run: Run, whole: Value, count: int) -> list[Value]:
    """The parts of an unpacking into `count` targets."""
    parts = [NOTHING] * count
    for each in whole.alternatives:
        if isinstance(each, Tuple | Many) and len(each.items) == count:
            found = list(each.items)
        elif isinstance(each, Ref):
            held = run.object(each)
            fixed = [held.items.get(i) for i in range(count)]
            if _makes_elements(run, each) and run.program.tracks_memory:
                found = _one_by_one(run, each, count)
            elif held.kind is Kind.LIST and not held.rest.alternatives and None not in fixed:
                found = [v for v in fixed if v is not None]
            elif isinstance(held.cls, ClassInfo) and len(held.items) == count:
                found = list(held.items.values())
            else:
                found = _members(_element(run, each, None), count)
        else:
            found = _members(_element(run, each, None), count)
        parts = [join(a, b) for a, b in zip(parts, found)]
    return parts


def _members(element: Value, count: int) -> list[Value]:
    """The elements of which nothing more is known, each another one."""
    return [member(element, Index((place,))) for place in range(count)]


def _one_by_one(run: Run, ref: Ref, count: int) -> list[Value]:
    """The elements of an iterator, each made after the one before."""
    found: list[Value] = []
    run.program.loops.append(0)
    for number in range(count):
        run.program.loops[-1] = number
        found.append(_element(run, ref, None))
    run.program.loops.pop()
    return found
