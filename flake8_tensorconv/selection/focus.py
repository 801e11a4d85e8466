"""Which parts of a file can matter at all, found on the built-in `ast`. Cheap: no libcst here.

A file is gone through in three steps. The *gate* looks for words in the text. The *sites* are the
expressions that may convert a tensor, less those that are fine by their own text. The *focus* is
what the analysis has to see for them: the functions that hold a site, who calls them, and what all
these use; other functions, methods and classes are left out of the tree.
"""

from __future__ import annotations

import ast
import re

from flake8_tensorconv.config import Options
from flake8_tensorconv.index.focus import Focus, qualified
from flake8_tensorconv.index.index import index_of
from flake8_tensorconv.index.scopes import Scope, bound_names
from flake8_tensorconv.knowledge.devices import ACCELERATORS
from flake8_tensorconv.selection.accelerators import accelerator_scopes
from flake8_tensorconv.selection.aliases import alias_scopes
from flake8_tensorconv.selection.backwards import backwards_scopes
from flake8_tensorconv.selection.data_reads import data_scopes
from flake8_tensorconv.selection.flow.kinds import Kinds
from flake8_tensorconv.selection.foreign import foreign_scopes
from flake8_tensorconv.selection.loading import loading_scopes
from flake8_tensorconv.selection.makers import maker_scopes
from flake8_tensorconv.selection.meetings import MEETING, meeting_scopes, mixing_scopes
from flake8_tensorconv.selection.parts import owner_of, reaching, unneeded
from flake8_tensorconv.selection.restarts import restarting_scopes
from flake8_tensorconv.selection.sites import no_tensor_is_plain, sites
from flake8_tensorconv.selection.unsigned import unsigned_scopes
from flake8_tensorconv.selection.words import Words

__all__ = ["Focus", "focus", "gate"]

#: What is no tensor by its first words: numbers, texts, truth values.
_PLAIN_DATA = (
    r"[\s[(]*(?:[-+]?[\d.][-+\w.]*\s*[],)]|[])\"']|(?:True|False|None|float|int|len|range)\b)"
)

#: What reads tensors as arrays, and what makes tensors of something that may be one already.
_WORDS = Words(
    (
        "numpy", "__array__", "matplotlib", "pandas", "sklearn", "scipy", "frombuffer",
        ".astype(", ".copy(", ".tobytes(", ".fill(", ".conjugate(", "::-",
    ),
    (
        ((".cpu()",), re.compile(r"\.cpu\(\)\s*\.detach")),
        ((".to(",), re.compile(r"\.to\([^()]*cpu[^()]*\)\s*\.detach")),
        (("tensor(",), re.compile(rf"\b(?:as_)?tensor\((?!{_PLAIN_DATA})")),
        (("Tensor(",), re.compile(rf"Tensor\((?:(?!{_PLAIN_DATA})|[^()]*device=)")),
        ((":-",), re.compile(r":[^][:\n]*:-")),
        ((".data",), re.compile(r"\bself\.\w+\.data\b")),
        (("Tensor(",), re.compile(r"Tensor\([^\n]*\)\s*\.(?:long|int|type|to)\(")),
    ),
)  # fmt: skip


#: What only one rule looks for.
_OF_ONE_RULE = {
    "TNC207": MEETING,
    "TNC405": Words(("Tensor(",)),
    "TNC601": Words(tuple(sorted(ACCELERATORS))),
}


def gate(text: str, options: Options, *, alone: bool = True) -> bool:
    """Can anything in a file with this text be reported? Tests of the text alone.

    Args:
        text: the source.
        options: the user's choices.
        alone: no other file uses it. What another one passes may be a tensor although the file
            itself has no word of torch.
    """
    if "torch" not in text:
        return not alone and ".numpy()" in text
    return _WORDS.are_in(text) or any(
        words.are_in(text) for code, words in _OF_ONE_RULE.items() if code not in options.unwanted
    )


def focus(text: str, tree: ast.Module, options: Options) -> Focus | None:
    """Find what of a file matters.

    Args:
        text: the source.
        tree: the same, parsed.
        options: the user's choices.

    Returns:
        The part to analyse, or None if nothing in the file can lead to a finding.
    """
    index = index_of(tree)
    declared = "TNC113" not in options.unwanted
    kinds = Kinds(index, declared=declared, broad=declared or no_tensor_is_plain(text))
    sharing = alias_scopes(index, kinds, escaping="TNC310" not in options.unwanted)
    scopes = set(sharing)
    legacy = "TNC405" not in options.unwanted
    scopes |= maker_scopes(text, index, kinds, scopes, legacy=legacy)
    scopes |= loading_scopes(text, index, kinds, scopes)
    if "TNC209" not in options.unwanted:
        scopes |= unsigned_scopes(text, index, kinds, scopes)
    scopes |= foreign_scopes(index, kinds, scopes)
    if "TNC207" not in options.unwanted:
        scopes |= meeting_scopes(index, kinds, scopes)
        scopes |= mixing_scopes(index, kinds, scopes)
    if "TNC108" not in options.unwanted:
        scopes |= backwards_scopes(text, index, kinds, scopes)
    if ".data" in text and "TNC402" not in options.unwanted:
        scopes |= data_scopes(index)
    if "TNC402" not in options.unwanted:
        scopes |= restarting_scopes(text, index)
    if "TNC601" not in options.unwanted:
        scopes |= accelerator_scopes(index)
    found = sites(text, index, kinds, scopes, options.unwanted)
    scopes |= found.scopes
    if not scopes:
        return None
    reached = reaching(index, scopes)
    dropped = unneeded(index, scopes.union(reached))
    return Focus(
        index=index,
        left_out=frozenset(dropped),
        reaching=frozenset().union(*map(_names, reached)),
        explicit=found.explicit,
        sharing=bool(sharing),
    )


def _names(scope: Scope) -> frozenset[str]:
    """A function's name, and that of the class whose method it is."""
    assert isinstance(scope.node, ast.stmt)
    owner = owner_of(scope)
    names = {qualified(name, owner) for name in bound_names(scope.node)}
    return frozenset(names if owner is None else names | {owner})
