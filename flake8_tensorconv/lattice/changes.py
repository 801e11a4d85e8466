"""Changes of memory in place."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_tensorconv.locations.provenance import Link, Storage
from flake8_tensorconv.locations.regions import Step
from flake8_tensorconv.locations.rows import Rows


@dataclass(frozen=True)
class Change:
    """Memory was changed in place.

    Attributes:
        memory: which.
        node: the statement or expression that did it.
        through: the links between the memory and the name by which it was changed.
        held: all links to the memory that existed then.
        blind: what was there before has not been looked at: it was simply overwritten.
        rows: the part that was changed.
        gone: steps that lead to what has been overwritten since.
    """

    memory: Storage
    node: ast.AST
    through: frozenset[Link]
    held: frozenset[Link]
    blind: bool
    rows: Rows
    gone: frozenset[tuple[Step | None, ...]] = frozenset()
