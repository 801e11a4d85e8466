"""Loops that put something else in the place of each element of a list or dict.

Behind `for i in range(len(xs)): xs[i] = xs[i].item()` the list holds numbers and nothing else.
While such a loop is looked at, the container stays what it was before; what each turn makes of its
own element is remembered beside it, and is what the container holds in the end.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from dataclasses import replace

from flake8_tensorconv.contents import keyed
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import For, call_args, unstarred, walk, walk_all
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.plans import Rebuilding
from flake8_tensorconv.lattice.values import Ref, Value


def plans(run: Run, node: For) -> list[Rebuilding]:
    """What a loop puts in the place of elements, container by container."""
    found = run.program.rebuilt.get(node)
    if found is None:
        found = run.program.rebuilt[node] = tuple(_rebuilt(node))
    made: dict[str, Rebuilding] = {}
    for target in found:
        spelled = keyed.spelled(target)
        holder = run.peek(target.value).expected
        refs = [each for each in holder.alternatives if isinstance(each, Ref)]
        if spelled is None or len(refs) != 1 or len(holder.alternatives) != 1:
            continue
        if run.object(refs[0]).kind not in (Kind.LIST, Kind.DICT):
            continue
        known = made.get(spelled[0])
        stores = frozenset({target}) if known is None else known.stores | {target}
        made[spelled[0]] = Rebuilding(target, stores, refs[0], _element(node, target.value))
    run.program.plans.extend(made.values())
    return list(made.values())


def begin_turn(run: Run, plan: Rebuilding) -> None:
    """Where a turn begins, its element is what it was before the loop."""
    held = run.object(plan.ref)
    plan.keys = _keys(run, plan.target)
    if plan.keys is not None and all(key in held.items for key in plan.keys):
        old = join_all(held.items[key] for key in plan.keys)
    else:
        old, plan.keys = held.elements(), None
    if plan.element and (given := run.lookup(plan.element)) is not None:
        old = given
    if old.alternatives:
        keyed.remember(run, plan.target, plan.ref, old)


def _keys(run: Run, target: ast.Subscript) -> tuple[object, ...] | None:
    """The keys that the loop goes through, if they are known."""
    index = run.peek(target.slice)
    constants = index.constants
    known = constants and len(constants) == len(index.alternatives)
    return tuple(each.value for each in constants) if known else None


def is_set_aside(run: Run, target: ast.Subscript, ref: Ref) -> bool:
    """Is what is stored here only looked at where the loop ends?"""
    known = any(target in plan.stores and plan.ref == ref for plan in run.program.plans)
    return known and keyed.recall(run, target, ref) is not None


def end_turn(run: Run, plan: Rebuilding) -> None:
    """Where a turn ends, its element is what the loop leaves in its place."""
    element = keyed.recall(run, plan.target, plan.ref)
    if element is None:
        plan.lost = True
    else:
        plan.made = join(plan.made, element)


def finish(run: Run, plan: Rebuilding, *, ends_early: bool) -> None:
    """Behind the loop the container holds what the turns have made, and nothing else.

    Args:
        run: the run, in the state behind the loop.
        plan: what the loop does.
        ends_early: elements may have been left as they were.
    """
    run.program.plans.remove(plan)
    held = run.object(plan.ref)
    if not plan.made.alternatives:
        return
    if plan.lost or ends_early:
        run.store(plan.ref, _with(held, plan, weak=True))
    else:
        run.store(plan.ref, _with(held, plan, weak=False))


def _with(held: Object, plan: Rebuilding, *, weak: bool) -> Object:
    def changed(key: object, old: Value) -> Value:
        if plan.keys is not None and key not in plan.keys:
            return old
        return join(old, plan.made) if weak else plan.made

    items = {key: changed(key, old) for key, old in held.items.items()}
    rest = held.rest
    if plan.keys is None and (rest.alternatives or not items):
        rest = join(rest, plan.made) if weak else plan.made
    return replace(held, items=items, rest=rest)


def narrowed(run: Run, name: str, old: Value, new: Value) -> None:
    """What is learnt of the variable that holds an element is learnt of the element."""
    for plan in run.program.plans:
        if plan.element == name and keyed.recall(run, plan.target, plan.ref) is old:
            keyed.remember(run, plan.target, plan.ref, new)


# What the text of a loop says.


def _rebuilt(node: For) -> Iterator[ast.Subscript]:
    """Where a loop stores something in the place of each of the elements that it goes through."""
    index = _first(node.target)
    if index is None:
        return
    stored: dict[str, list[tuple[ast.Subscript, ast.expr]]] = {}
    bound: list[tuple[str, ast.expr]] = []
    for each in walk_all(node.body):
        targets: list[ast.expr]
        if isinstance(each, ast.Assign):
            targets, new = each.targets, each.value
        elif isinstance(each, ast.AugAssign):
            targets, new = [each.target], each.target
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                bound.append((target.id, new))
            elif isinstance(target, ast.Subscript) and _is_element(target, index):
                spelled = keyed.spelled(target)
                if spelled is not None:
                    stored.setdefault(spelled[0], []).append((target, new))
    for text, places in stored.items():
        container = places[0][0].value
        if _goes_through(node.iter, container) or _are_read(text, places, bound):
            yield from (target for target, _ in places)


def _first(target: ast.expr) -> str | None:
    """The variable that is another one in each turn: `k` in `for k, v in ...`."""
    if isinstance(target, ast.Tuple) and target.elts:
        target = unstarred(target.elts[0])
    return target.id if isinstance(target, ast.Name) else None


def _is_element(target: ast.Subscript, index: str) -> bool:
    key = target.slice
    container = keyed.spelled(target.value)
    return (
        isinstance(key, ast.Name)
        and key.id == index
        and container is not None
        and index not in container[1]
    )


def _are_read(
    text: str,
    places: list[tuple[ast.Subscript, ast.expr]],
    bound: list[tuple[str, ast.expr]],
) -> bool:
    """Is something that is stored in the place of an element made of the element?

    Args:
        text: how the element is spelled.
        places: where something is stored in its place, and what.
        bound: the variables that the loop binds, and to what.
    """
    names: set[str] = set()
    while more := {name for name, new in bound if _reads(new, text, names)} - names:
        names |= more
    return any(_reads(new, text, names) for _, new in places)


def _reads(new: ast.expr, text: str, names: Set[str]) -> bool:
    """Does an expression read an element, or a variable that holds what was made of it?"""
    return any(
        each.id in names
        if isinstance(each, ast.Name)
        else isinstance(each, ast.Subscript) and (keyed.spelled(each) or ("",))[0] == text
        for each in walk(new)
    )


#: They give what they are given, or its keys, in some order.
_ALL_OF = {"list", "tuple", "sorted", "reversed", "set", "enumerate"}


def _goes_through(iterated: ast.expr, container: ast.expr) -> bool:
    """Does a loop go through all keys or indices of a container?"""
    while isinstance(iterated, ast.Call):
        function, given = iterated.func, call_args(iterated)
        if isinstance(function, ast.Attribute) and not given:
            if function.attr not in ("keys", "items"):
                return False
            iterated = function.value
        elif isinstance(function, ast.Name) and len(given) == 1:
            inner = given[0].value
            if function.id == "range" and (measured := _measured(inner)) is not None:
                iterated = measured
            elif function.id in _ALL_OF:
                iterated = inner
            else:
                return False
        else:
            return False
    spelled = keyed.spelled(iterated)
    return spelled is not None and spelled == keyed.spelled(container)


def _measured(node: ast.expr) -> ast.expr | None:
    """`xs` in `len(xs)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return None
    given = call_args(node)
    return given[0].value if node.func.id == "len" and len(given) == 1 else None


def _element(node: For, container: ast.expr) -> str:
    """`x` in `for i, x in enumerate(xs)`, `v` in `for k, v in d.items()`; else ""."""
    if not isinstance(node.target, ast.Tuple) or len(node.target.elts) != 2:
        return ""
    second = unstarred(node.target.elts[1])
    if not isinstance(second, ast.Name) or not _goes_through(node.iter, container):
        return ""
    return second.id
