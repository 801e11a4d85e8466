"""Where a tensor of uint16, uint32 or uint64 may be computed with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.knowledge.unsigned import unsigned_names
from flake8_tensorconv.selection.flow.calls import arguments, last_name
from flake8_tensorconv.selection.flow.graph import Kind
from flake8_tensorconv.selection.flow.kinds import Kinds
from flake8_tensorconv.selection.words import Words

#: What names such a dtype.
_DTYPES = Words(
    ("uint16", "uint32", "uint64", "ushort", "uintc", "ulonglong", "uintp"),
    ((("u2", "u4", "u8", "'H'", '"H"', "'I'", '"I"'), re.compile(r"[\"'][<>=]?(?:u[248]|[HIQ])")),),
)


def unsigned_scopes(text: str, index: Index, kinds: Kinds, known: Set[Scope]) -> set[Scope]:
    """The scopes in which such a tensor may be given to what refuses it.

    Args:
        text: the source.
        index: the same, walked over.
        kinds: what its names may hold.
        known: scopes that are looked at anyway.
    """
    if not _DTYPES.are_in(text):
        return set()
    return {
        scope
        for operands, scope in _computations(index)
        if scope not in known and any(kinds.may_be(e, scope) & Kind.TENSOR for e in operands)
    }


def _computations(index: Index) -> Iterator[tuple[list[ast.expr], Scope]]:
    for node, scope in index.nodes.get(ast.BinOp, ()):
        assert isinstance(node, ast.BinOp)
        yield [node.left, node.right], scope
    for node, scope in index.nodes.get(ast.AugAssign, ()):
        assert isinstance(node, ast.AugAssign)
        yield [node.target, node.value], scope
    for node, scope in index.nodes.get(ast.Compare, ()):
        assert isinstance(node, ast.Compare)
        yield [node.left, *node.comparators], scope
    names = unsigned_names()
    for node, scope in index.nodes.get(ast.Call, ()):
        assert isinstance(node, ast.Call)
        if last_name(node).removesuffix("_") in names:
            receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            yield [*receiver, *arguments(node)], scope
