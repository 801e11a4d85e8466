"""What a file declares: its functions and classes, its variables, and what it imports."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.index.syntax import COMPREHENSIONS, walk
from flake8_tensorconv.selection.flow.calls import RECEIVERS, last_name, parameters
from flake8_tensorconv.selection.flow.graph import Key
from flake8_tensorconv.selection.flow.imports import imports
from flake8_tensorconv.selection.flow.vocabulary import FILLING, HARMLESS_DECORATORS

#: An attribute goes by its name alone, whatever it belongs to; so does what a function gives.
ATTRIBUTE, RESULT = "attribute", "result"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: A function of the file, and its signature.
Callee = tuple[Scope, ast.arguments]
#: Functions that are handed on: by a name, which is that of a variable or an attribute, or as such.
Handed = ast.Lambda | tuple[str, bool]


class Declarations:
    """The names of a file, and what they stand for.

    Attributes:
        libraries: its variables that stand for something of torch or NumPy, with dotted names.
        imported: those that stand for something of other packages, likewise.
        functions: its functions and methods by name, and those that initialize a class by its name.
        classes: the names of its classes.
        attributes: those that it assigns.
        decorated: the names of functions of which a decorator may make something else.
    """

    def __init__(self, index: Index) -> None:
        """Gather the names of a file."""
        self.libraries, self.imported = imports(index)
        self.functions: dict[str, list[Callee]] = defaultdict(list)
        self.classes: set[str] = set()
        self._lambdas: dict[ast.AST, Scope] = {}
        self._named: dict[tuple[str, bool], Sequence[Callee]] = {}
        self._bound: dict[Scope, set[str]] = defaultdict(set)
        for scope in index.scopes:
            self._declare(scope)
        self.decorated = frozenset(
            node.name
            for kind in FUNCTIONS
            for node, _ in index.nodes.get(kind, ())
            if isinstance(node, FUNCTIONS) and any(map(self._changes, node.decorator_list))
        )
        self.attributes = {
            node.attr
            for node, _ in index.nodes.get(ast.Attribute, ())
            if isinstance(node, ast.Attribute) and type(node.ctx) is ast.Store
        }
        self._bind_elsewhere(index)

    def library(self, node: ast.expr) -> str:
        """The root of the library whose function it is; "" if it is of none."""
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return self.libraries.get(node.id, "").split(".", 1)[0]

    def is_imported(self, node: ast.expr) -> bool:
        """Is it something of a module that is none of torch or NumPy, such as `itertools.chain`?"""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.imported

    def variable(self, name: str, scope: Scope | None) -> Key:
        """What a name stands for in a scope; what nothing binds is a function or class."""
        while scope is not None:
            if name in self._bound.get(scope, ()):
                return scope, name
            scope = scope.parent
        return RESULT, name

    def keys_of(self, target: ast.expr, scope: Scope) -> Iterable[Key]:
        """The names of what is given a value, or of what something is put into."""
        if isinstance(target, ast.Name):
            yield self.variable(target.id, scope)
            if isinstance(scope.node, ast.ClassDef):
                yield ATTRIBUTE, target.id
        elif isinstance(target, ast.Attribute):
            yield ATTRIBUTE, target.attr
            if target.attr in FILLING:  # `keep = outputs.append`
                yield from self.keys_of(target.value, scope)
        elif isinstance(target, (ast.Subscript, ast.Starred)):
            yield from self.keys_of(target.value, scope)
        elif isinstance(target, ast.Call):  # `outputs.setdefault(name, []).append(x)`
            if isinstance(target.func, ast.Attribute):
                yield from self.keys_of(target.func.value, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                yield from self.keys_of(element, scope)

    def lambda_scope(self, node: ast.Lambda) -> Scope:
        """The scope of a lambda's body."""
        return self._lambdas[node]

    def has_no_name(self, func: ast.expr, scope: Scope) -> bool:
        """Is what is called held by a variable, an attribute or something else?"""
        if isinstance(func, ast.Name):
            return self.variable(func.id, scope)[0] != RESULT
        if isinstance(func, ast.Attribute):
            return func.attr in self.attributes
        return True

    def callees(
        self, func: ast.expr, name: str, scope: Scope, classes: Set[str]
    ) -> Sequence[Callee]:
        """The functions of the file that a call may call by name.

        Args:
            func: what is called.
            name: the last part of its name.
            scope: where the call stands.
            classes: the names of those of which it may be an instance.
        """
        if isinstance(func, ast.Lambda):
            return [(self._lambdas[func], func.args)]
        found: Sequence[Callee] = self.functions.get(name, ())
        if name == "__init__":
            owners = _initialized(func, scope)
            return [each for each in found if owner_of(each[0]) in owners]
        if not classes:
            return found
        calls = self.functions.get("__call__", ())
        return [*found, *(each for each in calls if owner_of(each[0]) in classes)]

    def handed(self, node: ast.expr, scope: Scope, *, deep: bool = False) -> Iterator[Handed]:
        """The functions of the file that an expression hands on, anywhere in it if `deep`."""
        if not deep and not isinstance(node, _NAMING):
            return
        for each in _handed(node, deep):
            if isinstance(each, ast.Lambda):
                yield each
                continue
            name = last_name(each)
            plain = isinstance(each, ast.Name)
            if name in self.functions and not (plain and self.variable(name, scope)[0] != RESULT):
                yield name, plain

    def functions_of(self, handed: Handed) -> Sequence[Callee]:
        """The functions that are meant."""
        if isinstance(handed, ast.Lambda):
            return [(self._lambdas[handed], handed.args)]
        if handed not in self._named:
            self._named[handed] = [*self._find(*handed)]
        return self._named[handed]

    def _find(self, name: str, plain: bool) -> Iterator[Callee]:
        for function, signature in self.functions.get(name, ()):
            declared = function.node
            # Not what initializes a class, nor what is read as an attribute.
            if isinstance(declared, FUNCTIONS) and declared.name == name:
                if plain or not declared.decorator_list:
                    yield function, signature

    def _changes(self, decorator: ast.expr) -> bool:
        """May a decorator give something else than what it is given?"""
        name = last_name(decorator)
        return name in self.functions or name not in HARMLESS_DECORATORS

    def _declare(self, scope: Scope) -> None:
        node = scope.node
        self._bound[home_of(scope)] |= scope.stored | scope.looped
        if isinstance(node, ast.ClassDef):
            self.classes.add(node.name)
            return
        if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
            return
        self._bound[scope].update(arg.arg for arg in parameters(node.args))
        if isinstance(node, ast.Lambda):
            self._lambdas[node] = scope
            return
        self.functions[node.name].append((scope, node.args))
        if node.name == "__init__" and (owner := owner_of(scope)):
            self.functions[owner].append((scope, node.args))

    def _bind_elsewhere(self, index: Index) -> None:
        """What is declared `global` or `nonlocal` is bound further out."""
        for node, scope in index.nodes.get(ast.Nonlocal, ()):
            assert isinstance(node, ast.Nonlocal)
            self._bound[home_of(scope)].difference_update(node.names)
        for node, scope in index.nodes.get(ast.Global, ()):
            assert isinstance(node, ast.Global)
            self._bound[home_of(scope)].difference_update(node.names)
            self._bound[index.scopes[0]].update(node.names)


_NAMING = (
    ast.Name, ast.Attribute, ast.Lambda, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.BoolOp,
    ast.IfExp, ast.BinOp, ast.NamedExpr, ast.Starred, *COMPREHENSIONS,
)  # fmt: skip


def received(function: Scope, signature: ast.arguments) -> Iterator[Key]:
    """The parameters of a function, but for `self`."""
    for arg in parameters(signature):
        if arg.arg not in RECEIVERS:
            yield function, arg.arg


def home_of(scope: Scope) -> Scope:
    """The scope that holds the variables: a class body or renaming counts as its surroundings."""
    while isinstance(scope.node, (ast.ClassDef, ast.Assign)) and scope.parent is not None:
        scope = scope.parent
    return scope


def owner_of(function: Scope) -> str:
    """The class whose method a function is; "" for others."""
    around = None if function.parent is None else function.parent.node
    return around.name if isinstance(around, ast.ClassDef) else ""


def is_nested(function: Scope) -> bool:
    """Is it a function inside a function?"""
    return function.parent is not None and isinstance(function.parent.node, FUNCTIONS)


def _initialized(func: ast.expr, scope: Scope) -> set[str]:
    """The classes that `super().__init__` or `Base.__init__` in a method may initialize."""
    if isinstance(func, ast.Attribute) and not isinstance(func.value, ast.Call):
        return {last_name(func.value)}
    around: Scope | None = scope
    while around is not None and not isinstance(around.node, ast.ClassDef):
        around = around.parent
    if around is None or not isinstance(around.node, ast.ClassDef):
        return set()
    return set(map(last_name, around.node.bases))


def _handed(node: ast.expr, deep: bool) -> Iterator[ast.AST]:
    """The names and lambdas that an expression hands on; what it calls is none of them."""
    todo: list[ast.AST] = [*walk(node)] if deep else [node]
    for each in todo:  # grows
        if isinstance(each, (ast.Name, ast.Attribute, ast.Lambda)):
            yield each
        elif not deep:
            todo += _parts(each)


def _parts(node: ast.AST) -> Sequence[ast.expr]:
    """The expressions that one hands on as they are, or in a container."""
    match node:
        case ast.Dict(values=parts) | ast.BoolOp(values=parts):
            return parts
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return parts
        case ast.IfExp(body=first, orelse=second):
            return (first, second)
        case ast.BinOp(op=ast.Add() | ast.BitOr(), left=first, right=second):
            return (first, second)
        case ast.DictComp(value=part) | ast.NamedExpr(value=part) | ast.Starred(value=part):
            return (part,)
        case ast.ListComp(elt=part) | ast.SetComp(elt=part) | ast.GeneratorExp(elt=part):
            return (part,)
        case _:
            return ()
