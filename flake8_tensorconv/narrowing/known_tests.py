"""Tests whose outcome is known: that of the stretch being run, or one that was passed before.

    def export(x, keep):
        if keep:
            raise NotImplementedError
        return convert(x, keep)

What has been asked of a variable holds until it is bound anew, and of the parameter that it is
passed as: `convert` is not asked to keep anything.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import dotted_name
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.answers import Answer, named
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.must import Fact, Known
from flake8_tensorconv.lattice.state import KNOWN, Changes, State
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import Function, Grad, Ref, Tensor, Value
from flake8_tensorconv.locations.scopes import Frame

#: More are not remembered at a time.
_MAX_FACTS = 16


def outcome(run: Run, test: ast.expr) -> bool | None:
    """The outcome of a test, if it is known; None if it is open."""
    assumed = run.activation.assumed
    facts = _facts(run)
    if not assumed and not facts:
        return None
    told = run.program.partitions.answer(test)
    if told is None:
        return None
    known = _by(assumed, told)
    if known is None and facts:
        home = _home(run, test)
        if home is not None:
            known = _by((fact.answer for fact in facts if fact.frame is home), told)
    return known


def _by(known: Iterable[Answer], told: Answer) -> bool | None:
    for fact in known:
        if fact.test == told.test:
            return fact.truth == told.truth
        if fact.subject == told.subject and fact.truth:
            return not told.truth
    return None


def truth_given(run: Run, argument: Argument | None, default: bool | None) -> bool | None:
    """Is an argument, or the default if it is left out, surely true, surely false, or neither?"""
    if argument is None:
        return default
    known = None if argument.node is None else outcome(run, argument.node)
    return truth_of(argument.value) if known is None else known


def grad_given(run: Run, argument: Argument | None, default: bool) -> Grad:
    """What `requires_grad=...` asks for."""
    known = truth_given(run, argument, default)
    return Grad.UNKNOWN if known is None else Grad.YES if known else Grad.NO


# What has been learnt.


def _facts(run: Run) -> frozenset[Fact]:
    return run.state.get(KNOWN).facts


def _home(run: Run, test: ast.expr) -> Frame | None:
    """The function, or the module, whose variables alone a test is about."""
    homes = {run.home(name) for name in named(test) if not name.startswith(".")}
    return homes.pop() if len(homes) == 1 else None


def learn(run: Run, test: ast.expr, truth: bool) -> None:
    """Remember the outcome of a test that has been passed."""
    told = run.program.partitions.answer(test)
    operands = None if told is None else _operands(test)
    if told is None or not operands:
        return
    home = _home(run, test)
    if home is None or home.parent is None:
        return  # other files may bind it anew
    if not all(_is_plain(run.peek(each)) for each in operands):
        return
    facts = _facts(run)
    if len(facts) < _MAX_FACTS:
        names = named(test)
        run.program.asked.update((home, name) for name in names)
        fact = Fact(home, names, told if truth else told.opposite())
        run.state.set(KNOWN, Known(facts | {fact}))


def tell_turn(run: Run, index: str, *, first: bool) -> None:
    """What counts the turns of a loop is 0 in the first of them, and more in all others."""
    home = run.home(index)
    if home is None or (home.parent is None and index in run.file.index.globals):
        return
    run.program.asked.add((home, index))
    told = [("Eq 0", f"{index} Eq", True), ("Gt 0", "", False), ("Lt 1", "", True), ("", "", False)]
    facts = {
        Fact(home, frozenset({index}), Answer(text, subject or text, zero is first))
        for test, subject, zero in told
        for text in [f"{index} {test}".strip()]
    }
    run.state.set(KNOWN, Known(_facts(run) | facts))


def _operands(test: ast.expr) -> list[ast.expr] | None:
    """The variables and attributes that a test asks about; None if it asks about more."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    sides = [test]
    if isinstance(test, ast.Compare) and len(test.comparators) == 1:
        sides = [test.left, test.comparators[0]]
    found = [each for each in sides if not isinstance(each, ast.Constant)]
    return found if all(dotted_name(each) for each in found) else None


def _is_plain(held: Value) -> bool:
    """Can nothing but binding change what a test says of it, as far as anybody knows?"""
    return not any(
        isinstance(each, Ref) or (isinstance(each, Tensor) and each.sure)
        for each in held.alternatives
    )


def forget(run: Run, name: str) -> None:
    """Forget what tests have said of a variable: it has been bound."""
    home = run.home(name)
    if home is not None and (home, name) in run.program.asked:
        _keep(run, lambda fact: fact.frame is not home or name not in fact.names)


def forget_attribute(run: Run, name: str) -> None:
    """Forget what tests have said of an attribute: it has been set, of whatever object."""
    _keep(run, lambda fact: f".{name}" not in fact.names)


def made_again(run: Run, changes: Changes) -> None:
    """Forget what tests have said of attributes if a call may have set them."""
    if any(isinstance(key, Address) for key in changes):
        _keep(run, lambda fact: not any(name.startswith(".") for name in fact.names))


def _keep(run: Run, wanted: Callable[[Fact], bool]) -> None:
    facts = _facts(run)
    kept = frozenset(filter(wanted, facts))
    if len(kept) < len(facts):
        run.state.set(KNOWN, Known(kept))


# What is passed on to functions.


def passed_on(
    run: Run, function: Function, args: Arguments, frame: Frame, call: ast.AST
) -> frozenset[Fact]:
    """What is known of the arguments of a call, as facts about the function's parameters.

    Args:
        run: the run of the caller.
        function: what is called.
        args: what it is given, the object of a method first.
        frame: that of its parameters.
        call: where it is called.
    """
    known = [fact.answer for fact in _facts(run)] + list(run.activation.assumed)
    if not known:
        return frozenset()
    params = function.closure.info.node.args
    names = [param.arg for param in (*params.posonlyargs, *params.args)]
    given = [*zip(names, (None if each.spread else each.node for each in args.positional))]
    given += [(name, argument.node) for name, argument in args.keywords.items()]
    if function.receiver is not None and names and isinstance(call, ast.Call):
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        given.append((names[0], owner))
    return frozenset(
        about(frame, name, answer)
        for name, node in given
        if node is not None
        for answer in _about(node, name, known)
    )


def about(frame: Frame, parameter: str, answer: Answer) -> Fact:
    """The outcome of a test as a fact about the parameter that it names."""
    attributes = {f".{part}" for word in _words(answer.test) for part in word.split(".")[1:]}
    return Fact(frame, frozenset({parameter, *attributes}), answer)


def _about(node: ast.expr, parameter: str, known: list[Answer]) -> Iterator[Answer]:
    negated = False
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node, negated = node.operand, not negated
    if not isinstance(node, ast.Name):
        return
    for answer in known:
        words = _words(answer.test)
        if answer.test == node.id:
            yield Answer(parameter, parameter, answer.truth != negated)
        elif not negated and words and all(w.split(".")[0] == node.id for w in words):
            yield replace(
                answer,
                test=_renamed(answer.test, node.id, parameter),
                subject=_renamed(answer.subject, node.id, parameter),
                about=_renamed(answer.about, node.id, parameter),
            )


def begin(run: Run, body: State, frame: Frame, passed: frozenset[Fact]) -> None:
    """What is known where a function's body begins."""
    known = _facts(run)
    if known or passed:
        for fact in passed:
            run.program.asked.update((frame, name) for name in fact.names)
        others = (fact for fact in known if fact.frame is not frame)
        body.set(KNOWN, Known(passed.union(others)))


def end(run: Run, frame: Frame) -> None:
    """Forget what is known of the variables of a function that has ended."""
    _keep(run, lambda fact: fact.frame is not frame)


_QUOTED_OR_WORD = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[A-Za-z_][\w.]*")
_NOT_NAMES = {"Eq", "Is", "In", "Lt", "Gt", "True", "False", "None"}


def _words(test: str) -> set[str]:
    """The variables in the text of a test."""
    found = _QUOTED_OR_WORD.findall(test)
    return {each for each in found if each[0] not in "'\""} - _NOT_NAMES


def _renamed(test: str, old: str, new: str) -> str:
    def other(found: re.Match[str]) -> str:
        first, *attributes = found[0].split(".")
        return ".".join([new, *attributes]) if first == old else found[0]

    return _QUOTED_OR_WORD.sub(other, test)
