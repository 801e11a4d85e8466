"""The state of the program at one point: variables, objects, and the modes torch is in.

A state is an overlay: `fork` gives a state that sees everything and writes to its own changes, so
that a branch costs only what it touches, and `merge` joins the branches back.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from flake8_tensorconv.analysis.joins import join, join_all
from flake8_tensorconv.analysis.provenance import Link, Storage
from flake8_tensorconv.analysis.scopes import ClassInfo, Frame
from flake8_tensorconv.analysis.stored import Keyed, Known, agreed
from flake8_tensorconv.analysis.values import NOTHING, Address, Device, Dtypes, Grad, Value

#: A variable, an object's address, a storage, or one of torch's modes.
Key = tuple[Frame, str] | Address | Storage | str
Changes = dict[Key, Any]

GRAD_MODE = "grad mode"
DEFAULT_DEVICE = "default device"
AUTOCAST = "autocast"
#: Where tensors can be at all, after tests of what the machine has.
MACHINE = "machine"

#: Which tests have been passed whose other outcome is still open?
CONDITIONAL = "conditional"

#: Parameters that have been converted, which shows that they were on the CPU.
CONVERTED = "converted"

#: How shared memory has been changed so far.
CHANGES = "changes"

#: The modules of which what they are given may be moved before they get it, and those of which
#: something may have moved the parameters that is not followed.
SCATTERED = "scattered"
HANDLED = "handled"

#: Kind of the pseudo object that holds what is known of a variable's access paths.
PATHS = "paths"

#: The outcomes of tests that have been passed.
KNOWN = "known"

#: What is known of elements in whose text a variable stands.
KEYED = "keyed"

#: Pseudo attributes of a module; a distribution has the first one as well.
PARAMETERS = "<parameters>"
HOOKS = "<hooks>"


class Passed(enum.IntFlag):
    """Tests whose other outcome is still open."""

    NOTHING = 0
    TEST = 1
    #: It may tell where something is.
    PLACE = 2


@dataclass(frozen=True)
class Object:
    """What a mutable object holds.

    Attributes:
        kind: "list", "dict", "set", "instance", or "lazy" for an iterator.
        cls: for an instance, its class: one of this file, or another library's dotted name.
        items: contents under known keys: list positions, constant dict keys, attribute names.
        rest: what any other element may be.
        single: stands for exactly one object of the running program.
        fewer: it may hold less than its items: a dict that has got some of them on one path only.
    """

    kind: str
    cls: ClassInfo | str | None = None
    items: dict[Any, Value] = field(default_factory=dict)
    rest: Value = NOTHING
    single: bool = True
    fewer: bool = False

    def elements(self) -> Value:
        """What any element may be."""
        return join_all((self.rest, *self.items.values()))

    def with_item(self, key: object, item: Value) -> Object:
        """The object with `item` under `key`: instead of the old one if it is a single object."""
        old = self.items.get(key)
        new = item if self.single or old is None else join(old, item)
        if new is old:
            return self
        return replace(self, items={**self.items, key: new})

    def in_any_order(self) -> Object:
        """The list without knowledge of which element is where."""
        return replace(self, items={}, rest=self.elements()) if self.items else self

    def with_rest(self, element: Value) -> Object:
        """The object with one more possible element."""
        rest = join(self.rest, element)
        return self if rest is self.rest else replace(self, rest=rest)


@dataclass(frozen=True)
class Contents:
    """What is known of a stretch of memory.

    Attributes:
        blank: nothing has been written to it since it was made by `np.empty` or the like.
        links: the conversions that have given it more names.
    """

    blank: bool = False
    links: frozenset[Link] = frozenset()


@dataclass(frozen=True)
class Shown:
    """What all ways here have shown: the roots of what has been converted on each of them."""

    roots: frozenset[ast.AST] = frozenset()


@dataclass(frozen=True)
class Test:
    """A test whose outcome a variable holds: `on_gpu = x.is_cuda`; None if that differs by path."""

    node: ast.expr | None


def join_objects(a: Object, b: Object) -> Object:
    """The object that holds what either holds; `a` itself if `b` adds nothing."""
    if a is b:
        return a
    if a.kind == PATHS:
        return _join_paths(a, b)
    changed = a.single and not b.single
    if a.kind == "list" and a.items.keys() != b.items.keys():
        changed = changed or bool(a.items)
        a, b = a.in_any_order(), b.in_any_order()
    items = dict(a.items)
    rest = join(a.rest, b.rest)
    fewer = a.fewer or b.fewer or (a.kind == "dict" and a.items.keys() != b.items.keys())
    changed = changed or rest is not a.rest or fewer != a.fewer
    if a.kind == "dict" and b.rest:  # what is known by its key on one side may be any on the other
        for key in a.items.keys() - b.items.keys():
            items[key] = join(a.items[key], b.rest)
            changed = changed or items[key] is not a.items[key]
    for key, item in b.items.items():
        old = items.get(key, a.rest if a.kind == "dict" else NOTHING)
        new = join(old, item)
        if new is not old or key not in items:
            items[key] = new
            changed = True
    if not changed:
        return a
    return replace(a, items=items, rest=rest, single=a.single and b.single, fewer=fewer)


def _join_paths(a: Object, b: Object) -> Object:
    """Of an access path something is known only if both sides know it."""
    items = {p: join(v, b.items[p]) for p, v in a.items.items() if p in b.items}
    if len(items) == len(a.items) and all(items[p] is v for p, v in a.items.items()):
        return a
    return Object(PATHS, items=items)


def join_entries(a: Any, b: Any) -> Any:
    """The entry that is either; `a` itself if `b` adds nothing. None is one that is not there."""
    if a is b:
        return a
    if isinstance(a, Value) and isinstance(b, Value):
        return join(a, b)
    if isinstance(a, Object) and isinstance(b, Object):
        return join_objects(a, b)
    if isinstance(a, Keyed | Known) or isinstance(b, Keyed | Known):
        return agreed(a, b)
    joined = _join_others(a, b)
    return a if joined == a else joined


def _join_others(a: Any, b: Any) -> Any:
    if isinstance(a, Test) or isinstance(b, Test):
        return a if a == b else Test(None)
    if isinstance(a, Shown) or isinstance(b, Shown):
        return Shown(a.roots & b.roots) if a is not None and b is not None else Shown()
    if a is None or b is None:
        known = b if a is None else a
        if isinstance(known, Object) and known.kind == PATHS:
            return Object(PATHS)
        return known
    if isinstance(a, Contents):
        return Contents(a.blank and b.blank, a.links | b.links)
    return a | b


def _telling(numbers: list[int], limited: Set[int], count: int) -> list[int]:
    """Of many branches those worth a look: many of them may leave an entry as it was.

    Args:
        numbers: the branches that change it.
        limited: those that change what is left as it was.
        count: how many branches there are.
    """
    if len(numbers) == count:
        return numbers
    known = {*numbers, *limited}
    leaving = next((number for number in range(count) if number not in known), None)
    return sorted(known if leaving is None else {*known, leaving})


def _is_limited(branch: Changes) -> bool:
    """Does a branch run on machines without an accelerator only?"""
    machine: Device | None = branch.get(MACHINE)
    return machine is not None and not machine & Device.ACCELERATOR


def _entry_of(branch: Changes, key: Key, before: Any) -> Any:
    """What is under a key after a branch for machines without an accelerator: nothing is on one."""
    entry = branch.get(key, before)
    machine: Device = branch[MACHINE]
    if isinstance(entry, Value):
        return entry.on(machine)
    if isinstance(entry, Object):
        items = {name: item.on(machine) for name, item in entry.items.items()}
        return replace(entry, items=items, rest=entry.rest.on(machine))
    return entry


_UNSEEN: Any = object()


class State:
    """Variables, objects and modes; an overlay over the state it was forked from."""

    __slots__ = ("_seen", "changes", "parent")

    def __init__(self, parent: State | None = None) -> None:
        self.parent = parent
        self.changes: Changes = {}
        # What the states below hold, or lack; they do not change while this one is in use.
        self._seen: Changes = {}

    def get(self, key: Key) -> Any:
        """The entry under `key`, or None."""
        found = self.changes.get(key)
        if found is not None:
            return found
        if self.parent is None:
            return None
        found = self._seen.get(key, _UNSEEN)
        if found is _UNSEEN:
            found = self._seen[key] = self.parent.get(key)
        return found

    def set(self, key: Key, entry: Any) -> None:
        """Store an entry."""
        self.changes[key] = entry

    def drop(self, frame: Frame) -> None:
        """Forget the variables of a frame that nothing can see any more."""
        gone = [key for key in self.changes if isinstance(key, tuple) and key[0] is frame]
        for key in gone:
            del self.changes[key]

    def fork(self) -> State:
        """A state that starts as this one and leaves it alone."""
        return State(self)

    def since(self, base: State) -> Changes:
        """All changes made between `base` and here, as one dictionary."""
        layers = []
        state: State | None = self
        while state is not None and state is not base:
            layers.append(state.changes)
            state = state.parent
        merged: Changes = {}
        for layer in reversed(layers):
            merged.update(layer)
        return merged

    def merge(self, branches: Iterable[Changes]) -> bool:
        """Become the join of what the branches, forked from here, have changed.

        Returns:
            Whether anything differs from before.
        """
        branches = list(branches)
        if not branches:
            return False
        if len(branches) == 1:
            self.changes.update(branches[0])
            return bool(branches[0])
        changing: dict[Key, list[int]] = {}
        for number, branch in enumerate(branches):
            for key in branch:
                changing.setdefault(key, []).append(number)
        limited = {number for number, branch in enumerate(branches) if _is_limited(branch)}
        changed = False
        for key, numbers in changing.items():
            before = self.get(key)
            entries = [
                _entry_of(branches[number], key, before)
                if number in limited
                else branches[number].get(key, before)
                for number in _telling(numbers, limited, len(branches))
            ]
            joined = last = entries[0]
            for entry in entries:
                if entry is not last:
                    joined, last = join_entries(joined, entry), entry
            if joined is not before:
                self.changes[key] = joined
                changed = True
        return changed

    def rejoin(self, ways: Sequence[Changes], passed: Passed, *, left: bool) -> None:
        """Become the join of the ways on from a test.

        Args:
            ways: what each outcome has changed that comes out at the end.
            passed: what that test is.
            left: one of them has left; so what follows still depends on the test.
        """
        before = self.passed
        self.merge(ways)
        self.set(CONDITIONAL, before | passed if left else before)

    def widen(self, branch: Changes) -> bool:
        """Join a loop's end into its beginning.

        Returns:
            Whether the beginning has grown.
        """
        changed = False
        for key, entry in branch.items():
            before = self.get(key)
            joined = join_entries(before, entry)
            if joined is not before:
                self.changes[key] = joined
                changed = True
        return changed

    # The modes torch is in.

    @property
    def grad_mode(self) -> Grad:
        """Is gradient recording on?"""
        mode: Grad = self.get(GRAD_MODE)
        return mode

    @property
    def passed(self) -> Passed:
        """Which tests have been passed whose other outcome is still open?"""
        passed: Passed = self.get(CONDITIONAL)
        return passed

    def marked(self, mark: str) -> frozenset[Address]:
        """The objects under a mark: `SCATTERED` or `HANDLED`."""
        marked: frozenset[Address] = self.get(mark)
        return marked

    @property
    def default_device(self) -> Device:
        """Where tensors are made that name no device."""
        device: Device = self.get(DEFAULT_DEVICE)
        return device

    @property
    def machine(self) -> Device:
        """The devices that there are."""
        devices: Device = self.get(MACHINE)
        return devices

    @property
    def autocast(self) -> Dtypes:
        """The dtypes that autocast may compute in; "off" is one of the possibilities."""
        dtypes: Dtypes = self.get(AUTOCAST)
        return dtypes


def initial_state() -> State:
    """The state in which a program starts."""
    state = State()
    state.set(GRAD_MODE, Grad.YES)
    state.set(DEFAULT_DEVICE, Device.CPU)
    state.set(AUTOCAST, frozenset({"off"}))
    state.set(MACHINE, Device.CPU | Device.ACCELERATOR | Device.META | Device.UNKNOWN)
    state.set(CONDITIONAL, Passed.NOTHING)
    for key in (CHANGES, SCATTERED, HANDLED):
        state.set(key, frozenset())
    return state
