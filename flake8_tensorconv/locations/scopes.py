"""The file's own functions and classes, and the variables that live in each scope."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.syntax import FUNCTIONS, FunctionDef, FunctionNode, parameters
from flake8_tensorconv.locations.files import File


@dataclass(frozen=True, eq=False)
class Frame:
    """One activation of a scope: its variables are state entries keyed by (frame, name).

    Attributes:
        file: where the scope is.
        parent: the frame of the enclosing scope, or None for the module.
        path: the calls that led here, outermost first.
        names: the variables that are local to this scope.
        outer: names that `global` or `nonlocal` send elsewhere, with the frame they live in.
    """

    file: File
    parent: Frame | None
    path: tuple[ast.AST, ...]
    names: frozenset[str]
    outer: dict[str, Frame] = field(default_factory=dict)


#: Methods that run on a new object before any other.
CONSTRUCTORS = ("__init__", "__post_init__")


@dataclass(frozen=True, eq=False)
class FunctionInfo:
    """A function or lambda of this file.

    Attributes:
        node: its definition.
        name: its name; "<lambda>" for a lambda.
        names: its local variables.
        globals, nonlocals: the names that it declares to live elsewhere.
        generator: contains `yield`.
        bare: does nothing; of a method that says that subclasses have to say what it does.
    """

    node: FunctionNode
    name: str
    names: frozenset[str]
    globals: frozenset[str]
    nonlocals: frozenset[str]
    generator: bool
    bare: bool

    @property
    def is_async(self) -> bool:
        """Is it an `async def`?"""
        return isinstance(self.node, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Closure:
    """A function together with the frame in which it was defined."""

    info: FunctionInfo
    frame: Frame


def function_info(node: FunctionNode, index: Index) -> FunctionInfo:
    """Describe a function or lambda of an indexed file."""
    declared_global, nonlocals = index.declared_global(node), index.declared_nonlocal(node)
    bound = index.bound(node).union(each.name for each in parameters(node.args))
    return FunctionInfo(
        node=node,
        name=node.name if isinstance(node, FUNCTIONS) else "<lambda>",
        names=bound - declared_global - nonlocals,
        globals=declared_global,
        nonlocals=nonlocals,
        generator=index.is_generator(node),
        bare=isinstance(node, FUNCTIONS) and _is_bare(node),
    )


def _is_bare(node: FunctionDef) -> bool:
    """Is its body no more than a docstring, `...`, `pass` or `raise NotImplementedError`?"""
    for statement in node.body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant(value=str())):
                pass
            case ast.Expr(value=ast.Constant(value=constant)) if constant is ...:
                pass
            case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
                return name == "NotImplementedError"
            case _:
                return False
    return True


@dataclass(frozen=True, eq=False)
class ClassInfo:
    """A class of this file.

    Attributes:
        node: its definition.
        name: its name.
        frame: the frame in which it was defined.
        bases: in-file base classes and dotted names of foreign ones, in order.
        namespace: frame that holds its methods and class-level variables.
    """

    node: ast.ClassDef
    name: str
    frame: Frame
    bases: tuple[ClassInfo | str, ...]
    namespace: Frame

    @functools.cached_property
    def mro(self) -> tuple[ClassInfo, ...]:
        """This class and its in-file ancestors, in the order in which Python looks at them."""
        bases = [base for base in self.bases if isinstance(base, ClassInfo)]
        return (self, *_merged([*(base.mro for base in bases), tuple(bases)]))

    def foreign_bases(self) -> Iterator[str]:
        """Dotted names of the ancestors that other libraries define."""
        for info in self.mro:
            for base in info.bases:
                if isinstance(base, str):
                    yield base


def _merged(orders: list[tuple[ClassInfo, ...]]) -> Iterator[ClassInfo]:
    """The C3 linearization: a class comes before its bases, and these as they are written.

    Where Python would refuse the class, the first one left goes first.
    """
    while orders := [order for order in orders if order]:
        behind = {info for order in orders for info in order[1:]}
        heads = [order[0] for order in orders]
        first = next((head for head in heads if head not in behind), heads[0])
        yield first
        orders = [tuple(info for info in order if info is not first) for order in orders]
