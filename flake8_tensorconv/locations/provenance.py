"""Where values come from: why a fact holds, whose memory it is, which conversions lie between."""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_tensorconv.locations.rows import ALL_ROWS, Rows

if TYPE_CHECKING:
    from flake8_tensorconv.locations.scopes import FunctionInfo


@dataclass(frozen=True)
class Reason:
    """Why a fact holds: a link of a chain that ends where the fact began.

    Attributes:
        node: the expression or statement that the text is about.
        text: what it does to the value, such as "result of `{code}`"; `{code}` stands for the
            source of the node.
        cause: what came before, or None at the beginning.
        depth: how many links lie before this one.
    """

    node: ast.AST
    text: str
    cause: Reason | None = None
    depth: int = 0

    def told(self, code: Callable[[ast.AST], str]) -> str:
        """The text with the source of the node in it, which `code` gives."""
        return self.text.replace("{code}", code(self.node)) if "{code}" in self.text else self.text

    def then(self, node: ast.AST, text: str) -> Reason:
        """The chain with one more step."""
        return Reason(node, text, self, self.depth + 1)

    @property
    def root(self) -> ast.AST:
        """Where the fact began."""
        reason = self
        while reason.cause is not None:
            reason = reason.cause
        return reason.node


class Origin(enum.Enum):
    """Whose memory it is."""

    FRESH = "fresh"
    PARAMETER = "parameter"
    ATTRIBUTE = "attribute"
    GLOBAL = "global"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Link:
    """A conversion that gave memory a second name, or a place where that name is kept.

    Attributes:
        call: the converting expression.
        at: what in it a finding points at.
        operand: the expression whose memory got the second name.
        via: dotted name of what converts: "torch.from_numpy", "Tensor.numpy".
        path, rounds: the calls that led there, and the rounds of the loops around it.
        depth: how many conversions the memory had been through before.
        blank: nothing had been written to the memory yet.
        perhaps: it is the same memory only if a move before it had nothing to do.
        kept: where the name was put away for later, if it was, and the calls and rounds that led
            there.
    """

    call: ast.AST
    at: ast.AST
    operand: ast.expr
    via: str
    path: tuple[ast.AST, ...] = ()
    rounds: tuple[int, ...] = ()
    depth: int = 0
    blank: bool = False
    perhaps: bool = False
    kept: tuple[ast.AST, tuple[ast.AST, ...], tuple[int, ...]] | None = None

    def is_same_conversion(self, other: Link) -> bool:
        """Do the two come from the same conversion, wherever its result was put since?"""
        mine, theirs = (self.call, self.path, self.rounds), (other.call, other.path, other.rounds)
        return mine == theirs


@dataclass(frozen=True)
class Storage:
    """A stretch of memory, as one name reaches it.

    Attributes:
        origin: whose it is.
        node: where the program made or got it.
        path, rounds: the calls that led there, and the rounds of the loops around it.
        links: the conversions that lie between the memory and this name.
        dense: the name sees it without gaps and in order, so that `reshape` need not copy.
        rows: the part of it that the name reaches.
        entry: the keys under which it lies in the containers that a caller gave.
        perhaps: it may also be a copy: `.cpu()` of what may have been anywhere.
    """

    origin: Origin
    node: ast.AST | None = field(default=None)
    path: tuple[ast.AST, ...] = ()
    rounds: tuple[int, ...] = ()
    links: frozenset[Link] = frozenset()
    dense: bool = True
    rows: Rows = ALL_ROWS
    entry: tuple[str, ...] = ()
    perhaps: bool = False

    @property
    def memory(self) -> Storage:
        """The memory itself, whichever name reaches it."""
        return Storage(self.origin, self.node, self.path, self.rounds, entry=self.entry)


@dataclass(frozen=True)
class Refusal:
    """A computation of two floating dtypes, which torch refuses only when it computes gradients.

    Attributes:
        call: the computation.
        operand: the expression of the float64 tensor.
        reason, other: where that and the float32 tensor come from.
    """

    call: ast.expr
    operand: ast.expr
    reason: Reason | None = field(default=None, compare=False)
    other: Reason | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Cut:
    """A place where the graph of a tensor that requires grad ends.

    Attributes:
        call: the detaching or converting call, or `x.data`.
        stack: the functions being run, outermost first.
        crossed: the data has been through NumPy, or was copied by `torch.tensor`; otherwise it
            was merely detached, which nobody does by accident.
        listed: a tensor was made of a list of tensors.
        read: it was read as a number of Python: `.item()`.
    """

    call: ast.Call | ast.Attribute
    stack: tuple[FunctionInfo, ...]
    crossed: bool
    listed: bool = False
    read: bool = False
