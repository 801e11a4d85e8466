"""Kinds of values, and how they run along the names of a file until nothing changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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
    #: What a tensor has of those that it is computed from.
    INHERITED = REFUSED | HOST | GUEST | DECLARED


#: What flows: a variable of a function (or of the module), an attribute, what a function gives.
Key = tuple[object, str]


@dataclass
class Source:
    """What an expression may be.

    Attributes:
        kind: the kinds that are known at once.
        keys: what else it may be: anything that these hold.
        computed_from: what a tensor is computed from: it has inherited kinds of these.
        rest: what else it may be: anything that its leftmost operand is. A long sum is a chain of
            such operands, and each is asked about; copying what is left of each would be quadratic.
        settled: the answer, once all has run.
    """

    kind: int = Kind.NONE
    keys: list[Key] = field(default_factory=list)
    computed_from: list[Key] = field(default_factory=list)
    rest: Source | None = None
    settled: int | None = None

    def chain(self) -> Iterator[Source]:
        """This and all that it rests on."""
        each: Source | None = self
        while each is not None:
            yield each
            each = each.rest


#: Where more names get what more names hold, all of it runs through one place.
_MANY = 8


class Flows:
    """What each name may hold, and what it hands on to others."""

    def __init__(self, vague: Iterable[Key]) -> None:
        """Start with names that hold nothing.

        Args:
            vague: names that stand for so much that where it is cannot be told.
        """
        self._vague = frozenset(vague)
        self._kinds: dict[Key, int] = {}
        self._onward: dict[Key, list[Key]] = defaultdict(list)
        self._computed: dict[Key, list[Key]] = defaultdict(list)
        self._filled: dict[Key, None] = {}
        self._lent: dict[Key, list[Key]] = defaultdict(list)

    def kind(self, source: Source) -> int:
        """What an expression may be, once all has run."""
        open_ones: list[Source] = []
        kind = Kind.NONE
        for each in source.chain():
            if each.settled is not None:
                kind = each.settled
                break
            open_ones.append(each)
        for each in reversed(open_ones):
            kind |= each.kind
            for key in each.keys:
                kind |= self._kinds.get(key, Kind.NONE)
            for key in each.computed_from:
                kind |= self._kinds.get(key, Kind.NONE) & Kind.INHERITED
            each.settled = kind
        return kind

    def add(self, key: Key, kind: int) -> None:
        """A name may hold something of this kind."""
        if kind:
            self._kinds[key] = self._kinds.get(key, Kind.NONE) | kind

    def connect(self, source: Source, keys: Iterable[Key]) -> None:
        """Names may hold what an expression is."""
        receiving = list(keys)
        if len(receiving) > _MANY and len(source.keys) + len(source.computed_from) > _MANY:
            meeting: Key = (object(), "")  # not each to each: `a, b, c = x, y, z`
            self.connect(source, [meeting])
            source = Source(keys=[meeting])
        for key in receiving:
            for part in source.chain():
                self.add(key, part.kind)
                for each in part.keys:
                    self._onward[each].append(key)
                for each in part.computed_from:
                    self._computed[each].append(key)

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
            if key in self._vague:
                kind &= ~(Kind.HOST | Kind.GUEST)
            for other in self._onward.get(key, ()):
                self._reach(other, kind, todo)
            if inherited := kind & Kind.INHERITED:
                for other in self._computed.get(key, ()):
                    self._reach(other, inherited, todo)

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
                if owner not in self._filled:
                    self._filled[owner] = None
                    todo.append(owner)
