"""Where values come from: why a fact holds, whose memory it is, which conversions lie between."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from flake8_tensorconv.analysis.rows import ALL_ROWS, Rows
from flake8_tensorconv.analysis.syntax import excerpt

if TYPE_CHECKING:
    from flake8_tensorconv.analysis.scopes import FunctionInfo


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

    node: cst.CSTNode
    text: str
    cause: Reason | None = None
    depth: int = 0

    def told(self) -> str:
        """The text with the source of the node in it."""
        return (
            self.text.replace("{code}", excerpt(self.node)) if "{code}" in self.text else self.text
        )

    def then(self, node: cst.CSTNode, text: str) -> Reason:
        """The chain with one more step."""
        return Reason(node, text, self, self.depth + 1)

    @property
    def root(self) -> cst.CSTNode:
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
        at: the name in it that a finding points at.
        operand: the expression whose memory got the second name.
        via: dotted name of what converts: "torch.from_numpy", "Tensor.numpy".
        path, rounds: the calls that led there, and the rounds of the loops around it.
        depth: how many conversions the memory had been through before.
        blank: nothing had been written to the memory yet.
        perhaps: it is the same memory only if a move before it had nothing to do.
        kept: where the name was put away for later, if it was, and the calls and rounds that led
            there.
    """

    call: cst.CSTNode
    at: cst.CSTNode
    operand: cst.BaseExpression
    via: str
    path: tuple[cst.CSTNode, ...] = ()
    rounds: tuple[int, ...] = ()
    depth: int = 0
    blank: bool = False
    perhaps: bool = False
    kept: tuple[cst.CSTNode, tuple[cst.CSTNode, ...], tuple[int, ...]] | None = None

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
    node: cst.CSTNode | None = field(default=None)
    path: tuple[cst.CSTNode, ...] = ()
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

    call: cst.BaseExpression
    operand: cst.BaseExpression
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
    """

    call: cst.Call | cst.Attribute
    stack: tuple[FunctionInfo, ...]
    crossed: bool
    listed: bool = False
