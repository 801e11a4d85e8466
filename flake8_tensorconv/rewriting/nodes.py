"""Replacing nodes of a libcst tree."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst


class ReplaceNodes(cst.CSTTransformer):
    """Replaces nodes, known by identity, also where one lies inside the replacement of another."""

    def __init__(self, changes: Iterable[tuple[cst.BaseExpression, cst.BaseExpression]]) -> None:
        """Take what becomes what; of two changes of the same node, the first one counts."""
        super().__init__()
        self._pending: dict[cst.CSTNode, cst.BaseExpression] = {}
        for old, new in changes:
            self._pending.setdefault(old, new)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Visit the children of those nodes that stay."""
        return node not in self._pending

    def on_leave(  # type: ignore[override]
        self, original_node: cst.CSTNode, updated_node: cst.CSTNode
    ) -> cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]:
        """Put the replacement in place, after replacing inside it."""
        # Taken off the list first: the new expression usually contains the old one.
        new = self._pending.pop(original_node, None)
        return updated_node if new is None else new.visit(self)
