"""What objects are called, and where the parameters of modules are held."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Address:
    """Names a mutable object by the expression that makes it, the calls that led there, and the
    rounds of the loops around it as far as these are told apart.
    """

    node: ast.AST | str
    path: tuple[ast.AST, ...] = ()
    rounds: tuple[int, ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Addresses are looked up far more often than they are made.
        object.__setattr__(self, "_hash", hash((self.node, self.path, self.rounds)))

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True)
class Owner:
    """Where a parameter is held, so that what is done to it shows in the module.

    Attributes:
        module: the module that it was got from; None if it was got from none as a whole.
        slots: the modules that hold it themselves, and its name there: one of these it is. Empty
            if nobody knows which of the parameters of `module` it is.
    """

    module: Address | None = None
    slots: frozenset[tuple[Address, str]] = frozenset()

    def join(self, other: Owner | None) -> Owner | None:
        """That of what may be either; None if nothing is left."""
        if other is None or self == other:
            return None if other is None else self
        module = self.module if self.module == other.module else None
        slots = self.slots | other.slots if self.slots and other.slots else frozenset()
        return Owner(module, slots) if module is not None or slots else None
