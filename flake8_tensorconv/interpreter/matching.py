"""`match` statements: what each pattern binds and tells about its subject."""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.elements import iterate, unpack
from flake8_tensorconv.contents.refining import refine
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.state import Changes
from flake8_tensorconv.lattice.values import UNKNOWN, Constant, Many, Ref, Value, value
from flake8_tensorconv.narrowing import conditions
from flake8_tensorconv.narrowing.classify import instance_of
from flake8_tensorconv.narrowing.tensor_conditions import welcome


def match_cases(run: Run, node: ast.Match) -> list[Changes]:
    """The changes of every way through the statement."""
    subject = run.evaluate(node.subject)
    ways: list[Changes] = []
    for case in node.cases:
        branch = run.state.fork()
        test = _as_test(case.pattern, node.subject)
        with run.at(branch):
            taken = bind_pattern(run, case.pattern, subject)
            if not taken:
                continue
            refine(run, node.subject, taken)
            if test is not None and not conditions.narrow(run, test, True):
                continue
            if case.guard is not None:
                run.evaluate(case.guard)
                if not conditions.narrow(run, case.guard, True):
                    continue
            if run.execute(case.body):
                ways.append(branch.changes)
        if case.guard is None:
            subject = _rest(run, case.pattern, subject)
            if not subject:
                return ways
            refine(run, node.subject, subject)
        if test is not None and case.guard is not None:
            test = ast.BoolOp(ast.And(), [test, case.guard])
        if test is not None and not conditions.narrow(run, test, False):
            return ways
        subject = run.peek(node.subject)
    ways.append({})
    return ways


def _as_test(pattern: ast.pattern, subject: ast.expr) -> ast.expr | None:
    """The pattern as a condition: `subject == value`, `isinstance(subject, T)`; None of others."""
    match pattern:
        case ast.MatchValue(value=wanted):
            return ast.Compare(subject, [ast.Eq()], [wanted])
        case ast.MatchClass(cls=cls, patterns=[], kwd_attrs=names, kwd_patterns=inner):
            asked = ast.Call(ast.Name("isinstance", ast.Load()), [subject, cls], [])
            tests = [_attribute_test(subject, *pair) for pair in zip(names, inner)]
            known = [each for each in tests if each is not None]
            return ast.BoolOp(ast.And(), [asked, *known]) if len(known) == len(tests) else None
        case _:
            return None


def _attribute_test(subject: ast.expr, name: str, pattern: ast.pattern) -> ast.expr | None:
    asked = ast.Attribute(subject, name, ast.Load())
    if isinstance(pattern, ast.MatchSingleton):
        return ast.Compare(asked, [ast.Is()], [ast.Constant(pattern.value)])
    return _as_test(pattern, asked)


def _rest(run: Run, pattern: ast.pattern, subject: Value) -> Value:
    """What is left of the subject when a pattern has not matched."""
    if isinstance(pattern, ast.MatchAs):
        return _rest(run, pattern.pattern, subject) if pattern.pattern else Value(())
    if isinstance(pattern, ast.MatchOr):
        for element in pattern.patterns:
            subject = _rest(run, element, subject)
        return subject
    if isinstance(pattern, ast.MatchClass) and not pattern.patterns and not pattern.kwd_attrs:
        classes = run.evaluate(pattern.cls)
        return join_all(
            value(kept)
            for each in subject.alternatives
            for kept in instance_of(run, each, classes, False)
        )
    if isinstance(pattern, ast.MatchSingleton):
        wanted = Constant(pattern.value)
        return Value(tuple(each for each in subject.alternatives if each != wanted))
    return subject


def bind_pattern(run: Run, pattern: ast.pattern, subject: Value) -> Value:
    """Bind the names of a pattern; gives what of the subject can match."""
    match pattern:
        case ast.MatchAs():
            taken = subject
            if pattern.pattern is not None:
                taken = bind_pattern(run, pattern.pattern, subject)
            if pattern.name is not None:
                run.assign(pattern.name, taken)
            return taken
        case ast.MatchOr():
            return join_all(bind_pattern(run, each, subject) for each in pattern.patterns)
        case ast.MatchClass():
            return _class_pattern(run, pattern, subject)
        case ast.MatchSequence():
            return _sequence_pattern(run, pattern, subject)
        case ast.MatchMapping():
            return _mapping_pattern(run, pattern, subject)
        case ast.MatchValue():
            return _equal(subject, run.evaluate(pattern.value))
        case ast.MatchSingleton():
            return _equal(subject, value(Constant(pattern.value)))
        case _:
            return subject


def _equal(subject: Value, wanted: Value) -> Value:
    """What of the subject may be equal to what a pattern names."""
    known = bool(wanted.constants)
    return Value(
        tuple(
            each
            for each in subject.alternatives
            if not (known and isinstance(each, Constant)) or each in wanted.alternatives
        )
    )


def _class_pattern(run: Run, pattern: ast.MatchClass, subject: Value) -> Value:
    classes = run.evaluate(pattern.cls)
    taken = join_all(
        value(kept)
        for each in subject.alternatives
        for kept in instance_of(run, each, classes, True)
    ).with_tensors(welcome)
    for name, each in zip(pattern.kwd_attrs, pattern.kwd_patterns):
        bind_pattern(run, each, run.attribute(taken, name, pattern))
    for element in pattern.patterns:
        # `float(x)` binds the subject itself; for other classes nothing is known.
        whole = taken if len(pattern.patterns) == 1 else UNKNOWN
        bind_pattern(run, element, whole)
    return taken


def _sequence_pattern(run: Run, pattern: ast.MatchSequence, subject: Value) -> Value:
    elements = pattern.patterns
    fixed = not any(isinstance(e, ast.MatchStar) for e in elements)
    parts = (
        unpack(run, subject, len(elements)) if fixed else [iterate(run, subject)] * len(elements)
    )
    for element, part in zip(elements, parts):
        if isinstance(element, ast.MatchStar):
            if element.name is not None:
                run.assign(element.name, value(Many(part)))
        else:
            bind_pattern(run, element, part)
    return subject


def _mapping_pattern(run: Run, pattern: ast.MatchMapping, subject: Value) -> Value:
    for key_node, inner in zip(pattern.keys, pattern.patterns):
        key = run.evaluate(key_node)
        found = Value(())
        for each in subject.alternatives:
            if isinstance(each, Ref):
                held = run.object(each)
                keys = [c.value for c in key.constants]
                found = join(found, held.items.get(keys[0], held.elements()) if keys else UNKNOWN)
        bind_pattern(run, inner, found or UNKNOWN)
    if pattern.rest is not None:
        run.assign(pattern.rest, UNKNOWN)
    return subject
