"""Tests of what an object keeps: its constructor asks them, and its methods ask them again.

    def __init__(self, far=False):
        self.far = far
        self.net = Net().cuda() if far else Net()

    def run(self, x):
        return self.net(x.cuda()).cpu() if self.far else self.net(x)

What the constructor stores where such a test is true is found by the methods where it is true. So a
class that asks one is looked at once for each outcome, from its constructor to its methods.
"""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from flake8_tensorconv.engine.definitions import Way
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import FUNCTIONS, dotted_name, parameters, walk
from flake8_tensorconv.interpreter.first_calls import reached
from flake8_tensorconv.lattice.answers import Answer, answer_of, named
from flake8_tensorconv.lattice.partitions import parts
from flake8_tensorconv.locations.scopes import CONSTRUCTORS, ClassInfo, Closure

#: More are not told apart: each doubles the ways to look at a class.
_MAX_TESTS = 2


def ways_of(run: Run, info: ClassInfo) -> list[tuple[Answer, ...]]:
    """The ways in which the tests can come out that a class asks again; none if it asks none."""
    tests = _asked_again(info)
    outcomes = [(test, test.opposite()) for test in tests]
    return list(product(*outcomes)) if tests else []


def assumed_in(run: Run, closure: Closure, way: Sequence[Answer]) -> list[Answer]:
    """What is known of the tests of a method if those about its object come out like this."""
    found = [*way]
    if way and closure.info.name in CONSTRUCTORS:
        method = closure.info.node
        for name, given in _stores(method):
            for each in way:
                found += _before(method, each, name, given)
    return found


def assumed_by_base(run: Run, closure: Closure) -> list[Answer]:
    """What is known of the tests of a constructor that another one calls for its own object."""
    caller, assumed = run.activation.info, run.activation.assumed
    if not assumed or caller is None or caller is closure.info:
        return []
    if not {caller.name, closure.info.name} <= {*CONSTRUCTORS}:
        return []
    base, owner, this = (
        run.program.owner_of(closure.info),
        run.activation.owner,
        _first(caller.node),
    )
    if base is None or owner is None or base not in owner.mro or _first(closure.info.node) != this:
        return []
    own = [each for each in assumed if _attribute(each.test, this) is not None]
    return assumed_in(run, closure, own)


def asked_ways(run: Run, closure: Closure, info: ClassInfo) -> Sequence[Way]:
    """The ways in which a method has to be looked at.

    Args:
        run: the run.
        closure: the method.
        info: its class.

    Returns:
        The ways; none if neither the method nor one that it leads to asks such a test.
    """
    known = run.program.ways.get(info, ())
    if not known:
        return ()
    methods = _methods(info)
    asking = (_asked(each) for each in reached(closure.info.node, methods))
    tests = {each.test for each in known[0].outcomes}
    return known if any(tests & asked.keys() for asked in asking) else ()


def _asked_again(info: ClassInfo) -> list[Answer]:
    """Tests of attributes that a constructor alone stores, which it and another method ask."""
    if not any(_asks(cls.node) for cls in info.mro):
        return []
    methods = _methods(info)
    constructors = [each for each in methods if each.name in CONSTRUCTORS]
    building = [each for first in constructors for each in reached(first, methods)]
    asked = {test for each in building for test in _asked(each)}
    if not asked:
        return []
    times = Counter(name for method in methods for name in _stored(method))
    kept: dict[str, tuple[ast.AST, ast.expr | None]] = {
        name: (constructor, given)
        for constructor in constructors
        for name, given in (*_fields(constructor, info), *_stores(constructor))
        if times[name] == (given is not None)
    }
    found: dict[str, Answer] = {}
    for method in methods:
        if not kept or method in building:
            continue
        for test, told in _asked(method).items():
            name = _attribute(test, _first(method))
            if name is None or name not in kept:
                continue
            before = _before(kept[name][0], told, name, kept[name][1])
            if {test, *(each.test for each in before)} & asked:
                found.setdefault(test, replace(told, truth=True))
    return list(found.values())[:_MAX_TESTS]


def _methods(info: ClassInfo) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The methods of a class and of its base classes in the file."""
    return [each for cls in info.mro for each in cls.node.body if isinstance(each, FUNCTIONS)]


def _attribute(test: str, this: str) -> str | None:
    """The attribute of the object that a test is about; None if it is about anything else."""
    about = _PATH.findall(test)
    return about[0][1] if len(about) == 1 and about[0][0] == this else None


#: `self.far`, in the text of a test.
_PATH = re.compile(r"(?<![\w.'\"])([A-Za-z_]\w*)\.([A-Za-z_]\w*)(?![\w.(\[])")


def _before(
    constructor: ast.AST, told: Answer, name: str, given: ast.expr | None
) -> Iterator[Answer]:
    """What the outcome of a test of an attribute means, told by what is stored in it."""
    kept = f"{_first(constructor)}.{name}"
    if given is None or _changes(constructor, given):
        return
    if told.test == kept:
        meant = answer_of(given)
        if meant is not None:
            yield meant if told.truth else meant.opposite()
    elif kept in told.test and (path := dotted_name(given)) is not None:
        test, subject = (text.replace(kept, path) for text in (told.test, told.subject))
        yield replace(told, test=test, subject=subject, about=told.about.replace(kept, path))


def _changes(constructor: ast.AST, given: ast.expr) -> bool:
    """Does a constructor bind a name anew that what it stores is made of?"""
    names, this = named(given), _first(constructor)
    bound = Counter(node.arg for node in walk(constructor) if isinstance(node, ast.arg))
    for node in walk(constructor):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) if name in names:
                bound[name] += 1
                if bound[name] > 1:
                    return True
            case ast.Attribute(value=ast.Name(id=owner), attr=name, ctx=ast.Store()):
                if f".{name}" in names and (owner != this or this in names):
                    return True
    return False


def _stores(method: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The attributes that a method stores in its object, with what it stores in them."""
    this = _first(method)
    for node in walk(method):
        for target, given in _bindings(node):
            match target:
                case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == this:
                    yield name, given


def _bindings(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            return [*zip(targets, values)] if len(targets) == len(values) else []
        case ast.Assign(targets=[target], value=value):
            return [(target, value)]
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return [(target, value)]
        case _:
            return []


def _fields(constructor: ast.AST, info: ClassInfo) -> Iterator[tuple[str, None]]:
    """The fields that have been set before `__post_init__`."""
    if getattr(constructor, "name", "") == "__post_init__":
        for node in (node for cls in info.mro for node in cls.node.body):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node.target.id, None


def _stored(method: ast.AST) -> Iterator[str]:
    """The attributes, of whatever object, that a method stores."""
    for node in walk(method):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


@functools.lru_cache(maxsize=1024)
def _asks(cls: ast.ClassDef) -> bool:
    """Does a method of a class itself ask anything?"""
    return any(_asked(each) for each in cls.body if isinstance(each, FUNCTIONS))


@functools.lru_cache(maxsize=1024)
def _asked(method: ast.AST) -> dict[str, Answer]:
    """The tests that a method asks, by their text."""
    tests = (node.test for node in walk(method) if isinstance(node, _ASKING))
    told = (answer_of(part) for test in tests for part in parts(test))
    return {each.test: each for each in told if each is not None}


_ASKING = (ast.If, ast.IfExp, ast.While)


def _first(method: ast.AST) -> str:
    """The name of a method's first parameter."""
    assert isinstance(method, (*FUNCTIONS, ast.Lambda))
    return next((each.name for each in parameters(method.args)), "")
