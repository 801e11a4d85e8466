"""What is inside of things: iteration, unpacking and subscripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from flake8_tensorconv.analysis import memory
from flake8_tensorconv.analysis.arguments import pass_values
from flake8_tensorconv.analysis.array_layout import indexed, is_dots, plain, row
from flake8_tensorconv.analysis.datasets import SAMPLE, is_from_torchvision
from flake8_tensorconv.analysis.facts import in_mode
from flake8_tensorconv.analysis.joins import join, join_all
from flake8_tensorconv.analysis.keys import is_one_of_classes, key_value, known_key
from flake8_tensorconv.analysis.loaders import batches
from flake8_tensorconv.analysis.paths import constant_key
from flake8_tensorconv.analysis.run import TOLD_APART, Run
from flake8_tensorconv.analysis.scalars import numpy_scalar
from flake8_tensorconv.analysis.scopes import ClassInfo
from flake8_tensorconv.analysis.shapes import indexed_ndim, picked_ndim
from flake8_tensorconv.analysis.state import PARAMETERS
from flake8_tensorconv.analysis.storages import sliced_storages, views
from flake8_tensorconv.analysis.values import (
    INTEGER,
    NOTHING,
    NUMBER,
    STRING,
    UNKNOWN,
    Alternative,
    Array,
    Class,
    Constant,
    Layout,
    Many,
    Otherwise,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)


def iterate(run: Run, iterated: Value, node: cst.CSTNode | None = None) -> Value:
    """What one round of a loop over the value gets."""
    if len(iterated.alternatives) == 1:
        return _element(run, iterated.alternatives[0], node)
    return join_all(_element(run, each, node) for each in iterated.alternatives)


def collect(run: Run, iterated: Value, node: cst.CSTNode) -> Value:
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
    return held.kind == "lazy" or held.cls == "torch.utils.data.DataLoader"


def _element(run: Run, whole: Alternative, node: cst.CSTNode | None) -> Value:
    match whole:
        case Tensor():
            rows = views(whole.storages, dense=True)
            fewer = None if whole.ndim is None else max(whole.ndim - 1, 0)
            return value(replace(whole, role="", owner=None, storages=rows, ndim=fewer))
        case Array():
            rows = views(whole.storages, dense=True)
            memory.read(run, value(whole), node or cst.Name("_"))
            if whole.ndim == 1:
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
        case Plain():
            return value(Plain("object"))
        case Otherwise(what=Constant()):
            return NOTHING
        case Otherwise():
            return value(Otherwise())
        case _:
            return UNKNOWN


def _element_of_object(run: Run, ref: Ref, node: cst.CSTNode | None) -> Value:
    held = run.object(ref)
    if held.kind == "dict":
        keys = [value(Constant(k)) for k in held.items if isinstance(k, (str, int, float))]
        return join_all(keys) if not held.rest.alternatives else join(STRING, join_all(keys))
    if held.kind == "lazy":
        elements = run.program.lazies.pop(ref.address, None)
        if elements is None:  # being computed already: an iterator that feeds itself
            return NOTHING
        given = elements(run)
        run.program.lazies[ref.address] = elements
        return given if node is None else memory.handed_on(run, given, node)
    if held.kind != "instance":
        return held.elements()
    if held.cls == "torch.utils.data.DataLoader":
        return batches(run, ref, node)
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


def _iterated(run: Run, iterator: Value, origin: Ref) -> Value:
    return join_all(
        UNKNOWN if each == origin else _element(run, each, None) for each in iterator.alternatives
    )


#: Of a tuple, list or dict at most as many elements are looked at one by one.
_MAX_UNROLLED = 8


def known_elements(run: Run, iterated: Value) -> list[Value] | None:
    """The elements in order if they are known one by one and are few."""
    only = iterated.alternatives[0] if len(iterated.alternatives) == 1 else None
    items: list[Value] | None = None
    if isinstance(only, Tuple):
        items = list(only.items)
    elif isinstance(only, Ref):
        held = run.object(only)
        if held.single and not held.rest and held.kind in ("list", "dict"):
            if held.kind == "list":
                items = list(held.items.values())
            else:
                items = list(map(key_value, held.items))
    return items if items and len(items) <= _MAX_UNROLLED else None


def unpack(run: Run, whole: Value, count: int) -> list[Value]:
    """The parts of an unpacking into `count` targets."""
    parts = [NOTHING] * count
    for each in whole.alternatives:
        if isinstance(each, Tuple) and len(each.items) == count:
            found = list(each.items)
        elif isinstance(each, Ref):
            held = run.object(each)
            fixed = [held.items.get(i) for i in range(count)]
            if _makes_elements(run, each) and run.program.tracks_memory:
                found = _one_by_one(run, each, count)
            elif held.kind == "list" and not held.rest.alternatives and None not in fixed:
                found = [v for v in fixed if v is not None]
            elif isinstance(held.cls, ClassInfo) and len(held.items) == count:
                found = list(held.items.values())
            else:
                found = [_element(run, each, None)] * count
        else:
            found = [_element(run, each, None)] * count
        parts = [join(a, b) for a, b in zip(parts, found)]
    return parts


def _one_by_one(run: Run, ref: Ref, count: int) -> list[Value]:
    """The elements of an iterator, each made after the one before."""
    found: list[Value] = []
    run.program.loops.append(0)
    for number in range(count):
        run.program.loops[-1] = number
        found.append(_element(run, ref, None))
    run.program.loops.pop()
    return found


def subscript(run: Run, receiver: Value, node: cst.Subscript) -> Value:
    """What `receiver[...]` may be."""
    key = constant_key(node)
    index: list[Value] = []
    basic = True
    for element in node.slice:
        if isinstance(element.slice, cst.Slice):
            for bound in (element.slice.lower, element.slice.upper, element.slice.step):
                if bound is not None:
                    run.evaluate(bound)
        else:
            assert isinstance(element.slice, cst.Index)
            given = run.evaluate(element.slice.value)
            if not is_dots(element.slice):
                index.append(given)
            basic = basic and _is_basic(run, given)
    sliced = any(isinstance(element.slice, cst.Slice) for element in node.slice)
    return join_all(
        _item(run, each, node, key, basic, sliced, index) for each in receiver.alternatives
    )


def _is_basic(run: Run, index: Value) -> bool:
    """Is it surely no fancy index (a tensor, array or list)?"""
    return not any(
        isinstance(each, (Array, Tuple, Many))
        or (isinstance(each, Tensor) and each.sure)
        or (isinstance(each, Ref) and run.object(each).kind in ("list", "set"))
        for each in index.alternatives
    )


def _item(
    run: Run,
    whole: Alternative,
    node: cst.Subscript,
    key: object | None,
    basic: bool,
    sliced: bool,
    index: list[Value],
) -> Value:
    match whole:
        case Tensor(sure=False) if isinstance(key, str):
            storages = frozenset(replace(s, entry=(*s.entry, key)) for s in whole.storages)
            return value(replace(whole, role="", owner=None, storages=storages))
        case Tensor():
            return value(index_tensor(run, whole, node, basic, index))
        case Array():
            if isinstance(key, str):  # a field of a record
                return value(Array(storages=whole.storages, ndim=whole.ndim, sure=False))
            if basic:
                return _part_of_array(run, whole, node, index)
            memory.read(run, value(whole), node)
            ndim = picked_ndim(run, whole.ndim, node, index)
            return value(replace(plain(whole), storages=run.fresh(node), ndim=ndim))
        case Tuple(items=items):
            if isinstance(key, int) and -len(items) <= key < len(items):
                return items[key]
            if sliced:
                return _slice_of_tuple(whole, node)
            return join_all(items)
        case Many(element=element):
            return value(whole) if sliced else element
        case Ref():
            return _item_of_object(run, whole, node, key, sliced, index)
        case Constant(value=str()) | Plain(what="str"):
            return STRING
        case Symbol() | Class():
            return value(whole)
        case Constant():
            return NOTHING
        case Plain(what="number" | "int" | "bool"):
            return NOTHING
        case Plain():
            return value(Plain("object"))
        case Otherwise(what=Constant()):
            return NOTHING
        case Otherwise():
            return value(Otherwise())
        case _:
            return UNKNOWN


def _part_of_array(run: Run, whole: Array, node: cst.Subscript, index: list[Value]) -> Value:
    """What basic indices give: a view, or a copy of a single element."""
    storages = sliced_storages(whole.storages, node)
    sliced = any(isinstance(element.slice, cst.Slice) for element in node.slice)
    if index == [value(Plain("slice"))]:
        return value(replace(plain(whole), storages=storages))
    if not all(map(_is_known_index, index)):
        # Whatever it is, it may be a number, a slice, or an array of numbers.
        memory.read(run, value(replace(whole, storages=storages)), node)
        unknown = replace(plain(whole), storages=storages if sliced else frozenset(), ndim=None)
        return value(unknown) if sliced else value(unknown, Plain("number"))
    ndim = indexed_ndim(whole.ndim, node)
    if ndim == 0 or (ndim is None and not sliced):
        # One element of a vector is a copy, one row of a matrix a view: which may not be known.
        memory.read(run, value(replace(whole, storages=storages)), node)
        if ndim == 0:
            return numpy_scalar(whole.dtype)
        return value(replace(indexed(whole, node), storages=frozenset()), Plain("number"))
    return value(replace(indexed(whole, node), storages=storages, ndim=ndim))


def _is_known_index(index: Value) -> bool:
    """Is it surely a number, `...`, or something that adds an axis?"""
    return all(
        (isinstance(each, Constant) and not isinstance(each.value, (str, bytes)))
        or (isinstance(each, Plain) and each.what in ("number", "int", "bool", "newaxis"))
        for each in index.alternatives
    )


def index_tensor(
    run: Run, whole: Tensor, node: cst.CSTNode, basic: bool, index: Sequence[Value]
) -> Tensor:
    """A slice or element of a tensor: a view for basic indices, else a computed copy."""
    if basic:
        storages = sliced_storages(whole.storages, node)
        ndim = indexed_ndim(whole.ndim, node) if isinstance(node, cst.Subscript) else None
        return replace(whole, role="", owner=None, storages=storages, ndim=ndim)
    memory.read(run, value(whole), node)
    return replace(
        whole,
        role="",
        owner=None,
        grad=in_mode(whole.grad, run.state.grad_mode),
        layout=whole.layout & Layout.SPARSE or Layout.STRIDED,
        storages=run.fresh(node),
        ndim=picked_ndim(run, whole.ndim, node, index),
    )


def _bound(node: cst.BaseExpression | None, default: int | None) -> int | None:
    if node is None:
        return default
    sign = 1
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        node, sign = node.expression, -1
    if isinstance(node, cst.Integer):
        return sign * int(node.value, 0)
    raise ValueError("not a literal bound")


def _slice_of_tuple(whole: Tuple, node: cst.Subscript) -> Value:
    bounds = node.slice[0].slice
    if len(node.slice) > 1 or not isinstance(bounds, cst.Slice):
        return UNKNOWN  # `x[..., :1]`: then it is no tuple
    try:
        taken = slice(
            _bound(bounds.lower, None), _bound(bounds.upper, None), _bound(bounds.step, None)
        )
    except ValueError:
        return value(Many(join_all(whole.items)))
    return value(Tuple(whole.items[taken]))


def _item_of_object(
    run: Run, ref: Ref, node: cst.Subscript, key: object | None, sliced: bool, index: list[Value]
) -> Value:
    held = run.object(ref)
    if held.kind == "instance":
        if isinstance(held.cls, ClassInfo):
            getter = run.attribute(value(ref), "__getitem__", node)
            if getter.alternatives and not getter.is_unknown:
                return run.call(getter, pass_values(*index), node)
        if held.cls == "torch.nn.ModuleDict" and key in held.items:
            return held.items[key]
        if isinstance(held.cls, str) and held.cls.startswith("torch.nn"):
            children = {k: v for k, v in held.items.items() if k != PARAMETERS}
            if key in children:
                return children[key]
            return join(join_all(children.values()), held.rest) or UNKNOWN
        return SAMPLE if is_from_torchvision(held.cls) else UNKNOWN
    if sliced:
        return value(ref)
    if key is None and len(index) == 1:
        if is_one_of_classes(index[0]):
            return UNKNOWN
        key = known_key(index[0])
    keys = [c.value for v in index for c in v.constants]
    if len(keys) > 1 and len(index) == 1 and len(keys) == len(index[0].alternatives):
        if all(k in held.items for k in keys):
            return join_all(held.items[k] for k in keys)
    if key is not None and key in held.items:
        found = held.items[key]
        return (
            found if held.kind == "dict" else join(found, held.rest) if not held.single else found
        )
    if held.kind == "list" and isinstance(key, int) and key < 0 and not held.rest.alternatives:
        return held.items.get(len(held.items) + key, held.elements())
    found = held.rest if key is not None and held.kind == "dict" else held.elements()
    if not found.alternatives:
        return held.elements() if held.kind == "dict" and held.items and key is None else UNKNOWN
    return found
