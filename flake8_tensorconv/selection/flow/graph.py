"""The flow graph of a file: which names may hold what others hold, and two questions about it.

*What kind of thing may an expression be?* Kinds run along the edges until nothing changes.
*What may lie in the same memory?* The same edges, as far as they hand on more than a kind.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field


class Kind:
    """What may be held, as bits; a module counts as tensors, as calling it gives some.

    Plain numbers, as an `IntFlag` costs half of the time that is spent here.
    """

    NONE = 0
    TENSOR = 1
    ARRAY = 2
    TORCH_DTYPE = 4
    NUMPY_DTYPE = 8
    #: An array from `x = x.cpu().numpy()` on.
    CONVERTED = 16
    #: A tensor that NumPy may refuse: it may require grad or be on an accelerator.
    REFUSED = 32
    #: A list or the like, or something out of one.
    LISTED = 64
    #: A tensor that may have stayed on the CPU.
    HOST = 128
    #: Something that names an accelerator, or has been put on one.
    GUEST = 256
    #: A tensor that is merely declared as one: whoever gives it decides what it is.
    DECLARED = 512
    #: A module that takes an index, such as an embedding, or one that it is in.
    INDEXER = 1024
    #: What a tensor has of those that it is computed from.
    INHERITED = REFUSED | HOST | GUEST | DECLARED | INDEXER


#: What flows: a variable of a function (or of the module), an attribute, what a function gives.
Key = tuple[object, str]


class Carry:
    """What an edge hands on, as bits; what two edges in a row hand on is what both do."""

    #: All kinds of what is held.
    KINDS = 1
    #: Of a tensor what those have inherited that are computed from it.
    TRAITS = 2
    #: The memory.
    MEMORY = 4
    #: The memory of the elements, if it is a list.
    ELEMENTS = 8
    #: The very thing, or one that holds it or is held by it.
    HOLD = KINDS | TRAITS | MEMORY | ELEMENTS
    #: Something computed of it: a tensor has memory of its own, a list the elements.
    COMPUTED = KINDS | TRAITS | ELEMENTS
    #: Something computed of it that has none of its memory.
    FRESH = KINDS | TRAITS
    #: Something of another kind that may lie in its memory: a tensor of an array.
    LIES = TRAITS | MEMORY | ELEMENTS
    #: Only the memory.
    SHARES = MEMORY | ELEMENTS


@dataclass(eq=False)
class Source:
    """What an expression may be.

    Attributes:
        kind: the kinds that are known at once.
        ways: the names that it depends on, each with what comes from there.
        rest: another expression that it depends on likewise, mostly its leftmost operand. A long
            sum is a chain of such operands, and each is asked about; copying what is left of each
            would be quadratic.
        carries: what comes from `rest`.
        settled: the answer, once all has run.
    """

    kind: int = Kind.NONE
    ways: list[tuple[Key, int]] = field(default_factory=list)
    rest: Source | None = None
    carries: int = Carry.HOLD
    settled: int | None = None

    def chain(self) -> Iterator[tuple[Source, int]]:
        """This and all that it rests on, each with what comes from there."""
        each: Source | None = self
        carries = Carry.HOLD
        while each is not None:
            yield each, carries
            carries &= each.carries
            each = each.rest

    def reached(self) -> Iterator[tuple[Key, int]]:
        """The names that it depends on in any way."""
        for part, carries in self.chain():
            for key, way in part.ways:
                yield key, way & carries


def holding(keys: Iterable[Key]) -> Source:
    """What holds what any of these names holds."""
    return Source(ways=[(key, Carry.HOLD) for key in keys])


#: Where more names get what more names hold, all of it runs through one place.
_MANY = 8


class Graph:
    """What each name may hold, and what it hands on to others."""

    def __init__(self) -> None:
        """Start with names that hold nothing."""
        self._kinds: dict[Key, int] = {}
        self._onward: dict[Key, list[Key]] = defaultdict(list)  # edges of all kinds
        self._computed: dict[Key, list[Key]] = defaultdict(list)  # edges of traits alone
        self._memory: list[tuple[Key, Key, int]] = []  # edges of memory
        self._filled: dict[Key, None] = {}
        self._lent: dict[Key, list[Key]] = defaultdict(list)

    def kind(self, source: Source) -> int:
        """What an expression may be, once all has run."""
        open_ones: list[Source] = []
        kind = Kind.NONE
        for each, _ in source.chain():
            if each.settled is not None:
                kind = each.settled
                break
            open_ones.append(each)
        for each in reversed(open_ones):
            kind = each.kind | carried(kind, each.carries)
            for key, carries in each.ways:
                kind |= carried(self._kinds.get(key, Kind.NONE), carries)
            each.settled = kind
        return kind

    def add(self, key: Key, kind: int) -> None:
        """A name may hold something of this kind."""
        if kind:
            self._kinds[key] = self._kinds.get(key, Kind.NONE) | kind

    def connect(self, source: Source, keys: Iterable[Key]) -> None:
        """Names may hold what an expression is."""
        receiving = list(keys)
        if len(receiving) > _MANY and len(source.ways) > _MANY:
            meeting: Key = (object(), "")  # not each to each: `a, b, c = x, y, z`
            self.connect(source, [meeting])
            source = holding([meeting])
        for key in receiving:
            for part, outer in source.chain():
                self.add(key, carried(part.kind, outer))
                for each, way in part.ways:
                    carries = way & outer
                    if carries & Carry.KINDS:
                        self._onward[each].append(key)
                    elif carries & Carry.TRAITS:
                        self._computed[each].append(key)
                    if carries & Carry.SHARES:
                        self._memory.append((each, key, carries))

    def lend(self, borrower: Key, owners: Iterable[Key]) -> None:
        """A name may stand for the very object that others hold, and fill it."""
        self._lent[borrower] += owners

    def fill(self, containers: Iterable[Key]) -> None:
        """Something is put into what these names hold."""
        self._filled.update(dict.fromkeys(containers))

    def run(self) -> None:
        """Let everything flow as far as it goes."""
        self._hand_back()
        todo = list(self._kinds)
        while todo:
            key = todo.pop()
            kind = self._kinds[key]
            for other in self._onward.get(key, ()):
                self._reach(other, kind, todo)
            if inherited := kind & Kind.INHERITED:
                for other in self._computed.get(key, ()):
                    self._reach(other, inherited, todo)

    def owners(self, source: Source) -> frozenset[Key]:
        """The names in whose memory an expression may lie, once all has run."""
        return frozenset(key for key, carries in source.reached() if self._shares(key, carries))

    def neighbours(self, keys: Iterable[Key]) -> set[Key]:
        """The names that may hold something that lies in memory which these may hold."""
        back, on = self._both_ways
        return _closure(_closure(keys, back), on)

    @functools.cached_property
    def _both_ways(self) -> tuple[dict[Key, list[Key]], dict[Key, list[Key]]]:
        """Where the memory of each name may come from, and where it may go."""
        back: dict[Key, list[Key]] = defaultdict(list)
        on: dict[Key, list[Key]] = defaultdict(list)
        for key, other, carries in self._memory:
            if self._shares(key, carries):
                on[key].append(other)
                back[other].append(key)
        return back, on

    def _shares(self, key: Key, carries: int) -> bool:
        if carries & Carry.MEMORY:
            return True
        return bool(carries & Carry.ELEMENTS and self._kinds.get(key, 0) & Kind.LISTED)

    def _reach(self, key: Key, kind: int, todo: list[Key]) -> None:
        before = self._kinds.get(key, Kind.NONE)
        if kind & ~before:
            self._kinds[key] = before | kind
            todo.append(key)

    def _hand_back(self) -> None:
        """What is put into a borrowed container is in that of its owner."""
        todo = list(self._filled)
        for borrower in todo:  # grows
            for owner in self._lent.get(borrower, ()):
                self._onward[borrower].append(owner)
                self._memory.append((borrower, owner, Carry.HOLD))
                if owner not in self._filled:
                    self._filled[owner] = None
                    todo.append(owner)


def carried(kind: int, carries: int) -> int:
    """What of a kind is handed on."""
    if carries & Carry.KINDS:
        return kind
    return kind & Kind.INHERITED if carries & Carry.TRAITS else Kind.NONE


def _closure(keys: Iterable[Key], after: Mapping[Key, Iterable[Key]]) -> set[Key]:
    found = set(keys)
    todo = list(found)
    while todo:
        for each in after.get(todo.pop(), ()):
            if each not in found:
                found.add(each)
                todo.append(each)
    return found
