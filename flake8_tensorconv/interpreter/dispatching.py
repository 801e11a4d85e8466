"""`functools.singledispatch`: the type of what is given tells which overload a call runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import call_args, parameters
from flake8_tensorconv.interpreter.functions import call_function
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.values import (
    NOTHING,
    UNKNOWN,
    Alternative,
    Array,
    Function,
    Otherwise,
    Symbol,
    Tensor,
    Value,
    value,
)
from flake8_tensorconv.narrowing.classify import classes_in, instance_of, is_exactly, is_instance

DECORATORS = {"functools.singledispatch", "functools.singledispatchmethod"}


def dispatching(given: Value) -> Value:
    """What `@singledispatch` makes of a function: it has no overloads yet."""
    return Value(
        tuple(
            replace(each, overloads=()) if isinstance(each, Function) else each
            for each in given.alternatives
        )
    )


def register(run: Run, decorator: ast.expr, function: Value) -> bool:
    """Add an overload if that is what a decorator does: `@f.register`, `@f.register(T)`."""
    asked = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(asked, ast.Attribute) or asked.attr != "register":
        return False
    known = [e for e in run.evaluate(asked.value).alternatives if isinstance(e, Function)]
    added = [e for e in function.alternatives if isinstance(e, Function)]
    if len(known) != 1 or known[0].overloads is None or len(added) != 1:
        return False
    if isinstance(decorator, ast.Call):
        given = call_args(decorator)
        classes = run.evaluate(given[0].value) if given else UNKNOWN
    else:
        classes = _annotated(run, added[0])
    _add(run, asked.value, known[0], classes, added[0])
    return True


def register_called(run: Run, function: Function, args: Arguments, node: ast.AST) -> Value:
    """`f.register(T, g)`: add `g` as an overload of `f`."""
    added = args.value(1, "func")
    if added is None or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return UNKNOWN
    for each in added.alternatives:
        if isinstance(each, Function):
            _add(run, node.func.value, function, args.value(0, "cls") or NOTHING, each)
    return added


def _add(run: Run, node: ast.expr, function: Function, classes: Value, overload: Function) -> None:
    more = tuple((each, overload) for each in classes_in(run, classes))
    overloads = (function.overloads or ()) + more
    refine(run, node, value(replace(function, overloads=overloads)))


def _annotated(run: Run, function: Function) -> Value:
    """The class that the first parameter with an annotation is declared to be."""
    for param in parameters(function.closure.info.node.args):
        if param.node.annotation is not None:
            return run.evaluate(param.node.annotation)
    return NOTHING


def call_dispatched(run: Run, function: Function, args: Arguments, node: ast.AST) -> Value:
    """Run the overloads for all that the first argument may be, each with what is its own."""
    given = args.get(0)
    if given is None:
        return UNKNOWN
    shares: dict[Function, list[Alternative]] = {}
    for each in given.value.alternatives:
        for overload, share in _chosen(run, function, each):
            shares.setdefault(overload, []).append(share)
    results, branches = [], []
    for overload, alternatives in shares.items():
        own = replace(given, value=join_all(map(value, alternatives)))
        branch = run.state.fork()
        with run.at(branch):
            bound = replace(overload, receiver=function.receiver, overloads=None)
            call = replace(args, positional=(own, *args.positional[1:]))
            results.append(call_function(run, bound, call, node))
        branches.append(branch.changes)
    run.state.merge(branches)
    return join_all(results)


def _chosen(
    run: Run, function: Function, each: Alternative
) -> Iterator[tuple[Function, Alternative]]:
    """The overloads that may run for an alternative, with what remains of it there."""
    overloads = function.overloads or ()
    if isinstance(each, Otherwise):
        return
    if isinstance(each, (Tensor, Array)) and (each.declared or not each.sure):
        for cls, overload in overloads:
            for share in instance_of(run, each, value(cls), True):
                yield overload, share
        classes = value(*(cls for cls, _ in overloads))
        for share in instance_of(run, each, classes, False) if overloads else (each,):
            yield function, share
        return
    answers = [(is_instance(run, each, cls), cls, overload) for cls, overload in overloads]
    exact = [overload for _, cls, overload in answers if is_exactly(run, each, [cls])]
    fitting = [(cls, overload) for answer, cls, overload in answers if answer]
    concrete = [overload for cls, overload in fitting if not _is_abstract(cls)]
    best = exact or concrete or [overload for _, overload in fitting]
    if best:
        yield best[-1], each
        return
    for answer, _, overload in answers:
        if answer is None:
            yield overload, each
    yield function, each


def _is_abstract(cls: Alternative) -> bool:
    abstract = ("collections.abc.", "typing.", "numbers.", "builtins.object")
    return isinstance(cls, Symbol) and cls.dotted.startswith(abstract)
