"""The file's own functions and classes, and the variables that live in each scope."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from flake8_tensorconv.focusing.outline import Names
from flake8_tensorconv.syntax import body_statements, children, walk

FunctionNode = ast.FunctionDef | ast.Lambda


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
        return isinstance(self.node, ast.FunctionDef) and self.node.asynchronous is not None


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
        yield node.value
    elif isinstance(node, (ast.Tuple, ast.List)):
        for element in node.elements:
            yield from _targets(element.value)
    elif isinstance(node, ast.Starred):
        yield from _targets(node.value)


_NESTED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


_LEAVES = frozenset({ast.Name, cst.SimpleString, cst.Integer, cst.Float, ast.Pass})
_BINDING = frozenset(
    {
        ast.FunctionDef, ast.ClassDef, ast.NamedExpr, cst.AssignTarget, ast.AnnAssign,
        ast.AugAssign, ast.For, cst.NameItem, cst.AsName, ast.alias, ast.MatchAs,
        ast.MatchStar, ast.MatchMapping, ast.Global, ast.Nonlocal, ast.Yield, *_NESTED,
    }
)  # fmt: skip


def _collect(node: ast.AST, into: _Locals) -> None:
    """Record what `node` binds in the scope it stands in."""
    for child in children(node):
        kind = type(child)
        if kind in _LEAVES:
            continue
        if kind not in _BINDING:
            _collect(child, into)
            continue
        match child:
            case (
                cst.AssignTarget() | ast.AugAssign() | ast.AnnAssign() | ast.For() | ast.NamedExpr()
            ):
                into.bound.update(_targets(child.target))
            case ast.FunctionDef() | ast.ClassDef():
                into.bound.add(child.name.value)
                continue
            case cst.NameItem():
                into.bound.add(child.name.value)
            case cst.AsName():
                into.bound.update(_targets(child.name))
            case ast.alias(asname=None):
                into.bound.add(imported_root(child))
            case ast.MatchAs() | ast.MatchStar() | ast.MatchMapping():
                name = child.rest if isinstance(child, ast.MatchMapping) else child.name
                if name is not None:
                    into.bound.add(name.value)
            case ast.Global(names=names):
                into.globals.update(item.name.value for item in names)
                continue
            case ast.Nonlocal(names=names):
                into.nonlocals.update(item.name.value for item in names)
                continue
            case ast.Yield():
                into.generator = True
            case _ if isinstance(child, _NESTED):
                # Only a walrus gets out of a comprehension; lambdas keep everything.
                if not isinstance(child, ast.Lambda):
                    inner = _Locals()
                    _collect(child, inner)
                    into.bound |= inner.bound
                continue
        _collect(child, into)


def imported_root(alias: ast.alias) -> str:
    """The variable that `import a.b` or `from m import a` binds."""
    node: ast.expr = alias.name
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.value if isinstance(node, ast.Name) else ""


def parameters(params: ast.arguments) -> Iterator[ast.arg]:
    """All parameters in the order of the signature, `*args` and `**kwargs` included."""
    yield from params.posonly_params
    yield from params.params
    if isinstance(params.star_arg, ast.arg):
        yield params.star_arg
    yield from params.kwonly_params
    if params.star_kwarg is not None:
        yield params.star_kwarg


def function_info(node: FunctionNode) -> FunctionInfo:
    """Describe a function or lambda."""
    found = _Locals()
    _collect(node.body, found)
    found.bound.update(p.name.value for p in parameters(node.params))
    name = node.name.value if isinstance(node, ast.FunctionDef) else "<lambda>"
    local = frozenset(found.bound - found.globals - found.nonlocals)
    return FunctionInfo(
        node=node,
        name=name,
        names=local,
        globals=frozenset(found.globals),
        nonlocals=frozenset(found.nonlocals),
        generator=found.generator,
        bare=isinstance(node, ast.FunctionDef) and _is_bare(node),
    )


def _is_bare(node: ast.FunctionDef) -> bool:
    """Is its body no more than a docstring, `...`, `pass` or `raise NotImplementedError`?"""
    for statement in body_statements(node.body):
        match statement:
            case ast.Pass() | ast.Expr(
                cst.SimpleString() | cst.ConcatenatedString() | cst.Ellipsis()
            ):
                pass
            case ast.Raise(
                ast.Name("NotImplementedError") | ast.Call(ast.Name("NotImplementedError"))
            ):
                return True
            case _:
                return False
    return True


def module_names(module: ast.Module, declared_global: Set[str]) -> frozenset[str]:
    """The variables of the module, with those that functions send to it by `global`."""
    found = _Locals()
    _collect(module, found)
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
            for each in (func, *(arg.value for arg in node.args)):
                if isinstance(each, ast.Name):
                    called.add(each.value)
        elif isinstance(node, ast.Global):
            declared_global.update(item.name.value for item in node.names)
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
