"""Assignments: plain, annotated and augmented."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.axes import counted
from flake8_tensorconv.index.syntax import called_name, last_name, walk
from flake8_tensorconv.interpreter import targets
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.must import Test
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.scalars import is_text
from flake8_tensorconv.lattice.storages import in_place, in_storages
from flake8_tensorconv.lattice.values import NOTHING, Many, Ref, Value
from flake8_tensorconv.libraries.python.annotations import as_declared, from_annotation
from flake8_tensorconv.libraries.python.operators import binary
from flake8_tensorconv.locations.provenance import Origin, Storage
from flake8_tensorconv.memory import sharing as memory

_TESTS = frozenset({ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Attribute, ast.IfExp})
#: What leaves less of a set.
_REMOVING = (ast.Sub, ast.BitAnd, ast.BitXor)
#: The names of functions that are asked what something is.
_QUESTION = re.compile(
    r"is|has|bool|startswith|type$|.*(?:torch|tensor|numpy|ndarray)", re.IGNORECASE
)


def plain(run: Run, node: ast.Assign) -> bool:
    """`x = y`, and `x = z = y`."""
    new = run.evaluate(node.value)
    for target in node.targets:
        targets.assign(run, target, new, node.value)
        _remember_test(run, target, node.value)
    return True


def _remember_test(run: Run, target: ast.expr, expression: ast.expr) -> None:
    """`on_gpu = x.is_cuda`: testing the variable later tests the tensor."""
    if isinstance(target, ast.Name):
        variable = run.frame, target.id
        key = (*variable, Test)
        names = set[str]()
        if type(expression) in _TESTS or _is_question(expression):
            names = {node.id for node in walk(expression) if isinstance(node, ast.Name)}
        if names and target.id not in names:  # `keep = not keep` is about what it was before
            run.state.set(key, Test(expression))
            run.program.answers.add(variable)
            for name in names:
                run.program.tested.setdefault(name, set()).add(variable)
        elif variable in run.program.answers:
            run.state.set(key, Test(None))


def _is_question(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return counted(node) is not None or _QUESTION.match(last_name(called_name(node))) is not None


def annotated(run: Run, node: ast.AnnAssign) -> bool:
    """`x: T = y`; where nothing is known of the value, the annotation says what it is."""
    if node.value is None:
        return True
    new = run.evaluate(node.value)
    declared = from_annotation(run, node.annotation)
    targets.assign(run, node.target, as_declared(new, declared), node.value)
    return True


def _surely_changed(storages: frozenset[Storage]) -> frozenset[Storage]:
    """Without parts of what a caller gave: `first += 1` may be about a number in it."""
    return frozenset(s for s in storages if s.origin is not Origin.PARAMETER or s.rows.aligned)


def augmented(run: Run, node: ast.AugAssign) -> bool:
    """`x += y`, which changes the object or the memory that `x` names, if it can."""
    old = run.evaluate(node.target)
    right = run.evaluate(node.value)
    refs = old.of(Ref)
    if refs:
        for ref in refs.alternatives:
            assert isinstance(ref, Ref)
            held = run.object(ref)
            if held.kind is Kind.SET and isinstance(node.op, _REMOVING):
                run.store(ref, replace(held, single=False))  # what is left is not known
            elif held.kind in (Kind.LIST, Kind.SET):
                run.store(ref, held.with_rest(iterate(run, right)))
            elif held.kind is Kind.DICT:
                run.store(ref, held.with_rest(_dict_contents(run, right)))
        if len(refs.alternatives) == len(old.alternatives):
            return True
    new = binary(run, node, node.op, node.target, old, node.value, right)
    if any(isinstance(each, Ref) for each in new.alternatives) and refs:
        new = join(new.without(Ref), refs)
    if right.alternatives and all(map(is_text, right.alternatives)):
        old = NOTHING  # nothing but a text takes one, and of those a new one is made
    if isinstance(node.target, ast.Subscript):
        if run.peek(node.target.value).of(Ref):  # what a container holds is changed itself
            memory.changed(run, in_storages(old, _surely_changed), node)
            new = in_place(old, new)
        targets.assign_item(run, node.target, new, augmented=True)
    else:
        memory.changed(run, in_storages(old, _surely_changed), node)
        targets.assign(run, node.target, in_place(old, new))
    return True


def _dict_contents(run: Run, given: Value) -> Value:
    result = given.without(Ref, Many)
    for each in given.of(Ref).alternatives:
        assert isinstance(each, Ref)
        result = join(result, run.object(each).elements())
    return result
