"""The state of the program at one point: variables, objects, and the modes torch is in.

A state is an overlay: `fork` gives a state that sees everything and writes to its own changes, so
that a branch costs only what it touches, and `merge` joins the branches back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, overload

from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.changes import Change
from flake8_tensorconv.lattice.flags import Flags
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.must import Known, M, Must, Paths, Shown
from flake8_tensorconv.lattice.objects import Object, join_objects
from flake8_tensorconv.lattice.values import Device, Dtypes, Grad, Value
from flake8_tensorconv.locations.provenance import Link, Storage
from flake8_tensorconv.locations.scopes import Frame


class Passed(Flags):
    """Tests whose other outcome is still open."""

    NOTHING = 0
    TEST = 1
    #: It may tell where something is.
    PLACE = 2


@dataclass(frozen=True)
class Contents:
    """What is known of a stretch of memory.

    Attributes:
        blank: nothing has been written to it since it was made by `np.empty` or the like.
        links: the conversions that have given it more names.
    """

    blank: bool = False
    links: frozenset[Link] = frozenset()


T = TypeVar("T")


class Mode(Generic[T]):
    """Names something that holds of the whole program at a moment, of type T."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


GRAD_MODE = Mode[Grad]("grad mode")
DEFAULT_DEVICE = Mode[Device]("default device")
#: The dtypes that autocast may compute in; "off" is one of the possibilities.
AUTOCAST = Mode[Dtypes]("autocast")
#: Where tensors can be at all, after tests of what the machine has.
MACHINE = Mode[Device]("machine")
#: Which tests have been passed whose other outcome is still open?
CONDITIONAL = Mode[Passed]("conditional")
#: Parameters that have been converted, which shows that they were on the CPU.
CONVERTED = Mode[Shown]("converted")
#: What was on the CPU and has met something on an accelerator: nothing goes on from there.
MET = Mode[Shown]("met")
#: The outcomes of tests that have been passed.
KNOWN = Mode[Known]("known")
#: How shared memory has been changed so far.
CHANGES = Mode[frozenset[Change]]("changes")
#: The modules of which what they are given may be moved before they get it, and those of which
#: something may have moved the parameters that is not followed.
SCATTERED = Mode[frozenset[Address]]("scattered")
HANDLED = Mode[frozenset[Address]]("handled")

Variable = tuple[Frame, str]
#: A variable, what must hold of one, an object, a storage, or a mode. They are hashed more often
#: than anything else, so they are tuples, or know their hash.
Key = Variable | tuple[Frame, str, type[Must]] | Address | Storage | Mode[Any]
Entry = Value | Object | Contents | Must | Grad | Device | Passed | frozenset[Any]
Changes = dict[Key, Entry]


def join_entries(a: Entry | None, b: Entry | None) -> Any:
    """The entry that is either; `a` itself if `b` adds nothing. None is one that is not there."""
    if a is b:
        return a
    if isinstance(a, Value) and isinstance(b, Value):
        return join(a, b)
    if isinstance(a, Object) and isinstance(b, Object):
        return join_objects(a, b)
    if isinstance(a, Must):
        assert b is None or isinstance(b, type(a))
        return a.meet(b)
    if isinstance(b, Must):
        return b.meet(None)
    joined = _join_others(a, b)
    return a if joined == a else joined


def _join_others(a: Any, b: Any) -> Any:
    if a is None or b is None:
        return b if a is None else a
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
    machine = branch.get(MACHINE)
    return isinstance(machine, Device) and not machine & Device.ACCELERATOR


def _entry_of(branch: Changes, key: Key, before: Entry | None) -> Any:
    """What is under a key after a branch for machines without an accelerator: nothing is on one."""
    entry = branch.get(key, before)
    machine = branch[MACHINE]
    assert isinstance(machine, Device)
    if isinstance(entry, Value):
        return entry.on(machine)
    if isinstance(entry, Object):
        items = {name: item.on(machine) for name, item in entry.items.items()}
        return replace(entry, items=items, rest=entry.rest.on(machine))
    if isinstance(entry, Paths):
        return Paths({path: held.on(machine) for path, held in entry.held.items()})
    return entry


_UNSEEN: Any = object()


class State:
    """Variables, objects and modes; an overlay over the state it was forked from."""

    __slots__ = ("_seen", "changes", "parent")

    def __init__(self, parent: State | None = None) -> None:
        self.parent = parent
        self.changes: Changes = {}
        # What the states below hold, or lack; they do not change while this one is in use.
        self._seen: dict[Key, Any] = {}

    @overload
    def get(self, key: Variable) -> Value | None: ...
    @overload
    def get(self, key: tuple[Frame, str, type[M]]) -> M | None: ...
    @overload
    def get(self, key: Address) -> Object | None: ...
    @overload
    def get(self, key: Storage) -> Contents | None: ...
    @overload
    def get(self, key: Mode[T]) -> T: ...
    @overload
    def get(self, key: Key) -> Any: ...
    def get(self, key: Key) -> Any:
        """The entry under `key`, or None; modes always have one."""
        found = self.changes.get(key)
        if found is not None or self.parent is None:
            return found
        found = self._seen.get(key, _UNSEEN)
        if found is not _UNSEEN:
            return found
        state: State | None = self.parent
        found = None
        while state is not None:  # a loop, as nothing is done more often
            found = state.changes.get(key)
            if found is not None:
                break
            state = state.parent
        self._seen[key] = found
        return found

    def set(self, key: Key, entry: Entry) -> None:
        """Store an entry."""
        self.changes[key] = entry

    def drop(self, frame: Frame) -> None:
        """Forget the variables of a frame that nothing can see any more."""
        gone = [key for key in self.changes if isinstance(key, tuple) and key[0] is frame]
        for key in gone:
            del self.changes[key]

    @property
    def root(self) -> State:
        """The state that all overlays lie over."""
        state = self
        while state.parent is not None:
            state = state.parent
        return state

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
            entries: list[Any] = [
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
        return self.get(GRAD_MODE)

    @property
    def passed(self) -> Passed:
        """Which tests have been passed whose other outcome is still open?"""
        return self.get(CONDITIONAL)

    def marked(self, mark: Mode[frozenset[Address]]) -> frozenset[Address]:
        """The objects under a mark: `SCATTERED` or `HANDLED`."""
        return self.get(mark)

    @property
    def default_device(self) -> Device:
        """Where tensors are made that name no device."""
        return self.get(DEFAULT_DEVICE)

    @property
    def machine(self) -> Device:
        """The devices that there are."""
        return self.get(MACHINE)

    @property
    def autocast(self) -> Dtypes:
        """The dtypes that autocast may compute in; "off" is one of the possibilities."""
        return self.get(AUTOCAST)


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
    state.set(CONVERTED, Shown())
    state.set(MET, Shown())
    state.set(KNOWN, Known())
    return state
