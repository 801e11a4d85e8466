"""What a call has done that was followed into a function of the file."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_tensorconv.lattice.objects import Object
from flake8_tensorconv.lattice.state import Changes
from flake8_tensorconv.lattice.values import Value


@dataclass(frozen=True)
class Outcome:
    """What a call did.

    Attributes:
        result: what it gave back.
        changes: what it changed of the state it began in.
        before: the objects it began with, kept so that their identities stay theirs.
        path: the calls that led to it.
    """

    result: Value
    changes: Changes
    before: tuple[Object, ...]
    path: tuple[ast.AST, ...]
