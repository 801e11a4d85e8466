"""What a loop is about to do with the elements of a container."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_tensorconv.lattice.values import NOTHING, Ref, Value


@dataclass(eq=False)
class Rebuilding:
    """What a loop does with the elements of one container.

    Attributes:
        target: `xs[i]`.
        stores: all the places in the loop where that is stored.
        ref: the container.
        element: the variable that holds the element where a turn begins; "" if there is none.
        made: what the turns have made of their elements so far.
        lost: something else has changed the container meanwhile.
        keys: the keys that the loop goes through; None if they are not known.
    """

    target: ast.Subscript
    stores: frozenset[ast.Subscript]
    ref: Ref
    element: str
    made: Value = NOTHING
    lost: bool = False
    keys: tuple[object, ...] | None = None
