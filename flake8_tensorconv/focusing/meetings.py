"""Where a tensor on the CPU may meet one on an accelerator."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set

from flake8_tensorconv.focusing.calls import arguments
from flake8_tensorconv.focusing.kinds import Kinds
from flake8_tensorconv.focusing.outline import Outline, Scope
from flake8_tensorconv.focusing.vocabulary import ACCELERATOR, ACCELERATORS
from flake8_tensorconv.focusing.words import Words
from flake8_tensorconv.knowledge.torch_operators import operators_of_one_device

#: An accelerator that is named for more than a comparison or a mode.
_NAMED = re.compile(rf"(?<!autocast\()(?<!== )(?<!!= )[\"'](?:{ACCELERATOR.pattern})")
#: What shows that something is put on an accelerator.
PLACING = Words(
    tuple(f".{name}(" for name in sorted(ACCELERATORS)),
    ((tuple(sorted(ACCELERATORS)), _NAMED),),
)


def meeting_scopes(outlined: Outline, kinds: Kinds, known: Set[Scope]) -> set[Scope]:
    """The scopes in which something on the CPU may meet something on an accelerator.

    Args:
        outlined: the file.
        kinds: what its names may hold.
        known: scopes that are looked at anyway.
    """
    scopes: set[Scope] = set()
    if not kinds.placing:
        return scopes
    for operands, scope in _computations(outlined, kinds):
        if scope in known or scope in scopes or len(operands) < 2:
            continue
        guests = {n for n, each in enumerate(operands) if kinds.may_be_on_accelerator(each, scope)}
        hosts = {
            n for n, each in enumerate(operands) if guests and kinds.may_be_on_cpu(each, scope)
        }
        if guests and hosts and len(guests | hosts) > 1:
            scopes.add(scope)
    return scopes & _near(outlined, kinds.placing) if scopes else scopes


def _near(outlined: Outline, placing: Set[Scope]) -> set[Scope]:
    """Where an accelerator is named, what uses that, and what is called from there."""
    by_name: dict[str, list[Scope]] = defaultdict(list)
    for scope in outlined.scopes:
        if name := _name(scope):
            by_name[name].append(scope)
    mentioned = {scope: by_name.keys() & scope.mentions for scope in outlined.scopes}
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


def _computations(outlined: Outline, kinds: Kinds) -> Iterator[tuple[list[ast.expr], Scope]]:
    """The operands of operations that may refuse two devices; a module that is called is one."""
    for node, scope in outlined.nodes.get(ast.BinOp, ()):
        assert isinstance(node, ast.BinOp)
        yield [node.left, node.right], scope
    for node, scope in outlined.nodes.get(ast.AugAssign, ()):
        assert isinstance(node, ast.AugAssign)
        yield [node.target, node.value], scope
    names = operators_of_one_device()
    for node, scope in outlined.nodes.get(ast.Call, ()):
        assert isinstance(node, ast.Call)
        func = node.func
        given = arguments(node)
        if isinstance(func, ast.Attribute) and func.attr.removesuffix("_") in names:
            given = [func.value, *given]  # or a library
            for arg in node.args[:1]:  # `torch.cat([a, b])`
                if isinstance(arg, (ast.List, ast.Tuple)):
                    given += arg.elts
            yield given, scope
        elif kinds.calls_what_is_held(node, scope):
            yield [func, *given], scope
