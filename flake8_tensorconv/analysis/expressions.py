"""Evaluation of expressions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import libcst as cst

from flake8_tensorconv.analysis import conditions, memory, paths, targets
from flake8_tensorconv.analysis.arguments import Argument, Arguments
from flake8_tensorconv.analysis.classify import lacks
from flake8_tensorconv.analysis.comparisons import compare
from flake8_tensorconv.analysis.comprehensions import comprehension
from flake8_tensorconv.analysis.elements import iterate
from flake8_tensorconv.analysis.functions import super_attribute
from flake8_tensorconv.analysis.imports import star_imported
from flake8_tensorconv.analysis.joins import join, join_all, sequence
from flake8_tensorconv.analysis.junctions import boolean
from flake8_tensorconv.analysis.keys import known_key
from flake8_tensorconv.analysis.machine import passed
from flake8_tensorconv.analysis.misuse import tell_attribute, tell_negative_step, tell_operator
from flake8_tensorconv.analysis.operators import binary, unary
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.scopes import Closure
from flake8_tensorconv.analysis.state import CONDITIONAL, Object, Passed
from flake8_tensorconv.analysis.subscripts import subscript
from flake8_tensorconv.analysis.surviving import does_not_count, has_no_items, survivors
from flake8_tensorconv.analysis.syntax import dotted_name, literal
from flake8_tensorconv.analysis.values import (
    AVAILABLE,
    NOTHING,
    STRING,
    UNAVAILABLE,
    UNKNOWN,
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


def evaluate(run: Run, node: cst.BaseExpression) -> Value:
    """What the expression may be, with all its effects on the state."""
    run.program.steps += 1
    handler = _HANDLERS.get(type(node))
    return UNKNOWN if handler is None else handler(run, node)


_NAMED = {
    name: value(Constant(it)) for name, it in (("True", True), ("False", False), ("None", None))
}


def _name(run: Run, node: cst.Name) -> Value:
    named = _NAMED.get(node.value)
    if named is not None:
        return named
    found = run.lookup(node.value)
    if found is not None:
        return found
    imported = star_imported(run, node.value)
    return _builtin(node.value) if imported is None else value(imported)


@functools.lru_cache(maxsize=4096)
def _builtin(name: str) -> Value:
    return value(Symbol(f"builtins.{name}"))


def _literal(run: Run, node: cst.BaseExpression) -> Value:
    constant: Any = literal(node)
    return _constant(constant)


@functools.lru_cache(maxsize=4096, typed=True)  # 1 and 1.0 are equal
def _constant(constant: Any) -> Value:
    return value(Constant(constant))


def _concatenated(run: Run, node: cst.ConcatenatedString) -> Value:
    return STRING


def _formatted(run: Run, node: cst.FormattedString) -> Value:
    for part in node.parts:
        if isinstance(part, cst.FormattedStringExpression):
            memory.read(run, evaluate(run, part.expression), node)
    first = node.parts[0] if node.parts else None
    # f"cuda:{i}" names an accelerator whatever follows.
    if isinstance(first, cst.FormattedStringText) and first.value.startswith(("cuda", "cpu")):
        return value(Constant(first.value.split(":")[0]))
    return STRING


def _attribute(run: Run, node: cst.Attribute) -> Value:
    base = node.value
    if type(base) is cst.Call:
        func = base.func
        if type(func) is cst.Name and func.value == "super" and run.lookup("super") is None:
            return super_attribute(run, node)
        run.program.followed.setdefault(base, node.attr.value)
    receiver = evaluate(run, base)
    known = paths.recall(run, node)
    if known is not None:
        return known
    tell_attribute(run, node, receiver)
    name = node.attr.value
    found = run.attribute(receiver, name, node)
    survivors(run, base, receiver, lambda each: lacks(run, each, name))
    return found


def _subscript(run: Run, node: cst.Subscript) -> Value:
    receiver = evaluate(run, node.value)
    known = paths.recall(run, node)
    if known is not None:
        return known
    tell_negative_step(run, node, receiver)
    found = subscript(run, receiver, node)
    survivors(run, node.value, receiver, lambda each: has_no_items(run, each, node))
    return found


def _call(run: Run, node: cst.Call) -> Value:
    if isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Call):
        run.program.followed[node.func.value] = _cast(node) or node.func.attr.value
    callee = evaluate(run, node.func)
    return run.call(callee, arguments(run, node.args), node)


def _cast(node: cst.Call) -> str:
    """The dtype of `x.to(torch.int64)`, by its name; "" if there is none."""
    assert isinstance(node.func, cst.Attribute)
    if node.func.attr.value not in ("to", "type") or len(node.args) != 1:
        return ""
    dotted = dotted_name(node.args[0].value)
    return dotted.rsplit(".", 1)[-1] if dotted is not None and "." in dotted else ""


def arguments(run: Run, args: Any) -> Arguments:
    """Evaluate the arguments of a call."""
    positional: list[Argument] = []
    keywords: dict[str, Argument] = {}
    more: Value | None = None
    more_keywords: Value | None = None
    more_node: cst.BaseExpression | None = None
    for arg in args:
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
            keywords[arg.keyword.value] = Argument(given, arg.value)
        elif more is not None:
            more = join(more, given)
        else:
            positional.append(Argument(given, arg.value))
    return Arguments(tuple(positional), keywords, more, more_keywords, more_node)


def _binary(run: Run, node: cst.BinaryOperation) -> Value:
    left = evaluate(run, node.left)
    right = evaluate(run, node.right)
    operator = node.operator
    found = binary(run, node, operator, node.left, left, node.right, right)
    survivors(run, node.left, left, lambda each: does_not_count(run, each, operator, right))
    survivors(run, node.right, right, lambda each: does_not_count(run, each, operator, left))
    return found


def _unary(run: Run, node: cst.UnaryOperation) -> Value:
    return unary(run, node, evaluate(run, node.expression))


def _comparison(run: Run, node: cst.Comparison) -> Value:
    result = NOTHING
    left, left_node = evaluate(run, node.left), node.left
    for comparison in node.comparisons:
        right, right_node = evaluate(run, comparison.comparator), comparison.comparator
        result = join(result, compare(run, node, comparison.operator, left, right))
        tell_operator(run, node, comparison.operator, left_node, left, right_node, right)
        left, left_node = right, right_node
    return result


def _conditional(run: Run, node: cst.IfExp) -> Value:
    evaluate(run, node.test)
    results: list[Value] = []
    branches = []
    for truth, expression in ((True, node.body), (False, node.orelse)):
        branch = run.state.fork()
        with run.at(branch):
            if conditions.narrow(run, node.test, truth):
                branch.set(CONDITIONAL, run.state.passed | passed(node.test))
                results.append(evaluate(run, expression).on(branch.machine))
                branches.append(branch.changes)
    run.state.rejoin(branches, len(branches), Passed.NOTHING)
    return join_all(results)


def _lambda(run: Run, node: cst.Lambda) -> Value:
    closure = Closure(run.program.info(node), run.frame)
    run.program.define(closure, run.state)
    return value(Function(closure))


def _tuple(run: Run, node: cst.Tuple) -> Value:
    items: list[Value] = []
    spread = NOTHING
    for element in node.elements:
        given = evaluate(run, element.value)
        if isinstance(element, cst.StarredElement):
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


def _list(run: Run, node: cst.List | cst.Set) -> Value:
    items: dict[Any, Value] = {}
    rest = NOTHING
    for element in node.elements:
        given = evaluate(run, element.value)
        if isinstance(element, cst.StarredElement):
            rest = join(rest, iterate(run, given))
        elif rest.alternatives or isinstance(node, cst.Set):
            rest = join(rest, given)
        else:
            items[len(items)] = given
    kind = "list" if isinstance(node, cst.List) else "set"
    return run.allocate(node, Object(kind, items=items, rest=rest))


def _dict(run: Run, node: cst.Dict) -> Value:
    items: dict[Any, Value] = {}
    rest = NOTHING
    for element in node.elements:
        given = evaluate(run, element.value)
        if isinstance(element, cst.StarredDictElement):
            for ref in given.of(Ref).alternatives:
                assert isinstance(ref, Ref)
                held = run.object(ref)
                items.update(held.items)
                rest = join(rest, held.rest)
            if given.is_unknown:
                rest = join(rest, UNKNOWN)
            continue
        assert isinstance(element, cst.DictElement)
        key = evaluate(run, element.key)
        known = known_key(key)
        if known is not None or key == value(Constant(None)):
            items[known] = given
        else:
            rest = join(rest, given)
    return run.allocate(node, Object("dict", items=items, rest=rest))


def _walrus(run: Run, node: cst.NamedExpr) -> Value:
    given = evaluate(run, node.value)
    targets.assign(run, node.target, given)
    return given


def _await(run: Run, node: cst.Await) -> Value:
    return evaluate(run, node.expression)


def _yield(run: Run, node: cst.Yield) -> Value:
    if isinstance(node.value, cst.From):
        handed = iterate(run, evaluate(run, node.value.item))
    else:
        handed = value(Constant(None)) if node.value is None else evaluate(run, node.value)
    run.activation.yields = join(run.activation.yields, handed)
    run.activation.yielded.append(run.state.since(run.activation.base))
    return UNKNOWN


def _ellipsis(run: Run, node: cst.Ellipsis) -> Value:
    return value(Plain("ellipsis"))


def _not(run: Run, node: cst.UnaryOperation) -> Value:
    tested = evaluate(run, node.expression)
    opposites: dict[object, Plain] = {AVAILABLE: UNAVAILABLE, UNAVAILABLE: AVAILABLE}
    return value(*dict.fromkeys(opposites.get(e, Plain("bool")) for e in tested.alternatives))


_HANDLERS: dict[type, Callable[[Run, Any], Value]] = {
    cst.Name: _name,
    cst.Integer: _literal,
    cst.Float: _literal,
    cst.Imaginary: _literal,
    cst.SimpleString: _literal,
    cst.ConcatenatedString: _concatenated,
    cst.FormattedString: _formatted,
    cst.Attribute: _attribute,
    cst.Subscript: _subscript,
    cst.Call: _call,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: lambda run, node: (
        _not(run, node) if isinstance(node.operator, cst.Not) else _unary(run, node)
    ),
    cst.Comparison: _comparison,
    cst.BooleanOperation: boolean,
    cst.IfExp: _conditional,
    cst.Lambda: _lambda,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _list,
    cst.Dict: _dict,
    cst.NamedExpr: _walrus,
    cst.ListComp: comprehension,
    cst.SetComp: comprehension,
    cst.DictComp: comprehension,
    cst.GeneratorExp: comprehension,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.Ellipsis: _ellipsis,
}
