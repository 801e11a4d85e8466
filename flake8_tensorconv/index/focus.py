"""The part of a file that is to be analysed: what the selection hands to the interpreter."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_tensorconv.index.index import Index


@dataclass(frozen=True)
class Focus:
    """The part of a file that the analysis has to see.

    Attributes:
        index: the file.
        left_out: the statements that are irrelevant.
        reaching: names of the functions (and classes) in which a site can be reached, as
            `qualified` spells them; no others need to be looked at on their own.
        explicit: a conversion is spelled out (`x.numpy()`); otherwise only NumPy functions that
            may be given a tensor are in the file, which is worth less effort.
        sharing: memory that a conversion shares may be changed in the file.
    """

    index: Index
    left_out: frozenset[ast.stmt]
    reaching: frozenset[str]
    explicit: bool
    sharing: bool


def qualified(name: str, owner: str | None) -> str:
    """How a function is named, or a method of the class `owner`."""
    return name if owner is None else f"{owner}.{name}"
