"""Where a file may change memory that a conversion shares: the second question to the graph."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.selection.flow.calls import last_name
from flake8_tensorconv.selection.flow.graph import Key, Kind
from flake8_tensorconv.selection.flow.kinds import Kinds
from flake8_tensorconv.selection.flow.models import CONVERTING
from flake8_tensorconv.selection.flow.sources import PARAMETERS
from flake8_tensorconv.selection.writes import elements, is_entry, written

#: What takes nothing but the arrays of the other library.
_CONVERTING_ONLY = frozenset({"from_numpy", "from_dlpack", "frombuffer"})


def alias_scopes(index: Index, kinds: Kinds, *, escaping: bool) -> frozenset[Scope]:
    """The scopes of a file in which shared memory is made or changed; none if the two never meet.

    Args:
        index: the file.
        kinds: what its names may hold.
        escaping: is an alias worth a look even if nothing in the file changes its memory?
    """
    conversions = [
        (node, scope)
        for node, scope in index.nodes.get(ast.Call, ())
        if isinstance(node, ast.Call) and _may_share(node, scope, kinds)
    ]
    if not conversions:
        return frozenset()
    changed: dict[Key, set[Scope]] = defaultdict(set)
    for node, scope in _changes(index):
        for key in kinds.memory(node, scope):
            changed[key].add(scope)
    for each, scope in index.nodes.get(ast.Attribute, ()):
        if isinstance(each, ast.Attribute) and each.attr == "step":
            changed[PARAMETERS].add(scope)
    found: set[Scope] = set()
    told: dict[frozenset[Key], set[Scope]] = {}
    for call, scope in conversions:
        memory = kinds.memory(call, scope)
        if memory not in told:
            meeting = kinds.sharing(memory) & changed.keys()
            told[memory] = {changer for key in meeting for changer in changed[key]}
        if told[memory] or escaping:
            found |= {scope, *told[memory]}
    return frozenset(found)


def _may_share(node: ast.Call, scope: Scope, kinds: Kinds) -> bool:
    """May it be a conversion between arrays and tensors that does not copy?"""
    name = last_name(node.func)
    if name not in CONVERTING:
        return False
    if name == "numpy":
        return isinstance(node.func, ast.Attribute)
    library = kinds.library(node.func)
    if not library or not node.args:
        return False
    if name in _CONVERTING_ONLY:
        return True
    if name == "array" and not any(keyword.arg == "copy" for keyword in node.keywords):
        return False
    given = node.args[0]
    if isinstance(given, (ast.List, ast.Tuple, ast.ListComp)):
        return False  # that is always copied
    wanted = Kind.TENSOR if library == "numpy" else Kind.ARRAY
    return bool(kinds.may_be(given, scope) & wanted)


def _changes(index: Index) -> Iterator[tuple[ast.expr, Scope]]:
    """The expressions whose memory is changed, and where."""
    for node, scope in index.nodes.get(ast.AugAssign, ()):
        assert isinstance(node, ast.AugAssign)
        yield node.target, scope
    for node, scope in index.nodes.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        for target in node.targets:
            for each in elements(target):
                if isinstance(each, ast.Subscript) and not is_entry(each):
                    yield each, scope
    for node, scope in index.nodes.get(ast.Call, ()):
        assert isinstance(node, ast.Call)
        for changed in written(node):
            yield changed, scope
        if isinstance(node.func, ast.Attribute) and node.func.attr == "step":
            yield node.func.value, scope  # an optimizer changes the parameters that it holds
