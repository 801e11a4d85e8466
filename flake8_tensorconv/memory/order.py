"""An order of storages, links and changes, which are kept in sets."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from flake8_tensorconv.lattice.changes import Change
from flake8_tensorconv.locations.provenance import Link, Storage


@dataclass(frozen=True)
class Order:
    """An order of what is kept in sets, so that of several stories always the same one is told.

    Attributes:
        nodes: the nodes of the program, numbered.
    """

    nodes: Mapping[ast.AST, int]

    def of_pair(self, storage: Storage, change: Change) -> tuple[object, ...]:
        """Storages first, and the changes of one as they stand in the file."""
        return (*self.of_storage(storage), *self._of((change.node,)))

    def of_storage(self, storage: Storage) -> tuple[object, ...]:
        """As they were made."""
        made = () if storage.node is None else (storage.node,)
        rows = storage.rows
        return (
            self._of(made),
            self._of(storage.path),
            storage.rounds,
            rows.start,
            rows.aligned,
            repr(rows.steps),
            storage.perhaps,
        )

    def of_link(self, link: Link) -> tuple[object, ...]:
        """As the conversions follow each other."""
        node, path, rounds = link.kept if link.kept is not None else (None, (), ())
        kept = self._of(() if node is None else (node,))
        return (
            link.depth,
            self._of((link.call, *link.path)),
            link.rounds,
            kept,
            self._of(path),
            rounds,
            link.perhaps,
        )

    def _of(self, nodes: tuple[ast.AST, ...]) -> tuple[int, ...]:
        return tuple(self.nodes.get(node, -1) for node in nodes)
