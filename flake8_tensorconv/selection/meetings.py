"""Where a tensor on the CPU may meet one on an accelerator, or one from who knows where."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from flake8_tensorconv.index.index import Index
from flake8_tensorconv.index.scopes import Scope
from flake8_tensorconv.index.syntax import walk
from flake8_tensorconv.knowledge.devices import ACCELERATORS
from flake8_tensorconv.knowledge.torch_operators import operators_of_one_device
from flake8_tensorconv.selection.flow.calls import arguments, last_name
from flake8_tensorconv.selection.flow.graph import Kind
from flake8_tensorconv.selection.flow.kinds import Kinds
from flake8_tensorconv.selection.flow.vocabulary import ACCELERATOR, MOVING
from flake8_tensorconv.selection.makers import makers
from flake8_tensorconv.selection.words import Words

#: An accelerator that is named for more than a comparison or a mode.
_NAMED = re.compile(rf"(?<!autocast\()(?<!== )(?<!!= )[\"'](?:{ACCELERATOR.pattern})")
#: What shows that something is put on an accelerator, or that a function makes a tensor of a list
#: (`numpy`, as in `from_numpy`, is looked for anyway).
MEETING = Words(
    tuple(f".{name}(" for name in sorted(ACCELERATORS)),
    (
        (tuple(sorted(ACCELERATORS)), _NAMED),
        (("ensor(",), re.compile(r"^[ \t].*ensor\(\s*[\[(]", re.MULTILINE)),
    ),
)


def meeting_scopes(index: Index, kinds: Kinds, known: Set[Scope]) -> set[Scope]:
    """The scopes in which something on the CPU may meet something on an accelerator.

    Args:
        index: the file.
        kinds: what its names may hold.
        known: scopes that are looked at anyway.
    """
    scopes: set[Scope] = set()
    if not kinds.placing:
        return scopes
    for operands, scope in _computations(index, kinds):
        if scope in known or scope in scopes or len(operands) < 2:
            continue
        guests = {n for n, each in enumerate(operands) if kinds.may_be_on_accelerator(each, scope)}
        hosts = {
            n for n, each in enumerate(operands) if guests and kinds.may_be_on_cpu(each, scope)
        }
        if guests and hosts and len(guests | hosts) > 1:
            scopes.add(scope)
    return scopes & _near(index, kinds.placing) if scopes else scopes


def mixing_scopes(index: Index, kinds: Kinds, known: Set[Scope]) -> set[Scope]:
    """The scopes in which a tensor that is made there of data meets one from somewhere else.

    Args:
        index: the file.
        kinds: what its names may hold.
        known: scopes that are looked at anyway.
    """
    made: dict[Scope, set[ast.AST]] = defaultdict(set)
    for node, scope in makers(index):
        if scope.parent is not None and scope not in known and _is_unplaced(node):
            if kinds.library(node.func) == "torch":
                made[scope].add(node)
    if not made:
        return set()
    names = _names_of(made, index)
    scopes: set[Scope] = set()
    for operands, scope in _computations(index, kinds):
        if scope in made and scope not in scopes:
            hosts = [_holds(each, made[scope], names[scope]) for each in operands]
            if any(hosts) and any(
                kinds.may_be(each, scope) & Kind.TENSOR
                for host, each in zip(hosts, operands)
                if not host
            ):
                scopes.add(scope)
    return scopes


def _is_unplaced(node: ast.Call) -> bool:
    """`torch.tensor([1, 2])`, `torch.from_numpy(array)`: on the CPU, and with axes."""
    if any(keyword.arg == "device" for keyword in node.keywords) or not node.args:
        return False
    return _is_listed(node.args[0]) or last_name(node) == "from_numpy"


def _is_listed(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp) and not isinstance(node.right, _LISTS):
        node = node.left
    return isinstance(node, (*_LISTS, ast.BinOp))


_LISTS = (ast.List, ast.Tuple, ast.ListComp)


def _names_of(made: Mapping[Scope, Set[ast.AST]], index: Index) -> dict[Scope, set[str]]:
    """The variables that hold what is made in their scope, or something computed of that."""
    names: dict[Scope, set[str]] = {scope: set() for scope in made}
    for node, scope in index.nodes.get(ast.Assign, ()):
        if scope in made and isinstance(node, ast.Assign):
            targets = {each.id for each in node.targets if isinstance(each, ast.Name)}
            if isinstance(node.value, ast.Call) and last_name(node.value) in MOVING:
                names[scope] -= targets
            elif _holds(node.value, made[scope], names[scope]):
                used = {each.id for each in walk(node.value) if isinstance(each, ast.Name)}
                names[scope] |= targets - used  # `x = x + made` says where x is, not what
    return names


def _holds(node: ast.AST, made: Set[ast.AST], names: Set[str]) -> bool:
    return any(
        each in made or (isinstance(each, ast.Name) and each.id in names) for each in walk(node)
    )


def _near(index: Index, placing: Set[Scope]) -> set[Scope]:
    """Where an accelerator is named, what uses that, and what is called from there."""
    by_name: dict[str, list[Scope]] = defaultdict(list)
    for scope in index.scopes:
        if name := _name(scope):
            by_name[name].append(scope)
    mentioned = {scope: by_name.keys() & scope.mentions for scope in index.scopes}
    by_mention: dict[str, list[Scope]] = defaultdict(list)
    for scope, names in mentioned.items():
        for name in names:
            by_mention[name].append(scope)
    using = _closure(placing, lambda scope: by_mention.get(_name(scope), ()))
    return _closure(using, lambda scope: [s for name in mentioned[scope] for s in by_name[name]])


def _closure(scopes: Iterable[Scope], after: Callable[[Scope], Iterable[Scope]]) -> set[Scope]:
    """The scopes, all in and right around them, and those after each, and so on."""
    found: set[Scope] = set()
    todo = list(scopes)
    while todo:
        scope = todo.pop()
        if scope not in found:
            found.add(scope)
            todo += scope.inner
            if scope.parent is not None and isinstance(scope.parent.node, ast.ClassDef):
                todo.append(scope.parent)
            todo += after(scope)
    return found


def _name(scope: Scope) -> str:
    """What a function or class is called by; "" for what Python and torch call by themselves."""
    name = getattr(scope.node, "name", "")
    return "" if name[:2] == "__" or name == "forward" else name


def _computations(index: Index, kinds: Kinds) -> Iterator[tuple[list[ast.expr], Scope]]:
    """The operands of operations that may refuse two devices; a module that is called is one."""
    for node, scope in index.nodes.get(ast.BinOp, ()):
        assert isinstance(node, ast.BinOp)
        yield [node.left, node.right], scope
    for node, scope in index.nodes.get(ast.AugAssign, ()):
        assert isinstance(node, ast.AugAssign)
        yield [node.target, node.value], scope
    names = operators_of_one_device()
    for node, scope in index.nodes.get(ast.Call, ()):
        assert isinstance(node, ast.Call)
        func = node.func
        given = arguments(node)
        if isinstance(func, ast.Attribute) and func.attr.removesuffix("_") in names:
            given = [func.value, *given]  # or a library
            if kinds.calls_what_is_held(node, scope):  # `self.embedding(x)`, a layer of that name
                given.append(func)
            for arg in node.args[:1]:  # `torch.cat([a, b])`
                if isinstance(arg, (ast.List, ast.Tuple)):
                    given += arg.elts
            yield given, scope
        elif kinds.calls_what_is_held(node, scope):
            yield [func, *given], scope
