"""What a method finds where it is called first: not what it will leave there itself.

    class Filters(elsewhere.Base):
        def to_tensors(self):
            self.bank = torch.from_numpy(self.bank)

Nothing but `to_tensors` stores a bank in this file, so what it finds is what a base class in
another file has stored. The same holds for the methods that call it. And what a constructor calls
finds what the constructor has stored so far, which is looked at there.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from flake8_tensorconv.index.syntax import FUNCTIONS, parameters, string_of, walk
from flake8_tensorconv.lattice.objects import Object
from flake8_tensorconv.lattice.values import UNKNOWN
from flake8_tensorconv.libraries.torch.modules import may_be_module
from flake8_tensorconv.locations.scopes import CONSTRUCTORS, ClassInfo, FunctionInfo

#: Calls that name what they store, or ask whether it is there yet.
_NAMING = {
    "setattr", "register_buffer", "register_parameter", "register_module", "add_module",
    "hasattr", "getattr", "delattr",
}  # fmt: skip


def found_first(held: Object, owner: ClassInfo, method: FunctionInfo) -> Object:
    """An instance as a method finds it that is called for the first time.

    Args:
        held: the instance, with what all methods may have stored in it.
        owner: its class.
        method: the method.
    """
    if not held.items:
        return held
    statements = [each for info in owner.mro for each in info.node.body]
    inside = reached(method.node, statements)
    own = {name for each in inside for name in _stored(each)} & held.items.keys()
    if own and not _is_of_construction(method.node, statements):
        if not _has_unknown_base(owner):
            return held
        own -= {name for each in statements if each not in inside for name in _stored(each)}
    own -= {name for node in walk(method.node) if own for name in _named(node)}
    return replace(held, items={**held.items, **dict.fromkeys(own, UNKNOWN)}) if own else held


def _is_of_construction(method: ast.AST, statements: list[ast.stmt]) -> bool:
    """Does a constructor lead to the method?"""
    return any(
        method in reached(each, statements)
        for each in statements
        if isinstance(each, FUNCTIONS) and each.name in CONSTRUCTORS
    )


def reached(method: ast.AST, statements: Sequence[ast.AST]) -> list[ast.AST]:
    """A method, and those of its class that it leads to."""
    found = [method]
    for caller in found:
        called = _called(caller)
        found += [
            each
            for each in statements
            if isinstance(each, FUNCTIONS) and each.name in called and each not in found
        ]
    return found


@functools.lru_cache(maxsize=1024)
def _called(caller: ast.AST) -> frozenset[str]:
    """The methods that are called in a method."""
    return frozenset(
        node.func.attr
        for node in walk(caller)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )


def _has_unknown_base(owner: ClassInfo) -> bool:
    """Is there a base class of which nothing says what it stores?"""
    return may_be_module(owner) and any(
        base.partition(".")[0] not in _FRAMEWORKS for base in owner.foreign_bases()
    )


#: Their base classes store nothing under the names that programs choose.
_FRAMEWORKS = {"torch", "pytorch_lightning", "lightning", "transformers", "abc", "typing"}


@functools.lru_cache(maxsize=1024)
def _stored(statement: ast.AST) -> frozenset[str]:
    """The attributes that a method, or a statement in the body of a class, stores."""
    return frozenset(_stores(statement))


def _stores(statement: ast.AST) -> Iterator[str]:
    if not isinstance(statement, FUNCTIONS):
        for node in walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
        return
    yield statement.name
    first = next((each.name for each in parameters(statement.args)), None)
    for node in walk(statement):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if isinstance(node.value, ast.Name) and node.value.id == first:
                yield node.attr
        else:
            yield from _named(node)


def _named(node: ast.AST) -> Iterator[str]:
    """The attributes that a call names as text."""
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in _NAMING:
            yield from (text for each in node.args if (text := string_of(each)) is not None)
