"""The mutable objects of a program, and what they hold."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import Any

from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.values import NOTHING, Alternative, Array, Tensor, Value
from flake8_tensorconv.locations.scopes import ClassInfo


class Kind(enum.Enum):
    """What sort of object one is: a container of Python, an instance, or a lazy iterator."""

    INSTANCE = "instance"
    LIST = "list"
    DICT = "dict"
    SET = "set"
    LAZY = "lazy"


#: The objects that are known by their elements.
CONTAINER_KINDS = (Kind.LIST, Kind.DICT, Kind.SET)

#: Pseudo attributes of a module; a distribution has the first one as well.
PARAMETERS = "<parameters>"
HOOKS = "<hooks>"


@dataclass(frozen=True)
class Object:
    """What a mutable object holds.

    Attributes:
        kind: what sort of object it is.
        cls: for an instance, its class: one of this file, or another library's dotted name.
        items: contents under known keys: list positions, constant dict keys, attribute names.
        rest: what any other element may be.
        single: stands for exactly one object of the running program.
        fewer: it may hold less than its items: a dict that has got some of them on one path only.
    """

    kind: Kind
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
        """The object with one more possible element, which may be in the place of another one."""
        rest = join(self.rest, element)
        items = {key: _or_replaced(item, element) for key, item in self.items.items()}
        if rest is self.rest and all(items[key] is item for key, item in self.items.items()):
            return self
        return replace(self, items=items, rest=rest)


def _or_replaced(old: Value, new: Value) -> Value:
    """What was under a key, if it is something of another kind that may have taken its place.

    That an array is still there where a tensor has been stored under some key, or the other way
    round, nobody knows.
    """
    stored = _TOLD_APART & {type(each) for each in new.alternatives}
    gone = _TOLD_APART - stored
    if len(stored) != 1 or not any(type(each) in gone for each in old.alternatives):
        return old
    return Value(tuple(_unsure(each) if type(each) in gone else each for each in old.alternatives))


def _unsure(each: Alternative) -> Alternative:
    return replace(each, sure=False) if isinstance(each, (Tensor, Array)) else each


_TOLD_APART: frozenset[type] = frozenset({Tensor, Array})


def join_objects(a: Object, b: Object) -> Object:
    """The object that holds what either holds; `a` itself if `b` adds nothing."""
    if a is b:
        return a
    changed = a.single and not b.single
    if a.kind is Kind.LIST and a.items.keys() != b.items.keys():
        changed = changed or bool(a.items)
        a, b = a.in_any_order(), b.in_any_order()
    items = dict(a.items)
    rest = join(a.rest, b.rest)
    fewer = a.fewer or b.fewer or (a.kind is Kind.DICT and a.items.keys() != b.items.keys())
    changed = changed or rest is not a.rest or fewer != a.fewer
    if (
        a.kind is Kind.DICT and b.rest
    ):  # what is known by its key on one side may be any on the other
        for key in a.items.keys() - b.items.keys():
            items[key] = join(a.items[key], b.rest)
            changed = changed or items[key] is not a.items[key]
    for key, item in b.items.items():
        old = items.get(key, a.rest if a.kind is Kind.DICT else NOTHING)
        new = join(old, item)
        if new is not old or key not in items:
            items[key] = new
            changed = True
    if not changed:
        return a
    return replace(a, items=items, rest=rest, single=a.single and b.single, fewer=fewer)
