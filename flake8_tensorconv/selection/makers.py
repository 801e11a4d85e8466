"""Where tensors are made of what is known, roughly, to be arrays or tensors already."""

from __future__ import annotations

import ast
import re
from collections.abc import Set

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.knowledge.dtypes import LEGACY_CONSTRUCTORS
from flake8_tensorconv.selection.flow.calls import last_name
from flake8_tensorconv.selection.flow.graph import Kind
from flake8_tensorconv.selection.flow.kinds import Kinds
from flake8_tensorconv.selection.words import Words

#: These copy what they are given.
_COPYING = frozenset({"tensor", *LEGACY_CONSTRUCTORS})
_MAKERS = _COPYING | {"from_numpy", "as_tensor", "asarray", "from_dlpack", "frombuffer"}
#: Words of arrays that torch does not take: negative steps, other byte orders, read-only memory.
_TROUBLE = Words(
    (
        "flip", "rot90", "byteorder", "byteswap", "broadcast_to", "memmap", "mmap_mode",
        "writeable", "setflags",
    ),
    (
        ((":",), re.compile(r":\s*-\s*\d+\s*[],]")),
        (("'<", "'>", '"<', '">'), re.compile(r"[\"'][<>][a-z]\d")),
        (("isinstance",), re.compile(r"isinstance\([^()]*\b(?:list|tuple|Sequence)\b")),
    ),
)  # fmt: skip


def maker_scopes(
    text: str, index: Index, kinds: Kinds, known: Set[Scope], *, legacy: bool
) -> set[Scope]:
    """The scopes in which a tensor is made of an array or tensor.

    Args:
        text: the source.
        index: the same, walked over.
        kinds: what its names may hold.
        known: scopes that are looked at anyway.
        legacy: `torch.Tensor(x)` is worth a look whatever x is.
    """
    troubled = _TROUBLE.are_in(text)
    scopes = {
        scope
        for node, scope in index.nodes.get(ast.Attribute, ())
        if isinstance(node, ast.Attribute) and _is_cast_back(node)
    }
    made = makers(index)
    if legacy:
        scopes |= {scope for node, scope in made if _is_legacy(node)}
    for node, scope in made:
        if scope not in known and scope not in scopes and _matters(node, scope, kinds, troubled):
            scopes.add(scope)
    if any(_is_rounding(node, scope, kinds) for node, scope in made):
        scopes |= _casting_scopes(index)
    return scopes


def _is_rounding(node: ast.Call, scope: Scope, kinds: Kinds) -> bool:
    """`torch.Tensor(array)`, which makes single of double precision."""
    if not _is_legacy(node) or kinds.library(node.func) != "torch":
        return False
    return bool(kinds.may_be(node.args[0], scope) & Kind.ARRAY)


def _casting_scopes(index: Index) -> set[Scope]:
    """Where a tensor may be cast to another dtype; `module.double()` calls `_apply`."""
    casting = {
        scope
        for node, scope in index.nodes.get(ast.Attribute, ())
        if isinstance(node, ast.Attribute) and node.attr in _FLOATING_CASTS
    }
    return casting.union(s for s in index.scopes if getattr(s.node, "name", "") == "_apply")


def _is_cast_back(node: ast.Attribute) -> bool:
    """`torch.Tensor(x).long`: whatever x is, there is float32 between."""
    return node.attr in _CASTS and isinstance(node.value, ast.Call) and _is_legacy(node.value)


def _is_legacy(node: ast.Call) -> bool:
    return len(node.args) == 1 and last_name(node) in LEGACY_CONSTRUCTORS


_CASTS = frozenset({"long", "int", "to", "type"})
_FLOATING_CASTS = frozenset({"double", "to", "type", "type_as"})


def makers(index: Index) -> list[tuple[ast.Call, Scope]]:
    """The calls that make a tensor of data, with their scopes."""
    return [
        (node, scope)
        for node, scope in index.nodes.get(ast.Call, ())
        if isinstance(node, ast.Call)
        and (node.args or node.keywords)
        and last_name(node) in _MAKERS
    ]


def _matters(node: ast.Call, scope: Scope, kinds: Kinds, troubled: bool) -> bool:
    name = last_name(node)
    if kinds.library(node.func) != "torch":
        return False
    if name == "frombuffer":
        return True
    if name in LEGACY_CONSTRUCTORS:
        if any(keyword.arg == "device" for keyword in node.keywords):
            return True
        if len(node.args) > 1:
            return False  # sizes
    if not node.args:
        return False
    given = node.args[0]
    listed = kinds.may_be_list(given, scope)
    if name == "from_numpy" and (troubled or listed or isinstance(given, ast.Constant)):
        return True
    wrong = Kind.ARRAY
    if name in _COPYING or name == "from_numpy" or listed:
        wrong |= Kind.TENSOR
    return bool(kinds.may_be(given, scope) & wrong)
