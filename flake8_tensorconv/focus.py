"""Which parts of a file can matter at all, found on the built-in `ast`. Cheap: no libcst here.

A file is gone through in three steps. The *gate* looks for words in the text. The *sites* are the
expressions that may convert a tensor, less those that are fine by their own text. The *focus* is
what the analysis has to see for them: the functions and classes that hold a site, what these use,
and who calls them; all other functions and classes are blanked out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from flake8_tensorconv.config import Options
from flake8_tensorconv.sites import Definition, any_explicit, children, sites, walk

_READERS = re.compile("numpy|__array__|matplotlib|pandas|sklearn|scipy")


@dataclass(frozen=True)
class Focus:
    """The part of a file that the analysis has to see.

    Attributes:
        text: the source with everything irrelevant blanked out and every line in its place.
        reaching: names of the functions (and classes) in which a site can be reached; no others
            need to be looked at on their own.
        explicit: a conversion is spelled out (`x.numpy()`); otherwise only NumPy functions that
            may be given a tensor are in the file, which is worth less effort.
    """

    text: str
    reaching: frozenset[str]
    explicit: bool


def gate(text: str) -> bool:
    """Can a file with this text convert anything? Plain substring tests."""
    return "torch" in text and _READERS.search(text) is not None


def focus(text: str, tree: ast.Module, options: Options) -> Focus | None:
    """Find what of a file matters.

    Args:
        text: the source.
        tree: the same, parsed.
        options: the user's choices.

    Returns:
        The part to analyse, or None if nothing in the file can lead to a finding.
    """
    found = sites(text, tree, declared=options.implicit)
    if not found:
        return None
    facts = [_facts(statement, found) for statement in tree.body]
    needed = _needed(facts)
    reaching = _reaching(tree, found)
    dropped = [
        statement
        for statement, keep in zip(tree.body, needed)
        if not keep and isinstance(statement, Definition)
    ]
    return Focus(_blank(text, dropped), reaching, any_explicit(found))


# Statements.


@dataclass(frozen=True)
class _Facts:
    """What of a top-level statement decides whether it is needed.

    Attributes:
        site: it holds a site.
        binds: the names that it binds.
        mentions: all names and attributes in it.
        definition: it is a function or class, which may be dropped.
    """

    site: bool
    binds: frozenset[str]
    mentions: frozenset[str]
    definition: bool


def _facts(statement: ast.stmt, found: Set[ast.AST]) -> _Facts:
    site = False
    mentions: set[str] = set()
    for node in walk(statement):
        if isinstance(node, ast.Name):
            mentions.add(node.id)
        elif isinstance(node, ast.Attribute):
            mentions.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            mentions.update(_words(node.value))
        site = site or node in found
    definition = isinstance(statement, Definition)
    binds = {statement.name} if isinstance(statement, Definition) else set[str]()
    return _Facts(site, frozenset(binds), frozenset(mentions), definition)


def _words(text: str) -> Iterator[str]:
    """Names in a short string, such as a quoted annotation."""
    return iter(re.findall(r"\w+", text)) if len(text) < 80 else iter(())


def _needed(facts: list[_Facts]) -> list[bool]:
    """Which statements the analysis must see: sites, their callers, and all that those use."""
    definer: dict[str, list[int]] = {}
    for i, fact in enumerate(facts):
        for name in fact.binds:
            definer.setdefault(name, []).append(i)
    users: dict[str, list[int]] = {}
    for i, fact in enumerate(facts):
        for name in fact.mentions & definer.keys():
            users.setdefault(name, []).append(i)
    wanted = {i for i, fact in enumerate(facts) if fact.site}
    todo = list(wanted)
    while todo:  # whoever uses a function with a site, up to the module's own statements
        for name in facts[todo.pop()].binds:
            for i in users.get(name, ()):
                if i not in wanted:
                    wanted.add(i)
                    todo.append(i)
    wanted |= {i for i, fact in enumerate(facts) if not fact.definition}
    todo = list(wanted)
    while todo:  # and whatever all of these use
        for name in facts[todo.pop()].mentions & definer.keys():
            for i in definer[name]:
                if i not in wanted:
                    wanted.add(i)
                    todo.append(i)
    return [i in wanted for i in range(len(facts))]


@dataclass(frozen=True)
class _Function:
    """A function of the file, wherever it stands.

    Attributes:
        name: its name, behind that of its class if it is a method.
        bare: by what name it is called: its own, or that of the class that it initializes.
        site: it holds a site.
        mentions: all names and attributes in it.
    """

    name: str
    bare: str
    site: bool
    mentions: frozenset[str]


def qualified(name: str, owner: str | None) -> str:
    """How `Focus.reaching` names a function, or a method of the class `owner`."""
    return name if owner is None else f"{owner}.{name}"


def _functions(node: ast.AST, owner: str | None, found: Set[ast.AST]) -> Iterator[_Function]:
    for child in children(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, child.name, found)
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            facts = _facts(child, found)
            bare = owner if owner is not None and child.name == "__init__" else child.name
            yield _Function(qualified(child.name, owner), bare, facts.site, facts.mentions)
            yield from _functions(child, None, found)
        elif isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _functions(child, owner, found)


#: Python calls these by itself: an operator, a call or a loop may lead to them.
_IMPLICIT = re.compile(r"__\w+__|forward")


def _reaching(tree: ast.Module, found: Set[ast.AST]) -> frozenset[str]:
    """Names of all functions from which a site can be reached, and of the classes of these."""
    functions = list(_functions(tree, None, found))
    reached = {f for f in functions if f.site}
    todo = list(reached)
    while todo:
        callee = todo.pop()
        owner = callee.name.rpartition(".")[0]
        implicit = bool(_IMPLICIT.fullmatch(callee.bare))
        for each in functions:
            if each not in reached and (
                callee.bare in each.mentions or (implicit and owner in each.mentions)
            ):
                reached.add(each)
                todo.append(each)
    classes = {f.name.rpartition(".")[0] for f in reached} - {""}
    return frozenset({f.name for f in reached} | classes)


def _blank(text: str, dropped: Sequence[ast.stmt]) -> str:
    """The text with the dropped statements emptied, line by line."""
    if not dropped:
        return text
    lines = text.splitlines(keepends=True)
    if len(lines) != len(re.findall(r"\r\n|\r|\n", text)) + (not text.endswith(("\r", "\n"))):
        return text  # form feeds and the like count as line ends for splitlines only
    for statement in dropped:
        assert isinstance(statement, Definition)
        first = min([statement.lineno, *(d.lineno for d in statement.decorator_list)])
        last = statement.end_lineno or statement.lineno
        for i in range(first - 1, last):
            ending = lines[i][len(lines[i].rstrip("\r\n")) :]
            lines[i] = ending
    return "".join(lines)
