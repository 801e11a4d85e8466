"""Subscripts: what `x[...]` is, whatever x may be."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from flake8_tensorconv.contents import keyed
from flake8_tensorconv.contents.datasets import SAMPLE, is_from_torchvision
from flake8_tensorconv.contents.paths import constant_key
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import indexed_ndim, picked_ndim
from flake8_tensorconv.hazards.items import tell_index
from flake8_tensorconv.index.syntax import subscripts, unstarred
from flake8_tensorconv.knowledge.figures import AXES
from flake8_tensorconv.lattice.arguments import pass_values
from flake8_tensorconv.lattice.array_layout import indexed, is_dots, plain
from flake8_tensorconv.lattice.facts import in_mode, part_of
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.keys import is_one_of_classes, known_index, known_key
from flake8_tensorconv.lattice.objects import PARAMETERS, Kind, Object
from flake8_tensorconv.lattice.scalars import gives_objects, numpy_scalar
from flake8_tensorconv.lattice.storages import field_of, member, sliced_storages
from flake8_tensorconv.lattice.values import (
    NOTHING,
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
from flake8_tensorconv.libraries.torch.structure import held_by
from flake8_tensorconv.locations.scopes import ClassInfo
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.memory.indices import in_latest_turn, index_of


def subscript(run: Run, receiver: Value, node: ast.Subscript) -> Value:
    """What `receiver[...]` may be."""
    key = constant_key(node)
    index: list[Value] = []
    basic = True
    for element in map(unstarred, subscripts(node)):
        if isinstance(element, ast.Slice):
            for bound in (element.lower, element.upper, element.step):
                if bound is not None:
                    run.evaluate(bound)
        else:
            given = run.evaluate(element)
            if not is_dots(element):
                index.append(given)
            basic = basic and _is_basic(run, given)
            tell_index(run, node, receiver, element, given)
    sliced = _is_sliced(node)
    return join_all(
        _item(run, each, node, key, basic, sliced, index) for each in receiver.alternatives
    )


def _is_sliced(node: ast.Subscript) -> bool:
    return any(isinstance(element, ast.Slice) for element in subscripts(node))


def _is_basic(run: Run, index: Value) -> bool:
    """Is it surely no fancy index (a tensor, array or list)?"""
    return not any(
        isinstance(each, (Array, Tuple, Many))
        or (isinstance(each, Tensor) and each.sure)
        or (isinstance(each, Ref) and run.object(each).kind in (Kind.LIST, Kind.SET))
        for each in index.alternatives
    )


def _item(
    run: Run,
    whole: Alternative,
    node: ast.Subscript,
    key: object | None,
    basic: bool,
    sliced: bool,
    index: list[Value],
) -> Value:
    match whole:
        case Tensor(sure=False) if isinstance(key, str):
            storages = frozenset(replace(s, entry=(*s.entry, key)) for s in whole.storages)
            return value(replace(part_of(whole), role="", owner=None, storages=storages))
        case Tensor(ndim=0) if key is not None:
            return NOTHING  # raises before anything can be made of it
        case Tensor():
            return value(index_tensor(run, part_of(whole), node, basic, index))
        case Array():
            if isinstance(key, str):
                loaded = _is_archive(run, whole)
                storages = run.fresh(node) if loaded else field_of(whole.storages, key)
                return value(Array(storages=storages, ndim=whole.ndim, sure=False))
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
            place = known_key(index[0]) if len(index) == 1 else None
            if isinstance(place, int) and -len(items) <= place < len(items):
                return items[place]
            return join_all(items)
        case Many(items=items) if isinstance(key, int) and -len(items) <= key < len(items):
            return items[key]
        case Many(element=element):
            listed = replace(whole, items=())
            return value(listed) if sliced else member(element, index_of(run, node))
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


def _is_archive(run: Run, whole: Array) -> bool:
    """May it be an archive, which reads another array each time that it is asked for one?"""
    made_by = {each.node for each in whole.storages}
    return any(isinstance(call, ast.Call) and _is_load(run, call) for call in made_by)


def _is_load(run: Run, call: ast.Call) -> bool:
    return run.peek(call.func).alternatives == (Symbol("numpy.load"),)


def _part_of_array(run: Run, whole: Array, node: ast.Subscript, index: list[Value]) -> Value:
    """What basic indices give: a view, or a copy of a single element."""
    storages = sliced_storages(whole.storages, node, index_of(run, node))
    sliced = _is_sliced(node)
    if index == [value(Plain("slice"))]:
        return value(replace(plain(whole), storages=storages))
    if not sliced and gives_objects(whole, len(index)):
        return UNKNOWN
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
    run: Run, whole: Tensor, node: ast.AST, basic: bool, index: Sequence[Value]
) -> Tensor:
    """A slice or element of a tensor: a view for basic indices, else a computed copy."""
    if basic:
        where = index_of(run, node) if whole.storages and isinstance(node, ast.Subscript) else None
        storages = sliced_storages(whole.storages, node, where)
        ndim = indexed_ndim(whole.ndim, node) if isinstance(node, ast.Subscript) else None
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


def _bound(node: ast.expr | None, default: int | None) -> int | None:
    if node is None:
        return default
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node, sign = node.operand, -1
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return sign * node.value
    raise ValueError("not a literal bound")


def _slice_of_tuple(whole: Tuple, node: ast.Subscript) -> Value:
    if not isinstance(node.slice, ast.Slice):
        return UNKNOWN  # `x[..., :1]`: then it is no tuple
    taken = _literal_slice(node.slice)
    return value(Many(join_all(whole.items)) if taken is None else Tuple(whole.items[taken]))


def _literal_slice(bounds: ast.Slice) -> slice | None:
    """A slice whose bounds are spelled out, else None."""
    try:
        return slice(
            _bound(bounds.lower, None), _bound(bounds.upper, None), _bound(bounds.step, None)
        )
    except ValueError:
        return None


def _slice_of_list(run: Run, ref: Ref, node: ast.Subscript) -> Value:
    """A part of a list; the list itself stands for it if its elements are not known in order."""
    held = run.object(ref)
    taken = _literal_slice(node.slice) if isinstance(node.slice, ast.Slice) else None
    known = held.kind is Kind.LIST and held.single and held.items and not held.rest
    if taken is None or not known or held.fewer:
        return value(ref)
    items = list(held.items.values())[taken]
    return run.allocate(node, Object(Kind.LIST, items=dict(enumerate(items))))


#: Modules that hold others, or parameters, under keys.
_DICTS = {"torch.nn.ModuleDict", "torch.nn.ParameterDict"}


def _item_of_object(
    run: Run, ref: Ref, node: ast.Subscript, key: object | None, sliced: bool, index: list[Value]
) -> Value:
    held = run.object(ref)
    if held.kind is Kind.INSTANCE:
        if isinstance(held.cls, ClassInfo):
            getter = run.attribute(value(ref), "__getitem__", node)
            if getter.alternatives and not getter.is_unknown:
                return run.call(getter, pass_values(*index), node)
        if held.cls in _DICTS and key in held.items:
            return held_by(ref, str(key), held.items[key])
        if isinstance(held.cls, str) and held.cls.startswith("torch.nn"):
            children = {k: v for k, v in held.items.items() if k != PARAMETERS}
            if key in children:
                return children[key]
            return join(join_all(children.values()), held.rest) or UNKNOWN
        return SAMPLE if is_from_torchvision(held.cls) else UNKNOWN
    if sliced:
        return _slice_of_list(run, ref, node)
    if key is None and len(index) == 1:
        if is_one_of_classes(index[0]):
            return UNKNOWN
        key = known_key(index[0])
        if key is None and any(isinstance(each, (Symbol, Class)) for each in held.items):
            return UNKNOWN
        if isinstance(key, (Symbol, Class)) and key not in held.items:
            return UNKNOWN  # what is there is for other classes
    if key is None and len(index) > 1 and held.kind is Kind.DICT:
        key = known_index(index)
    if key is None or key not in held.items:
        stored = keyed.recall(run, node, ref)
        if stored is not None:
            return stored
    keys = [c.value for v in index for c in v.constants]
    if len(keys) > 1 and len(index) == 1 and len(keys) == len(index[0].alternatives):
        if all(k in held.items for k in keys):
            return join_all(held.items[k] for k in keys)
    if key is not None and key in held.items:
        found = in_latest_turn(run, node.value, held.items[key])
        return (
            found
            if held.kind is Kind.DICT
            else join(found, held.rest)
            if not held.single
            else found
        )
    if held.kind is Kind.LIST and isinstance(key, int) and key < 0 and not held.rest.alternatives:
        return held.items.get(len(held.items) + key, held.elements())
    found = held.rest if key is not None and held.kind is Kind.DICT else held.elements()
    if not found.alternatives:
        return held.elements() if held.kind is Kind.DICT and held.items and key is None else UNKNOWN
    return member(found, index_of(run, node))
