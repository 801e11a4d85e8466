"""The index of a file: made once, asked by the selection and by the interpreter.

Only the walk itself is done for every file; all else is found when it is asked for, and kept.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from flake8_tensorconv.index.bindings import Binding, bindings_in
from flake8_tensorconv.index.scopes import Nodes, Scope, imported_root, walk_scopes
from flake8_tensorconv.index.syntax import (
    DEFINITIONS,
    call_args,
    children,
    dotted_name,
    last_name,
    walk,
)

#: Expressions that stand for a type that has no name.
_TYPES = (ast.Subscript, ast.BinOp)


@dataclass(frozen=True, eq=False)
class Index:
    """What is where in a file.

    Attributes:
        tree: the file.
        scopes: all of it, the module first, outer ones before inner ones.
        nodes: its nodes by type, each with the scope that it stands in; see `walk_scopes`.
    """

    tree: ast.Module
    scopes: list[Scope]
    nodes: Nodes
    _bindings: dict[ast.AST, dict[str, Binding]] = field(default_factory=dict)

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        return self.scopes[0]

    def mentions(self, *names: str) -> bool:
        """Is one of these mentioned anywhere?"""
        return any(not scope.mentions.isdisjoint(names) for scope in self.scopes)

    def mentions_in(self, node: ast.AST, names: Set[str]) -> bool:
        """Is one of these mentioned in a class, function or lambda, or in what stands inside?"""
        return not self._by_node[node].all_mentions().isdisjoint(names)

    # Names and what they stand for.

    def bound(self, node: ast.AST) -> frozenset[str]:
        """The names that a module, class, function or lambda binds, parameters left out."""
        scope = self._by_node[node]
        found = set(scope.stored)
        for each in scope.inner:
            if isinstance(each.node, DEFINITIONS):
                found.add(each.node.name)
            elif isinstance(each.node, ast.Assign):
                found |= each.stored
        return frozenset(found | self._imported_in.get(scope, set()))

    def declared_global(self, node: ast.AST) -> frozenset[str]:
        """The names in the `global` statements of a function."""
        return frozenset(self._globals.get(self._by_node[node], ()))

    def declared_nonlocal(self, node: ast.AST) -> frozenset[str]:
        """The names in the `nonlocal` statements of a function."""
        return frozenset(self._nonlocals.get(self._by_node[node], ()))

    def is_generator(self, node: ast.AST) -> bool:
        """Does a function or lambda contain `yield`?"""
        return self._by_node[node] in self._yielding

    def bindings(self, node: ast.AST) -> dict[str, Binding]:
        """How the variables of a function or of the module are bound."""
        found = self._bindings.get(node)
        if found is None:
            found = self._bindings[node] = bindings_in(node)
        return found

    @functools.cached_property
    def globals(self) -> frozenset[str]:
        """The names in all `global` statements."""
        return frozenset(name for names in self._globals.values() for name in names)

    @functools.cached_property
    def called(self) -> frozenset[str]:
        """The last part of every name that is called, or handed on like a value."""
        called: set[str] = set()
        for node, _ in self.nodes.get(ast.Call, ()):
            assert isinstance(node, ast.Call)
            if isinstance(node.func, ast.Attribute):
                called.add(node.func.attr)
            for each in (node.func, *node.args, *(keyword.value for keyword in node.keywords)):
                given = each.value if isinstance(each, ast.Starred) else each
                if isinstance(given, ast.Name):
                    called.add(given.id)
        return frozenset(called)

    @functools.cached_property
    def imported(self) -> list[tuple[str, str]]:
        """The variables that are imported, with dotted names; those of relative ones begin so."""
        return [each for _, each in self._imports()]

    @functools.cached_property
    def type_aliases(self) -> dict[str, ast.expr]:
        """What the file calls by a name of its own: `Numbers = Union[np.ndarray, float]`."""
        found: dict[str, ast.expr] = {}
        for node, scope in (*self.nodes.get(ast.Assign, ()), *self.nodes.get(ast.AnnAssign, ())):
            if scope.parent is None and isinstance(node, (ast.Assign, ast.AnnAssign)):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name) and isinstance(node.value, _TYPES):
                    found[target.id] = node.value
        if sys.version_info >= (3, 12):
            for each in self.tree.body:
                if isinstance(each, ast.TypeAlias) and isinstance(each.value, _TYPES):
                    found[each.name.id] = each.value
        return found

    # Nodes and their places.

    @functools.cached_property
    def order(self) -> dict[ast.AST, int]:
        """The nodes of the file, numbered: to choose among equals the same one every time.

        A node comes before those in it, and of these the last one first.
        """
        found: dict[ast.AST, int] = {}
        todo: list[ast.AST] = [self.tree]
        while todo:
            node = todo.pop()
            found[node] = len(found)
            todo += children(node)
        return found

    @functools.cached_property
    def dropped(self) -> frozenset[ast.AST]:
        """Calls whose results nobody keeps, but for the next call: all of `a.exp_().mul_(2)`."""
        found: set[ast.AST] = set()
        for node in walk(self.tree):
            if isinstance(node, ast.Expr):
                call: ast.AST = node.value
                while isinstance(call, ast.Call):
                    found.add(call)
                    call = call.func.value if isinstance(call.func, ast.Attribute) else call.func
        return frozenset(found)

    @functools.cached_property
    def followed(self) -> dict[ast.Call, str]:
        """By call, the attribute that is taken from its result on the spot.

        Of `f(x).to(torch.int64)` it is the name of the dtype.
        """
        found: dict[ast.Call, str] = {}
        for node, _ in self.nodes.get(ast.Attribute, ()):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call):
                found[node.value] = node.attr
        for node, _ in self.nodes.get(ast.Call, ()):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                if isinstance(node.func.value, ast.Call) and (dtype := _cast(node)):
                    found[node.func.value] = dtype
        return found

    @functools.cached_property
    def stored(self) -> dict[ast.Call, ast.Subscript]:
        """By call, the part of something that its result is stored into on the spot."""
        found: dict[ast.Call, ast.Subscript] = {}
        for node, _ in (*self.nodes.get(ast.Assign, ()), *self.nodes.get(ast.AugAssign, ())):
            assert isinstance(node, (ast.Assign, ast.AugAssign))
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if isinstance(node.value, ast.Call) and len(targets) == 1:
                if isinstance(targets[0], ast.Subscript):
                    found[node.value] = targets[0]
        return found

    @functools.cached_property
    def _by_node(self) -> dict[ast.AST, Scope]:
        return {scope.node: scope for scope in self.scopes}

    @functools.cached_property
    def _globals(self) -> dict[Scope, set[str]]:
        return self._declared(ast.Global)

    @functools.cached_property
    def _nonlocals(self) -> dict[Scope, set[str]]:
        return self._declared(ast.Nonlocal)

    def _declared(self, kind: type[ast.Global | ast.Nonlocal]) -> dict[Scope, set[str]]:
        found: dict[Scope, set[str]] = defaultdict(set)
        for node, scope in self.nodes.get(kind, ()):
            assert isinstance(node, (ast.Global, ast.Nonlocal))
            found[scope].update(node.names)
        return found

    @functools.cached_property
    def _yielding(self) -> frozenset[Scope]:
        pairs = (*self.nodes.get(ast.Yield, ()), *self.nodes.get(ast.YieldFrom, ()))
        return frozenset(scope for _, scope in pairs)

    @functools.cached_property
    def _imported_in(self) -> dict[Scope, set[str]]:
        found: dict[Scope, set[str]] = defaultdict(set)
        for scope, (name, _) in self._imports():
            if name != "*":
                found[scope].add(name)
        return found

    def _imports(self) -> Iterator[tuple[Scope, tuple[str, str]]]:
        for node, scope in self.nodes.get(ast.Import, ()):
            assert isinstance(node, ast.Import)
            for alias in node.names:
                root = imported_root(alias)
                yield scope, (root, alias.name if alias.asname else root)
        for node, scope in self.nodes.get(ast.ImportFrom, ()):
            assert isinstance(node, ast.ImportFrom)
            module = "" if node.level else node.module or ""
            for alias in node.names:
                yield scope, (alias.asname or alias.name, f"{module}.{alias.name}")


def index_of(tree: ast.Module) -> Index:
    """Walk over a file."""
    return Index(tree, *walk_scopes(tree))


def _cast(node: ast.Call) -> str:
    """The dtype of `x.to(torch.int64)`, by its name; "" if there is none."""
    args = call_args(node)
    if last_name(node.func) not in ("to", "type") or len(args) != 1:
        return ""
    dotted = dotted_name(args[0].value)
    return dotted.rsplit(".", 1)[-1] if dotted is not None and "." in dotted else ""
