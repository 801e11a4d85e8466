"""What in a file may hold a tensor or an array, and what may lie in one memory: from above."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.selection.flow.edges import Edges
from flake8_tensorconv.selection.flow.graph import Key, Kind

_HOST = Kind.TENSOR | Kind.HOST
_GUEST = Kind.TENSOR | Kind.GUEST


class Kinds:
    """What is asked of the flow graph of a file.

    Attributes:
        libraries: its variables that stand for something of torch or NumPy, with dotted names.
        placing: the scopes that name an accelerator.
    """

    def __init__(self, index: Index, *, declared: bool, broad: bool) -> None:
        """Follow the names of a file.

        Args:
            index: the file.
            declared: may NumPy refuse a parameter that is merely declared as a tensor?
            broad: may it even refuse a tensor that the file makes without asking for more?
        """
        edges = Edges(index, declared=declared, broad=broad)
        self._names, self._sources, self._graph = edges.names, edges.sources, edges.graph
        self._converted = edges.converted
        self._declared = declared
        self.libraries = self._names.libraries
        self.placing = frozenset(self._sources.placing)

    def library(self, node: ast.expr) -> str:
        """The root of the library whose function it is; "" if it is of none."""
        return self._names.library(node)

    def may_be(self, node: ast.AST, scope: Scope) -> int:
        """What an expression in a scope may be."""
        return self._kind(node, scope) & ~(Kind.INHERITED | Kind.LISTED)

    def may_be_list(self, node: ast.AST, scope: Scope) -> bool:
        """May an expression in a scope be a list or the like?"""
        return bool(self._kind(node, scope) & Kind.LISTED)

    def may_be_refused(self, node: ast.AST, scope: Scope) -> bool:
        """May an expression in a scope be a tensor that NumPy refuses?"""
        refused = Kind.REFUSED | Kind.DECLARED if self._declared else Kind.REFUSED
        return bool(self._kind(node, scope) & refused)

    def may_be_declared(self, node: ast.AST, scope: Scope) -> bool:
        """May an expression in a scope be a tensor, and no array, that comes from outside?"""
        return bool(self._kind(node, scope) & Kind.DECLARED)

    def may_take_index(self, func: ast.AST, scope: Scope) -> bool:
        """May what is called be a module that takes an index?"""
        return bool(self._kind(func, scope) & Kind.INDEXER)

    def may_be_on_cpu(self, node: ast.AST, scope: Scope) -> bool:
        """May an expression in a scope be a tensor or module that has stayed on the CPU?"""
        return self._kind(node, scope) & _HOST == _HOST

    def may_be_on_accelerator(self, node: ast.AST, scope: Scope) -> bool:
        """May an expression in a scope be one that the file puts on an accelerator?"""
        return self._kind(node, scope) & _GUEST == _GUEST

    def calls_what_is_held(self, call: ast.Call, scope: Scope) -> bool:
        """Is what is called held by a variable, an attribute or something else, like a module?"""
        return not self._names.library(call.func) and self._names.has_no_name(call.func, scope)

    def _kind(self, node: ast.AST, scope: Scope) -> int:
        kind = self._graph.kind(self._sources.of(node, scope))
        if kind & Kind.CONVERTED:
            kind -= Kind.CONVERTED
            kind |= Kind.NONE if node in self._converted else Kind.ARRAY
        return kind

    # Memory.

    def memory(self, node: ast.AST, scope: Scope) -> frozenset[Key]:
        """The names in whose memory an expression in a scope may lie."""
        return self._graph.owners(self._sources.of(node, scope))

    def sharing(self, memory: Iterable[Key]) -> set[Key]:
        """All names that may hold something that lies in this memory."""
        return self._graph.neighbours(memory)
