"""Assignment to names, attributes, items and unpacking patterns, and what is remembered."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_tensorconv.contents import keyed, paths, rebuilding
from flake8_tensorconv.contents.elements import iterate, unpack
from flake8_tensorconv.contents.paths import constant_key
from flake8_tensorconv.contents.refining import refine, set_attribute, set_writable, write_into
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.items import tell_index, tell_stored
from flake8_tensorconv.hazards.misuse import tell_negative_step
from flake8_tensorconv.index.syntax import subscripts, unstarred
from flake8_tensorconv.interpreter.attributes import property_setters
from flake8_tensorconv.lattice.arguments import pass_values
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.keys import classes_as_keys, known_index
from flake8_tensorconv.lattice.must import Test, Twins
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.storages import (
    field_of,
    in_storages,
    sliced_storages,
    storages_of,
)
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    NOTHING,
    Class,
    Grad,
    Many,
    Method,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.torch.requires_grad import set_requires_grad, unplace
from flake8_tensorconv.libraries.torch.structure import is_module
from flake8_tensorconv.locations.scopes import ClassInfo
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.memory.indices import index_of
from flake8_tensorconv.narrowing import known_tests


def names_in(target: ast.expr) -> Iterator[str]:
    """The variables that an assignment target binds."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from names_in(unstarred(element))


def assign(run: Run, target: ast.expr, new: Value, source: ast.expr | None = None) -> None:
    """Assign to whatever stands left of an `=`, `as`, `for` or `:=`.

    Args:
        run: the run.
        target: what is assigned to.
        new: what is assigned.
        source: the expression of that, where there is one.
    """
    if isinstance(target, ast.Name):
        assign_name(run, target.id, new)
    elif isinstance(target, ast.Attribute):
        _assign_attribute(run, target, run.evaluate(target.value), new)
    elif isinstance(target, ast.Subscript):
        assign_item(run, target, new, source)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(run, target, new, source)


def assign_name(run: Run, name: str, new: Value) -> None:
    """Assign to a variable."""
    run.assign(name, new)
    _forget(run, name)


def _unpack(run: Run, target: ast.Tuple | ast.List, new: Value, source: ast.expr | None) -> None:
    elements = target.elts
    stars = [i for i, e in enumerate(elements) if isinstance(e, ast.Starred)]
    if not stars:
        sources: list[ast.expr | None] = [None] * len(elements)
        if isinstance(source, ast.Tuple) and len(source.elts) == len(elements):
            sources = [unstarred(each) for each in source.elts]
        for element, part, each in zip(elements, unpack(run, new, len(elements)), sources):
            assign(run, element, part, each)
        return
    only = new.alternatives[0] if len(new.alternatives) == 1 else None
    star, behind = stars[0], len(elements) - stars[0] - 1
    if isinstance(only, Tuple | Many) and len(only.items) >= max(len(elements) - 1, 1):
        items = only.items
        middle = value(Tuple(items[star : len(items) - behind]))
        parts = [*items[:star], middle, *items[len(items) - behind :]]
    else:
        inside = iterate(run, new)
        parts = [inside] * len(elements)
        parts[star] = value(Many(inside))
    for element, part in zip(elements, parts):
        assign(run, unstarred(element), part)


def _forget(run: Run, root: str) -> None:
    """Forget what has been remembered behind a variable, and the tests that name it."""
    paths.forget(run, root)
    keyed.forget(run, root)
    known_tests.forget(run, root)
    if run.state.get((run.frame, root, Twins)) is not None:
        run.state.set((run.frame, root, Twins), Twins())
    for frame, name in run.program.tested.get(root, ()):
        if frame is run.frame and run.state.get((frame, name, Test)) is not None:
            run.state.set((frame, name, Test), Test(None))


# Attributes and items.


def _assign_attribute(run: Run, target: ast.Attribute, holder: Value, new: Value) -> None:
    name = target.attr
    base = target.value
    if name == "writeable" and isinstance(base, ast.Attribute) and base.attr == "flags":
        set_writable(run, base.value, run.evaluate(base.value), truth_of(new), target)
        return
    known_tests.forget_attribute(run, name)
    refs = holder.of(Ref)
    if run.entered_alone:
        memory.escapes(run, new, target)
    set_attribute(run, _without_setter(run, refs, name, new, target), name, new)
    for each in holder.alternatives:
        if isinstance(each, Tensor):
            _assign_tensor_attribute(run, target, holder, name, new)
            break
        if isinstance(each, Method) and isinstance(each.receiver, Ref) and name == "data":
            # a parameter of a layer whose parameters are not told apart
            set_attribute(run, value(each.receiver), each.name, new)
        if isinstance(each, Class):
            namespace = (each.info.namespace, name)
            old: Value | None = run.state.get(namespace)
            run.state.set(namespace, new if old is None else join(old, new))
    if len(refs.alternatives) < len(holder.alternatives):
        paths.remember(run, target, new)


def _without_setter(run: Run, refs: Value, name: str, new: Value, node: ast.AST) -> Value:
    """The objects in which a value is stored; where a property sets it, its setter is called."""
    plain = []
    for ref in refs.alternatives:
        assert isinstance(ref, Ref)
        cls = run.object(ref).cls
        setters = property_setters(run, cls, name) if isinstance(cls, ClassInfo) else []
        if not setters:
            plain.append(ref)
            continue
        held = run.object(ref)  # what a test has told of the property is over
        run.store(ref, replace(held, items={k: v for k, v in held.items.items() if k != name}))
        for setter in setters:
            run.call(value(replace(setter, receiver=value(ref))), pass_values(new), node)
    return value(*plain)


def _assign_tensor_attribute(
    run: Run, target: ast.Attribute, holder: Value, name: str, new: Value
) -> None:
    if name == "requires_grad":
        known = truth_of(new)
        grad = Grad.UNKNOWN if known is None else Grad.YES if known else Grad.NO
        set_requires_grad(run, target.value, holder, grad, target)
    elif name == "data":
        changed = [
            replace(t, device=d.device, dtype=d.dtype, device_reason=d.device_reason)
            if (d := next(iter(new.tensors), None)) is not None
            else t
            for t in holder.tensors
        ]
        refine(run, target.value, Value((*holder.without(Tensor).alternatives, *changed)))
        for before, now in zip(holder.tensors, changed):
            unplace(run, before, now.device)


def assign_item(
    run: Run,
    target: ast.Subscript,
    new: Value,
    source: ast.expr | None = None,
    *,
    augmented: bool = False,
) -> None:
    """`holder[...] = new`, or `holder[...] += ...` that comes to this."""
    holder = run.evaluate(target.value)
    if not augmented:
        tell_negative_step(run, target, holder, assigned=True)
    memory.read(run, new, target)
    key = constant_key(target)
    if isinstance(key, str) and holder.is_array:
        reached = in_storages(holder, lambda held: field_of(held, str(key)))
    else:
        where = index_of(run, target) if storages_of(holder) else None
        reached = in_storages(holder, lambda held: sliced_storages(held, target, where))
    memory.changed(run, reached, target, blind=not augmented, whole=not augmented)
    written = [unstarred(e) for e in subscripts(target) if not isinstance(e, ast.Slice)]
    index = [run.evaluate(each) for each in written]
    if not augmented:
        for operand, given in zip(written, index):
            tell_index(run, target, holder, operand, given)
    if source is not None:
        tell_stored(run, target, holder, index, source, new)
    if key is None and index and len(index) == len(subscripts(target)):
        key = known_index(index)
    for each in holder.alternatives:
        if isinstance(each, Ref):
            _store_item(run, each, key, new, target, index, only=len(holder.alternatives) == 1)
    if isinstance(target.value, ast.Attribute) and target.value.attr in _OF_MODULES:
        for each in run.peek(target.value.value).alternatives:
            if isinstance(each, Ref) and is_module(run, each):
                run.store(each, run.object(each).with_rest(new))
    if any(isinstance(each, Tensor) for each in holder.alternatives):
        write_into(run, target.value, holder, new)
    if holder.is_unknown:
        paths.remember(run, target, new)


#: The dictionaries in which a module holds its parts.
_OF_MODULES = frozenset({"_modules", "_parameters", "_buffers"})


def delete_item(run: Run, target: ast.Subscript) -> None:
    """`del holder[key]`: unless it is known what is gone, anything may be."""
    holder, key = run.evaluate(target.value), constant_key(target)
    for ref in holder.of(Ref).alternatives:
        assert isinstance(ref, Ref)
        held = run.object(ref)
        if held.kind is Kind.DICT and held.single and key in held.items:
            run.store(ref, replace(held, items={k: v for k, v in held.items.items() if k != key}))
        elif held.kind is Kind.DICT:
            run.store(ref, replace(held, fewer=True))
        elif held.kind is Kind.LIST:
            run.store(ref, replace(held.in_any_order(), fewer=True))


def _store_item(
    run: Run,
    ref: Ref,
    key: object | None,
    new: Value,
    target: ast.Subscript,
    index: list[Value],
    *,
    only: bool,
) -> None:
    held = run.object(ref)
    new = memory.kept(run, new, target)
    if held.kind is Kind.INSTANCE:
        setter = run.attribute(value(ref), "__setitem__", target)
        if setter.alternatives and not setter.is_unknown:
            run.call(setter, pass_values(*index, new), target)
        return
    if key is not None and (held.kind is Kind.DICT or key in held.items):
        run.store(ref, held.with_item(key, new))
    elif held.kind is Kind.DICT and len(index) == 1 and (classes := classes_as_keys(index[0])):
        for each in classes:  # as in `for kind in kinds: table[kind] = f`
            old = held.items.get(each, NOTHING)
            held = held.with_item(each, join(old, new))
        run.store(ref, held)
    elif any(isinstance(each, ast.Slice) for each in subscripts(target)):
        run.store(ref, held.with_rest(iterate(run, new)))
    else:
        if not rebuilding.is_set_aside(run, target, ref):
            run.store(ref, held.with_rest(new))
        if only:
            keyed.remember(run, target, ref, new)
