"""The file's own functions and classes, and the variables that live in each scope."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from flake8_tensorconv.focusing.outline import Names
from flake8_tensorconv.syntax import (
    COMPREHENSIONS,
    DEFINITIONS,
    FUNCTIONS,
    LOOPS,
    FunctionDef,
    FunctionNode,
    body_of,
    call_args,
    children,
    parameters,
    push,
    walk,
)


@dataclass(frozen=True, eq=False)
class Frame:
    """One activation of a scope: its variables are state entries keyed by (frame, name).

    Attributes:
        parent: the frame of the enclosing scope, or None for the module.
        path: the calls that led here, outermost first.
        names: the variables that are local to this scope.
        outer: names that `global` or `nonlocal` send elsewhere, with the frame they live in.
    """

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


@dataclass
class _Locals:
    """The names that one scope binds."""

    bound: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    generator: bool = False


def _targets(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, (ast.Tuple, ast.List)):
        for element in node.elts:
            yield from _targets(element)
    elif isinstance(node, ast.Starred):
        yield from _targets(node.value)


_STORING = (ast.AugAssign, ast.AnnAssign, ast.NamedExpr, *LOOPS)
_NESTED = (ast.Lambda, *COMPREHENSIONS)
_BINDING = frozenset(
    {
        *_STORING, *_NESTED, *DEFINITIONS, ast.Assign, ast.withitem, ast.ExceptHandler, ast.Import,
        ast.ImportFrom, ast.MatchAs, ast.MatchStar, ast.MatchMapping, ast.Global, ast.Nonlocal,
        ast.Yield, ast.YieldFrom,
    }
)  # fmt: skip


def _collect(nodes: Iterable[ast.AST], into: _Locals) -> None:
    """Record what the nodes, and those in them, bind in the scope they stand in."""
    todo = [*nodes]
    while todo:
        node = todo.pop()
        if type(node) not in _BINDING or _bind(node, into):
            push(todo, node)


def _bind(node: ast.AST, into: _Locals) -> bool:
    """Record what a node itself binds; tells whether more may be bound inside."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            into.bound.update(_targets(target))
    elif isinstance(node, _STORING):
        into.bound.update(_targets(node.target))
    elif isinstance(node, DEFINITIONS):
        into.bound.add(node.name)
        return False
    elif isinstance(node, ast.withitem):
        if node.optional_vars is not None:
            into.bound.update(_targets(node.optional_vars))
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        names = (each.asname or imported_root(each) for each in node.names)
        into.bound.update(name for name in names if name != "*")
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar, ast.MatchMapping)):
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            into.bound.add(name)
    elif isinstance(node, ast.Global):
        into.globals.update(node.names)
    elif isinstance(node, ast.Nonlocal):
        into.nonlocals.update(node.names)
    elif isinstance(node, _NESTED):
        # Only a walrus gets out of a comprehension; lambdas keep everything.
        if not isinstance(node, ast.Lambda):
            inner = _Locals()
            _collect(children(node), inner)
            into.bound |= inner.bound
        return False
    else:
        into.generator = True
    return True


def imported_root(alias: ast.alias) -> str:
    """The variable that `import a.b` or `from m import a` binds."""
    return alias.name.partition(".")[0]


def function_info(node: FunctionNode) -> FunctionInfo:
    """Describe a function or lambda."""
    found = _Locals()
    _collect(body_of(node), found)
    found.bound.update(each.name for each in parameters(node.args))
    name = node.name if isinstance(node, FUNCTIONS) else "<lambda>"
    local = frozenset(found.bound - found.globals - found.nonlocals)
    return FunctionInfo(
        node=node,
        name=name,
        names=local,
        globals=frozenset(found.globals),
        nonlocals=frozenset(found.nonlocals),
        generator=found.generator,
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


def module_names(module: ast.Module, declared_global: Set[str]) -> frozenset[str]:
    """The variables of the module, with those that functions send to it by `global`."""
    found = _Locals()
    _collect(module.body, found)
    return frozenset(found.bound) | declared_global


def names_in(module: ast.Module) -> Names:
    """What is done with names in a module."""
    called: set[str] = set()
    declared_global: set[str] = set()
    for node in walk(module):
        if isinstance(node, ast.Call):
            func = node.func
            if isinstance(func, ast.Attribute):
                called.add(func.attr)
            for each in (func, *(arg.value for arg in call_args(node))):
                if isinstance(each, ast.Name):
                    called.add(each.id)
        elif isinstance(node, ast.Global):
            declared_global.update(node.names)
    return Names(frozenset(called), frozenset(declared_global))


def class_names(node: ast.ClassDef) -> frozenset[str]:
    """The variables of a class body."""
    found = _Locals()
    _collect(node.body, found)
    return frozenset(found.bound)


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
