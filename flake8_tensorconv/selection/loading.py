"""Where a DataLoader may put arrays together that torch has no dtype for: objects, texts, dates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.selection.flow.calls import last_name
from flake8_tensorconv.selection.flow.graph import Kind
from flake8_tensorconv.selection.flow.kinds import Kinds
from flake8_tensorconv.selection.words import Words

_LOADER = Words(("DataLoader",))
#: What names such a dtype; `class A(object):` does not.
_DTYPES = Words(
    ("np.str", "numpy.str", "datetime64", "timedelta64"),
    (
        (("object",), re.compile(r"\bobject(?:_\b|\b(?!\)\s*:))")),
        (("str",), re.compile(r"dtype\s*=\s*str\b|astype\(str\b")),
        (("'O'", '"O"'), re.compile(r"[\"']O[\"']")),
    ),
)


def loading_scopes(text: str, index: Index, kinds: Kinds, known: Set[Scope]) -> set[Scope]:
    """The scopes in which batches may be taken from a loader.

    Args:
        text: the source.
        index: the same, walked over.
        kinds: what its names may hold; a loader counts as tensors.
        known: scopes that are looked at anyway.
    """
    if not _LOADER.are_in(text) or not _DTYPES.are_in(text):
        return set()
    return {
        scope
        for iterated, scope in _iterated(index)
        if scope not in known and kinds.may_be(iterated, scope) & Kind.TENSOR
    }


def _iterated(index: Index) -> Iterator[tuple[ast.expr, Scope]]:
    for kind in (ast.For, ast.comprehension):
        for node, scope in index.nodes.get(kind, ()):
            assert isinstance(node, (ast.For, ast.comprehension))
            yield node.iter, scope
    for node, scope in index.nodes.get(ast.Call, ()):
        assert isinstance(node, ast.Call)
        if last_name(node) in ("iter", "list", "tuple") and node.args:
            yield node.args[0], scope
