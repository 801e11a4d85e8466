"""Evaluation of expressions."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from typing import Any

from flake8_tensorconv.contents import paths
from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.imports import star_imported
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.misuse import tell_attribute, tell_negative_step, tell_operator
from flake8_tensorconv.hazards.unsigned import tell_unsigned_unary
from flake8_tensorconv.index.syntax import Sign, call_args, string_of, unstarred
from flake8_tensorconv.interpreter import targets
from flake8_tensorconv.interpreter.comparisons import compare
from flake8_tensorconv.interpreter.comprehensions import comprehension
from flake8_tensorconv.interpreter.functions import super_attribute
from flake8_tensorconv.interpreter.junctions import boolean
from flake8_tensorconv.interpreter.picking import call_picked, picked
from flake8_tensorconv.interpreter.subscripts import subscript
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.joins import join, join_all, sequence
from flake8_tensorconv.lattice.keys import known_key
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.state import CONDITIONAL, Passed
from flake8_tensorconv.lattice.values import (
    AVAILABLE,
    NONE,
    NOTHING,
    STRING,
    UNAVAILABLE,
    UNKNOWN,
    Alternative,
    Constant,
    Function,
    Many,
    Plain,
    Ref,
    Symbol,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.operators import binary, unary
from flake8_tensorconv.locations.scopes import Closure
from flake8_tensorconv.memory import sharing as memory
from flake8_tensorconv.narrowing import conditions
from flake8_tensorconv.narrowing.classify import lacks
from flake8_tensorconv.narrowing.machine import as_answer, passed
from flake8_tensorconv.narrowing.surviving import does_not_count, has_no_items, survivors


def evaluate(run: Run, node: ast.expr) -> Value:
    """What the expression may be, with all its effects on the state."""
    run.program.steps += 1
    handler = _HANDLERS.get(type(node))
    return UNKNOWN if handler is None else handler(run, node)


def _name(run: Run, node: ast.Name) -> Value:
    found = run.lookup(node.id)
    if found is not None:
        return found
    imported = star_imported(run, node.id)
    return _builtin(node.id) if imported is None else value(imported)


@functools.lru_cache(maxsize=4096)
def _builtin(name: str) -> Value:
    return value(Symbol(f"builtins.{name}"))


def _literal(run: Run, node: ast.Constant) -> Value:
    return _constant(node.value)


@functools.lru_cache(maxsize=4096, typed=True)  # 1 and 1.0 are equal
def _constant(constant: Any) -> Value:
    return value(Plain("ellipsis") if constant is ... else Constant(constant))


def _formatted(run: Run, node: ast.JoinedStr) -> Value:
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            memory.read(run, evaluate(run, part.value), node)
    beginning = string_of(node.values[0]) if node.values else None
    # f"cuda:{i}" names an accelerator whatever follows.
    if beginning is not None and beginning.startswith(("cuda", "cpu")):
        return value(Constant(beginning.split(":")[0]))
    return STRING


def _attribute(run: Run, node: ast.Attribute) -> Value:
    base = node.value
    if type(base) is ast.Call:
        func = base.func
        if type(func) is ast.Name and func.id == "super" and run.lookup("super") is None:
            return super_attribute(run, node)
    receiver = evaluate(run, base)
    known = paths.recall(run, node)
    if known is not None:
        return known
    tell_attribute(run, node, receiver)
    found = run.attribute(receiver, node.attr, node)
    survivors(run, base, receiver, lambda each: lacks(run, each, node.attr))
    return found


def _subscript(run: Run, node: ast.Subscript) -> Value:
    receiver = evaluate(run, node.value)
    known = paths.recall(run, node)
    if known is not None:
        return known
    tell_negative_step(run, node, receiver)
    found = subscript(run, receiver, node)
    survivors(run, node.value, receiver, lambda each: has_no_items(run, each, node))
    return found


def _call(run: Run, node: ast.Call) -> Value:
    callee = evaluate(run, node.func)
    if len(callee.alternatives) > 1 and (choice := picked(run, node.func)) is not None:
        return call_picked(
            run, choice, lambda function: run.call(function, _arguments(run, node), node)
        )
    return run.call(callee, _arguments(run, node), node)


def _arguments(run: Run, call: ast.Call) -> Arguments:
    """Evaluate the arguments of a call."""
    positional: list[Argument] = []
    keywords: dict[str, Argument] = {}
    more: Value | None = None
    more_keywords: Value | None = None
    more_node: ast.expr | None = None
    for arg in call_args(call):
        given = evaluate(run, arg.value)
        if arg.star == "*":
            only = given.alternatives[0] if len(given.alternatives) == 1 else None
            if isinstance(only, Tuple) and more is None:
                positional.extend(Argument(item, arg.value, spread=True) for item in only.items)
            else:
                more_node = arg.value
                more = join(more or NOTHING, iterate(run, given))
        elif arg.star == "**":
            for ref in given.of(Ref).alternatives:
                assert isinstance(ref, Ref)
                held = run.object(ref)
                for key, item in held.items.items():
                    if isinstance(key, str):
                        keywords[key] = Argument(item, arg.value, spread=True)
                if held.rest:
                    more_node = arg.value
                    more_keywords = join(more_keywords or NOTHING, held.rest)
            if given.is_unknown:
                more_keywords = UNKNOWN
        elif arg.keyword is not None:
            keywords[arg.keyword] = Argument(given, arg.value)
        elif more is not None:
            more = join(more, given)
        else:
            positional.append(Argument(given, arg.value))
    return Arguments(tuple(positional), keywords, more, more_keywords, more_node)


def _binary(run: Run, node: ast.BinOp) -> Value:
    left = evaluate(run, node.left)
    right = evaluate(run, node.right)
    operator = node.op
    found = binary(run, node, operator, node.left, left, node.right, right)
    survivors(run, node.left, left, lambda each: does_not_count(run, each, operator, right))
    survivors(run, node.right, right, lambda each: does_not_count(run, each, operator, left))
    return found


def _unary(run: Run, node: ast.UnaryOp) -> Value:
    operand = evaluate(run, node.operand)
    if isinstance(node.op, ast.Not):
        return _not(operand)
    tell_unsigned_unary(run, node, operand)
    return unary(run, node, operand)


def _not(tested: Value) -> Value:
    opposites: dict[object, Plain] = {AVAILABLE: UNAVAILABLE, UNAVAILABLE: AVAILABLE}
    found = (opposites.get(e) or _opposite(e) for e in tested.alternatives)
    return value(*dict.fromkeys(found))


def _opposite(each: Alternative) -> Alternative:
    return Constant(not each.value) if isinstance(each, Constant) else Plain("bool")


def _comparison(run: Run, node: ast.Compare) -> Value:
    result = NOTHING
    left, left_node = evaluate(run, node.left), node.left
    for index, right_node in enumerate(node.comparators):
        right = evaluate(run, right_node)
        result = join(result, compare(run, node, node.ops[index], left, right))
        tell_operator(run, node, Sign(node, index), left_node, left, right_node, right)
        left, left_node = right, right_node
    return result


def _conditional(run: Run, node: ast.IfExp) -> Value:
    tested = evaluate(run, node.test)
    results: list[Value] = []
    branches = []
    for truth, expression in ((True, node.body), (False, node.orelse)):
        branch = run.state.fork()
        with run.at(branch):
            if conditions.narrow(run, node.test, truth):
                branch.set(CONDITIONAL, run.state.passed | passed(node.test))
                results.append(evaluate(run, expression).on(branch.machine))
                branches.append(branch.changes)
    run.state.rejoin(branches, Passed.NOTHING, left=False)
    answer = as_answer(tested, *results) if len(results) == 2 else None
    return join_all(results) if answer is None else answer


def _lambda(run: Run, node: ast.Lambda) -> Value:
    closure = Closure(run.info(node), run.frame)
    run.program.define(closure, run.state)
    return value(Function(closure))


def _tuple(run: Run, node: ast.Tuple) -> Value:
    items: list[Value] = []
    spread = NOTHING
    for element in node.elts:
        given = evaluate(run, unstarred(element))
        if isinstance(element, ast.Starred):
            only = given.alternatives[0] if len(given.alternatives) == 1 else None
            if isinstance(only, Tuple):
                items.extend(only.items)
            else:
                spread = join(spread, iterate(run, given))
        else:
            items.append(given)
    if spread.alternatives:
        return value(Many(join(spread, join_all(items))))
    return value(sequence(items))


def _list(run: Run, node: ast.List | ast.Set) -> Value:
    items: dict[Any, Value] = {}
    rest = NOTHING
    for element in node.elts:
        given = evaluate(run, unstarred(element))
        if isinstance(element, ast.Starred):
            rest = join(rest, iterate(run, given))
        elif rest.alternatives or isinstance(node, ast.Set):
            rest = join(rest, given)
        else:
            items[len(items)] = given
    kind = Kind.LIST if isinstance(node, ast.List) else Kind.SET
    return run.allocate(node, Object(kind, items=items, rest=rest))


def _dict(run: Run, node: ast.Dict) -> Value:
    items: dict[Any, Value] = {}
    rest = NOTHING
    for key_node, value_node in zip(node.keys, node.values):
        given = evaluate(run, value_node)
        if key_node is None:  # `**given`
            for ref in given.of(Ref).alternatives:
                assert isinstance(ref, Ref)
                held = run.object(ref)
                items.update(held.items)
                rest = join(rest, held.rest)
            if given.is_unknown:
                rest = join(rest, UNKNOWN)
            continue
        key = evaluate(run, key_node)
        known = known_key(key)
        if known is not None or key == value(Constant(None)):
            items[known] = given
        else:
            rest = join(rest, given)
    return run.allocate(node, Object(Kind.DICT, items=items, rest=rest))


def _walrus(run: Run, node: ast.NamedExpr) -> Value:
    given = evaluate(run, node.value)
    targets.assign(run, node.target, given)
    return given


def _await(run: Run, node: ast.Await) -> Value:
    return evaluate(run, node.value)


def _yield(run: Run, node: ast.Yield) -> Value:
    return _hand_out(run, NONE if node.value is None else evaluate(run, node.value))


def _yield_from(run: Run, node: ast.YieldFrom) -> Value:
    return _hand_out(run, iterate(run, evaluate(run, node.value)))


def _hand_out(run: Run, handed: Value) -> Value:
    run.activation.yields = join(run.activation.yields, handed.on(run.state.machine))
    run.activation.yielded.append(run.state.since(run.activation.base))
    return UNKNOWN


_HANDLERS: dict[type, Callable[[Run, Any], Value]] = {
    ast.Name: _name,
    ast.Constant: _literal,
    ast.JoinedStr: _formatted,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _comparison,
    ast.BoolOp: boolean,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.NamedExpr: _walrus,
    ast.ListComp: comprehension,
    ast.SetComp: comprehension,
    ast.DictComp: comprehension,
    ast.GeneratorExp: comprehension,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
}
