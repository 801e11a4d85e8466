"""pytest: what a test's parameters are, from `parametrize` and from fixtures of the same file."""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.elements import iterate, unpack
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import FUNCTIONS, Parameter, call_args
from flake8_tensorconv.lattice.arguments import pass_values
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.values import NOTHING, Function, Value
from flake8_tensorconv.locations.scopes import Closure


def parameter_from_tests(run: Run, closure: Closure, param: Parameter) -> Value | None:
    """What pytest passes for a parameter; None if it does not say."""
    node = closure.info.node
    name = param.name
    if isinstance(node, FUNCTIONS):
        for decorator in node.decorator_list:
            given = _parametrized(run, decorator, name)
            if given is not None:
                return given
    owner = run.program.owner_of(closure.info)
    found: Value | None = None
    if owner is not None:
        for cls in owner.mro:
            found = run.state.get((cls.namespace, name)) or found
    if found is None and name in closure.frame.names:
        found = run.state.get((closure.frame, name))
    if found is None:
        return None
    result = NOTHING
    for each in found.alternatives:
        if isinstance(each, Function) and each.role == "fixture":
            given = run.call(Value((each,)), pass_values(), node)
            handed = iterate(run, given) if each.closure.info.generator else given
            result = join(result, handed)
    return result or None


def _parametrized(run: Run, decorator: ast.expr, name: str) -> Value | None:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return None
    args = call_args(decorator)
    if decorator.func.attr != "parametrize" or len(args) < 2:
        return None
    names = _names(run, args[0].value)
    if name not in names:
        return None
    rows = iterate(run, run.evaluate(args[1].value))
    return rows if len(names) == 1 else unpack(run, rows, len(names))[names.index(name)]


def _names(run: Run, node: ast.expr) -> list[str]:
    given = run.evaluate(node)
    constants = given.constants or iterate(run, given).constants
    joined = ",".join(str(c.value) for c in constants)
    return [part.strip() for part in joined.split(",") if part.strip()]
