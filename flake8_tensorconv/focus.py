"""Which parts of a file can matter at all, found on the built-in `ast`. Cheap: no libcst here.

A file is gone through in three steps. The *gate* looks for words in the text. The *sites* are the
expressions that may convert a tensor, less those that are fine by their own text. The *focus* is
what the analysis has to see for them: the functions and classes that hold a site, what these use,
and who calls them; all other functions and classes are blanked out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flake8_tensorconv.knowledge.consumers import consumed
from flake8_tensorconv.knowledge.numpy_functions import function

_CONVERSIONS = frozenset({"numpy", "__array__"})
#: Words of dtypes and layouts that NumPy lacks: with one of them in the file even
#: `x.detach().cpu().numpy()` may raise.
_SPECIAL = re.compile(
    r"bfloat16|float8|autocast|amp\b|complex32|chalf|quanti|qint|sparse|conj|adjoint|\bm?H\b|meta"
)
_LIBRARIES = frozenset({"numpy", "matplotlib", "pandas", "sklearn", "scipy", "pylab"})
_READERS = re.compile("numpy|__array__|matplotlib|pandas|sklearn|scipy")
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Focus:
    """The part of a file that the analysis has to see.

    Attributes:
        text: the source with everything irrelevant blanked out and every line in its place.
        reaching: names of the functions (and classes) in which a site can be reached; no others
            need to be looked at on their own.
    """

    text: str
    reaching: frozenset[str]


def gate(text: str) -> bool:
    """Can a file with this text convert anything? Plain substring tests."""
    return "torch" in text and _READERS.search(text) is not None


def focus(text: str, tree: ast.Module) -> Focus | None:
    """Find what of a file matters.

    Args:
        text: the source.
        tree: the same, parsed.

    Returns:
        The part to analyse, or None if nothing in the file can lead to a finding.
    """
    names = _library_names(tree)
    special = _SPECIAL.search(text) is not None
    facts = [_facts(statement, names, special) for statement in tree.body]
    if not any(fact.site for fact in facts):
        return None
    needed = _needed(facts)
    reaching = _reaching(tree, names, special)
    dropped = [
        statement
        for statement, keep in zip(tree.body, needed)
        if not keep and isinstance(statement, _Definition)
    ]
    return Focus(_blank(text, dropped), reaching)


# Sites.


def _library_names(tree: ast.Module) -> dict[str, str]:
    """Variables that stand for something of NumPy or another converting library."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".", 1)[0]
                if root in _LIBRARIES:
                    names[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module.split(".", 1)[0] in _LIBRARIES:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    return ".".join([names[node.id], *reversed(parts)])


def _is_site(node: ast.AST, names: dict[str, str], special: bool) -> bool:
    """May this expression convert a tensor, and is it not fine by its own text?"""
    if isinstance(node, ast.Attribute):
        return node.attr in _CONVERSIONS and not _is_fine(node, special)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "getattr":
            return len(node.args) > 1 and _is_conversion_name(node.args[1])
        dotted = _dotted(node.func, names)
        return dotted is not None and _reads_arrays(dotted) and _has_variable(node)
    return isinstance(node, ast.Name) and node.id in names and _reads_arrays(names[node.id])


def _is_conversion_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in _CONVERSIONS


def _reads_arrays(dotted: str) -> bool:
    """Does the function read an argument as an array, so that a tensor may raise?"""
    if not dotted.startswith("numpy."):
        return consumed(dotted) is not None
    record = function(dotted)
    if record is None:
        return dotted == "numpy.from_dlpack"
    if record.raises_always is not None:  # np.mean(tensor) never works, np.mean([tensor]) may
        return True
    return record.raises_on_grad and bool(record.converts or record.keywords)


def _has_variable(node: ast.Call) -> bool:
    """Is any argument more than numbers and strings?"""
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return any(isinstance(each, (ast.Name, ast.Call)) for arg in given for each in ast.walk(arg))


_ON_CPU = frozenset({"cpu", "tolist"})


def _is_fine(node: ast.Attribute, special: bool) -> bool:
    """`x.detach().cpu().numpy`: nothing can go wrong, whatever x is."""
    if special:
        return False
    detached = on_cpu = False
    value = node.value
    while True:
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            name = value.func.attr
            detached = detached or name == "detach"
            on_cpu = on_cpu or name == "cpu" or (name == "to" and _names_cpu(value))
            value = value.func.value
        elif isinstance(value, (ast.Attribute, ast.Subscript)):
            value = value.value
        else:
            return detached and on_cpu


def _names_cpu(call: ast.Call) -> bool:
    return any(isinstance(arg, ast.Constant) and arg.value == "cpu" for arg in call.args[:1])


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


def _facts(statement: ast.stmt, names: dict[str, str], special: bool) -> _Facts:
    site = False
    mentions: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            mentions.add(node.id)
        elif isinstance(node, ast.Attribute):
            mentions.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            mentions.update(_words(node.value))
        site = site or _is_site(node, names, special)
    definition = isinstance(statement, _Definition)
    binds = {statement.name} if isinstance(statement, _Definition) else set[str]()
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


def _functions(
    node: ast.AST, owner: str | None, names: dict[str, str], special: bool
) -> Iterator[_Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _functions(child, child.name, names, special)
        elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            facts = _facts(child, names, special)
            bare = owner if owner is not None and child.name == "__init__" else child.name
            yield _Function(qualified(child.name, owner), bare, facts.site, facts.mentions)
            yield from _functions(child, None, names, special)
        elif isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _functions(child, owner, names, special)


#: Python calls these by itself: an operator, a call or a loop may lead to them.
_IMPLICIT = re.compile(r"__\w+__|forward")


def _reaching(tree: ast.Module, names: dict[str, str], special: bool) -> frozenset[str]:
    """Names of all functions from which a site can be reached, and of the classes of these."""
    functions = list(_functions(tree, None, names, special))
    reached = {f for f in functions if f.site}
    todo = list(reached)
    while todo:
        found = todo.pop()
        owner = found.name.rpartition(".")[0]
        implicit = bool(_IMPLICIT.fullmatch(found.bare))
        for each in functions:
            if each not in reached and (
                found.bare in each.mentions or (implicit and owner in each.mentions)
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
        assert isinstance(statement, _Definition)
        first = min([statement.lineno, *(d.lineno for d in statement.decorator_list)])
        last = statement.end_lineno or statement.lineno
        for i in range(first - 1, last):
            ending = lines[i][len(lines[i].rstrip("\r\n")) :]
            lines[i] = ending
    return "".join(lines)
