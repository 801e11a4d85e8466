"""What a test of elements tells about the whole: `isinstance(images[0], np.ndarray)`.

The elements of a sequence are of one kind, so if one of them is no tensor, none is.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.keyed import recall
from flake8_tensorconv.contents.paths import constant_key
from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Many,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.narrowing.classify import instance_of


def narrow_siblings(run: Run, node: ast.Subscript, classes: Value, truth: bool) -> None:
    """Go on under the assumption that `isinstance(node, classes)` is `truth`."""
    key = constant_key(node)
    if isinstance(node.slice, (ast.Tuple, ast.Slice)) or isinstance(key, str):
        return
    holder = run.peek(node.value).alternatives
    if len(holder) == 1 and isinstance(holder[0], Ref) and recall(run, node, holder[0]) is not None:
        return  # it is known better than the others
    _narrow(run, node.value, key, classes, truth)


def narrow_elements(run: Run, test: ast.expr, truth: bool) -> None:
    """Go on under the assumption that `isinstance(x, classes) for x in xs` is `truth` each time."""
    if not isinstance(test, (ast.GeneratorExp, ast.ListComp)):
        return
    match test.elt, test.generators:
        case (
            ast.Call(func=asked, args=[ast.Name(id=name), *classes], keywords=[]),
            [ast.comprehension(target=ast.Name(id=bound), iter=whole, ifs=[])],
        ) if name == bound:
            names = {e.dotted for e in run.peek(asked).alternatives if isinstance(e, Symbol)}
            if "builtins.isinstance" in names and len(classes) == 1:
                _narrow(run, whole, None, run.peek(classes[0]), truth)
            elif "torch.is_tensor" in names:
                _narrow(run, whole, None, value(Symbol("torch.Tensor")), truth)


def any_of_classes(given: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """The `x` and the classes of `any(isinstance(x, each) for each in classes)`."""
    match given:
        case ast.GeneratorExp(
            elt=ast.Call(
                func=ast.Name(id="isinstance"),
                args=[ast.Name() as subject, ast.Name(id=asked)],
                keywords=[],
            ),
            generators=[ast.comprehension(target=ast.Name(id=each), iter=classes, ifs=[])],
        ) if asked == each != subject.id:
            return subject, classes
        case _:
            return None


def _narrow(run: Run, node: ast.expr, key: object, classes: Value, truth: bool) -> None:
    holder = run.peek(node)
    kept = [k for each in holder.alternatives if (k := _holder(run, each, key, classes, truth))]
    if kept and kept != list(holder.alternatives):
        refine(run, node, Value(tuple(kept)))


def _holder(
    run: Run, holder: Alternative, key: object, classes: Value, truth: bool
) -> Alternative | None:
    """What remains of what may be the holder, or None if it cannot hold such an element."""
    match holder:
        case Tensor(sure=True):
            return holder if _such(run, value(holder), classes, truth) else None
        case Array():
            element = value(holder, Plain("number"))
            return holder if _such(run, element, classes, truth) else None
        case Many(element=element):
            such = _such(run, element, classes, truth)
            return replace(holder, element=such) if such else None
        case Tuple(items=items) if isinstance(key, int) and -len(items) <= key < len(items):
            return holder if _such(run, items[key], classes, truth) else None
        case Ref():
            return holder if _list(run, holder, key, classes, truth) else None
        case _:
            return holder


def _list(run: Run, ref: Ref, key: object, classes: Value, truth: bool) -> bool:
    """Narrow the elements of a list; False if it cannot hold such an element."""
    held = run.object(ref)
    if held.kind is not Kind.LIST or not held.single:
        return True
    rest = _such(run, held.rest, classes, truth)
    items = dict(held.items)
    if key in items:  # the others are known by their places as well
        items[key] = _such(run, items[key], classes, truth)
    if not any((rest, *items.values())):
        return not held.elements()
    if rest != held.rest or items != held.items:
        run.store(ref, replace(held, items=items, rest=rest))
    return True


def _such(run: Run, element: Value, classes: Value, truth: bool) -> Value:
    """What remains of an element; nothing new is learnt of what is unknown."""
    return Value(
        tuple(
            each
            for each in element.alternatives
            if (isinstance(each, Tensor) and not each.sure)
            or instance_of(run, each, classes, truth)
        )
    )
