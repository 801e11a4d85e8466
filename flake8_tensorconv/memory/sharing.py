"""Who shares memory with whom, who changes it, and who is surprised.

Every array and tensor carries the storages that it may lie in. A conversion that shares memory puts
a `Link` between the storage and the new name. A change of the memory remembers the links that
existed at that moment; whoever reads the memory afterwards through a name on the other side of one
of them finds something else than what was there, which a copy would have kept from it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_tensorconv.engine.asking import is_told
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import SharedMemory, Trouble
from flake8_tensorconv.lattice.changes import Change
from flake8_tensorconv.lattice.objects import CONTAINER_KINDS
from flake8_tensorconv.lattice.state import CHANGES, Contents
from flake8_tensorconv.lattice.storages import storages_of
from flake8_tensorconv.lattice.values import Array, Function, Many, Ref, Tensor, Tuple, Value
from flake8_tensorconv.locations.provenance import Link, Origin, Reason, Storage
from flake8_tensorconv.locations.regions import Meeting
from flake8_tensorconv.locations.rows import Rows
from flake8_tensorconv.memory.closures import closed_over
from flake8_tensorconv.memory.order import Order
from flake8_tensorconv.memory.surprises import can_surprise

#: Of an object that is read as a whole, at most as many parts are looked at.
_MAX_PARTS = 200
#: More changes of one memory than this tell no new story.
_MAX_CHANGES = 24


# Storages.


def held_by(run: Run, given: Value, *, closures: bool = False) -> Iterator[Storage]:
    """The storages of everything in a value: of itself, and of what its containers hold.

    With `closures` also of what its functions use of the functions that they stand in.
    """
    seen: set[object] = set()
    todo: list[Value] = [given]
    count = 0
    while todo and count < _MAX_PARTS:
        for each in todo.pop().alternatives:
            count += 1
            match each:
                case Tensor() | Array():
                    yield from each.storages
                case Tuple(items=items):
                    todo.extend(items)
                case Many(element=element):
                    todo.append(element)
                case Ref() if each not in seen:
                    seen.add(each)
                    held = run.object(each)
                    if held.kind in CONTAINER_KINDS:
                        todo.extend(held.items.values())
                        todo.append(held.rest)
                case Function(closure=closure) if closures and closure not in seen:
                    seen.add(closure)
                    todo.extend(closed_over(run, closure))
                case _:
                    pass


def _contents(run: Run, memory: Storage) -> Contents:
    found: Contents | None = run.state.get(memory)
    return found if found is not None else Contents()


def blank(run: Run, storages: frozenset[Storage]) -> None:
    """Note that the memory has just been made and holds nothing worth keeping yet."""
    for storage in storages:
        run.state.set(storage.memory, replace(_contents(run, storage.memory), blank=True))


# Links.


def linked(
    run: Run,
    storages: frozenset[Storage],
    call: ast.expr,
    at: ast.AST,
    operand: ast.expr,
    via: str,
) -> frozenset[Storage]:
    """The storages as the result of a conversion that shares memory reaches them.

    Args:
        run: the run.
        storages: those of what is converted.
        call, at, operand, via: as for `Link`.
    """
    if not run.program.tracks_memory or run.rounds is None:
        return frozenset()
    result = set()
    for storage in storages:
        contents = _contents(run, storage.memory)
        path, depth = run.frame.path, len(storage.links)
        link = Link(
            call, at, operand, via, path, run.rounds, depth, contents.blank, storage.perhaps
        )
        if link in contents.links:
            _renew(run, link)
        run.state.set(storage.memory, replace(contents, links=contents.links | {link}))
        result.add(replace(storage, links=storage.links | {link}))
        if _is_foreign(run, storage):
            run.program.foreign.add(link)
    return frozenset(result)


def _renew(run: Run, link: Link) -> None:
    """The same conversion once more: what was changed before is what it finds."""
    changes: frozenset[Change] = run.state.get(CHANGES)
    if any(link in change.held for change in changes):
        renewed = frozenset(replace(change, held=change.held - {link}) for change in changes)
        run.state.set(CHANGES, renewed)


def kept(run: Run, given: Value, node: ast.AST) -> Value:
    """The value as it is put away for later: who looks at it then wants what it is now."""
    if run.rounds is None or not any(s.links for s in storages_of(given)):
        return given
    return _again(run, given, node, keeping=True)


def handed_on(run: Run, given: Value, node: ast.AST) -> Value:
    """What an iterator hands out: it is as it should be at this moment."""
    return _again(run, given, node, keeping=False) if run.rounds is not None else given


def _again(run: Run, given: Value, node: ast.AST, *, keeping: bool) -> Value:
    """The value with its latest links renewed here and now."""
    return Value(
        tuple(
            replace(
                each, storages=frozenset(_renewed(run, s, node, keeping) for s in each.storages)
            )
            if isinstance(each, (Tensor, Array)) and any(s.links for s in each.storages)
            else replace(
                each, items=tuple(_again(run, item, node, keeping=keeping) for item in each.items)
            )
            if isinstance(each, Tuple)
            else each
            for each in given.alternatives
        )
    )


def _renewed(run: Run, storage: Storage, node: ast.AST, keeping: bool) -> Storage:
    if not storage.links or run.rounds is None:
        return storage
    contents = _contents(run, storage.memory)
    latest = max(storage.links, key=lambda link: link.depth)
    kept = (node, run.frame.path, run.rounds)
    fresh = replace(latest, blank=contents.blank, kept=kept)
    if fresh in contents.links:
        _renew(run, fresh)
    run.state.set(storage.memory, replace(contents, links=contents.links | {fresh}))
    old = storage.links if keeping else frozenset(k for k in storage.links if k.call != latest.call)
    return replace(storage, links=old | {fresh})


# Changes and readers.


def changed(
    run: Run,
    given: Value,
    node: ast.AST,
    *,
    blind: bool = False,
    whole: bool = False,
    inside: bool = False,
) -> None:
    """The memory of a tensor or array is changed in place.

    Args:
        run: the run.
        given: the tensor or array through which it is changed.
        node: what does it.
        blind: the old contents are overwritten without being looked at.
        whole: all that the name reaches is overwritten.
        inside: what is changed are the elements of the value.
    """
    if run.rounds is None:
        return
    for storage in set(held_by(run, given)) if inside else storages_of(given):
        memory = storage.memory
        contents = _contents(run, memory)
        before: frozenset[Change] = run.state.get(CHANGES)
        change = Change(memory, node, storage.links, contents.links, blind, storage.rows)
        if run.program.alone and run.program.events.kept and can_surprise(run):
            run.program.changes.append(change)
        if contents.blank:
            run.state.set(memory, replace(contents, blank=False))
        if not contents.links:
            continue
        if whole:
            before = frozenset(
                left for c in before for left in _where_not_overwritten(c, memory, storage.rows)
            )
        if len(before) < _MAX_CHANGES:
            run.state.set(CHANGES, before | {change})


def _where_not_overwritten(change: Change, memory: Storage, rows: Rows) -> Iterator[Change]:
    """The change, less what the overwriting of a part of a memory has left nothing of."""
    if change.memory != memory or not change.rows.overlaps(rows):
        yield change
    elif rows.exact:
        for part in change.rows.without(rows):
            yield replace(change, rows=part)
    else:
        gone = change.gone if None in rows.steps else change.gone | {rows.steps}
        yield replace(change, gone=gone)


def read(run: Run, given: Value, node: ast.AST) -> None:
    """The contents of everything in the value are used: tell whoever finds them changed."""
    changes: frozenset[Change] = run.state.get(CHANGES)
    if not changes or run.rounds is None or not run.program.events.kept:
        return
    touched = [
        (storage, change)
        for storage in set(held_by(run, given))
        for change in changes
        if change.memory == storage.memory and _is_left(change, storage.rows)
    ]
    if touched:
        order = Order(run.program.order)
        for storage, change in sorted(touched, key=lambda pair: order.of_pair(*pair)):
            _compare(run, storage, change, node, order)


def _is_left(change: Change, rows: Rows) -> bool:
    """Is something left of a change in these rows, as far as anything shows that they meet?"""
    met = change.rows.meets(rows) in (Meeting.SURE, Meeting.PERHAPS)
    return met and not any(map(rows.lies_in, change.gone))


def _compare(run: Run, storage: Storage, change: Change, node: ast.AST, order: Order) -> None:
    perhaps = change.rows.meets(storage.rows) is Meeting.PERHAPS
    mine = {link for link in storage.links & change.held if not _passes(change.through, link)}
    theirs = {
        link
        for link in change.through & change.held
        if link.kept is None and not _passes(storage.links, link)
    }
    for link in sorted(mine or theirs, key=order.of_link):
        if not (link.blank and change.blind and not _converted_again(run, change)):
            _tell(run, Trouble.CHANGED, link, storage, change.node, node, perhaps=perhaps)
            return
    own = [link for link in change.through & storage.links if link in run.program.foreign]
    if own and not run.program.callers_known:
        first = min(own, key=order.of_link)
        _tell(run, Trouble.FOREIGN, first, storage, change.node, node, perhaps=perhaps)


def _passes(links: frozenset[Link], through: Link) -> bool:
    return any(link.is_same_conversion(through) for link in links)


def _converted_again(run: Run, change: Change) -> bool:
    """Was the memory converted once more after the change? Then the older name is a snapshot."""
    return bool(_contents(run, change.memory).links - change.held)


def handed_out(run: Run, given: Value, node: ast.AST) -> None:
    """A function that is looked at on its own gives the value to its unknown caller."""
    read(run, given, node)
    escapes(run, given, node)
    if is_told(run):
        for storage in _sorted(run, held_by(run, given)):
            if storage.links and not _is_made_in(run, storage):
                run.program.handed_out.append((storage, node))


def _is_foreign(run: Run, storage: Storage) -> bool:
    """Does the memory belong to somebody else than the function that is being looked at?"""
    if storage.origin is Origin.PARAMETER:
        return True
    return run.program.alone and not _is_made_in(run, storage)


def _is_made_in(run: Run, storage: Storage) -> bool:
    """Was the memory made by the function that is being looked at, or by one that it calls?"""
    if storage.origin is not Origin.FRESH or not run.stack:
        return True
    # A function inside another one stands behind the calls that lead to it: any of them may be its.
    inside = run.program.inside(run.stack[0])
    return storage.node in inside or not inside.isdisjoint(storage.path)


def changed_by_others(run: Run) -> None:
    """Functions give away memory that outlives them, and the next call of one changes it."""
    for storage, node in run.program.handed_out:
        for change in run.program.changes:
            links = {k for k in storage.links if not _passes(change.through, k)}
            same = change.memory == storage.memory and change.rows.overlaps(storage.rows)
            if same and links:
                order = Order(run.program.order)
                link = max(links, key=order.of_link)
                _tell(run, Trouble.CHANGED, link, storage, change.node, node, outside=True)
                break


def escapes(run: Run, given: Value, node: ast.AST) -> None:
    """The value leaves the function, or is stored where others see it."""
    if run.rounds is None or not run.program.events.kept:
        return
    for storage in _sorted(run, held_by(run, given, closures=True)):
        links = [*storage.links & run.program.foreign]
        if len(links) > 1:
            links.sort(key=Order(run.program.order).of_link)
        for link in links:
            _tell(run, Trouble.ESCAPES, link, storage, None, node)


def _sorted(run: Run, storages: Iterator[Storage]) -> list[Storage]:
    found = {storage for storage in storages if storage.links}
    if len(found) < 2:
        return [*found]
    return sorted(found, key=Order(run.program.order).of_storage)


_WHOSE = {
    Origin.PARAMETER: "the caller's memory",
    Origin.ATTRIBUTE: "the object's memory",
    Origin.GLOBAL: "the module's memory",
}


def _tell(
    run: Run,
    trouble: Trouble,
    link: Link,
    storage: Storage,
    change: ast.AST | None,
    reader: ast.AST,
    *,
    outside: bool = False,
    perhaps: bool = False,
) -> None:
    """Tell the rules, with the whole story: made, shared, changed, used."""
    steps: list[tuple[ast.AST | None, str]] = [
        (storage.node, _WHOSE.get(storage.origin, "memory made by `{code}`")),
        (link.call, "`{code}` shares it"),
        (link.kept[0] if link.kept is not None else None, "kept by `{code}`"),
    ]
    if change is None:
        steps += [(reader, "leaves in `{code}`")]
    elif outside:
        steps += [(reader, "leaves in `{code}`"), (change, "changed in place by `{code}`")]
    else:
        steps += [(change, "changed in place by `{code}`"), (reader, "used afterwards in `{code}`")]
    story: Reason | None = None
    for node, text in steps:
        if node is not None:
            story = Reason(node, text, story, 0 if story is None else story.depth + 1)
    assert story is not None and isinstance(link.call, ast.expr)
    run.program.tell(
        SharedMemory(
            call=link.call,
            at=link.at,
            operand=link.operand,
            via=link.via,
            trouble=trouble,
            story=story,
            torch_name=run.file.torch_name,
            outside=outside,
            perhaps=link.perhaps or perhaps,
        )
    )
