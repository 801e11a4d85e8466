"""`def` and `class`: what they bind."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_tensorconv.engine.run import Activation, Run
from flake8_tensorconv.index.syntax import FunctionDef, unstarred
from flake8_tensorconv.interpreter.dispatching import DECORATORS, dispatching, register
from flake8_tensorconv.lattice.arguments import pass_values
from flake8_tensorconv.lattice.values import Class, Function, Grad, Plain, Symbol, Value, value
from flake8_tensorconv.libraries.python.builtins_calls import as_role, with_setter
from flake8_tensorconv.libraries.python.contexts import with_grad_mode
from flake8_tensorconv.libraries.python.hooks import hook_mode
from flake8_tensorconv.libraries.torch.tracing import TRACER, trace
from flake8_tensorconv.locations.scopes import ClassInfo, Closure, Frame

_ACCESSORS = {"setter", "deleter", "getter"}


def define_function(run: Run, node: FunctionDef) -> None:
    """Bind a function, wrapped by its decorators."""
    cls = run.activation.class_body
    frame = run.frame if cls is None or run.frame.parent is None else run.frame.parent
    closure = Closure(run.info(node), frame)
    run.program.define(closure, run.state)
    name = node.name
    function: Value = value(Function(closure, role="class" if name == "__init_subclass__" else ""))
    if cls is not None:
        run.program.methods[closure.info] = cls
        run.program.members[cls] = (*run.program.members.get(cls, ()), closure)
        if hook_mode(cls, name) == Grad.NO:
            function = with_grad_mode(function, Grad.NO)
    for decorator in reversed(node.decorator_list):
        if isinstance(decorator, ast.Attribute) and decorator.attr in _ACCESSORS:
            known = run.evaluate(decorator.value).of(Function)
            if decorator.attr == "setter" and known:
                run.assign(name, with_setter(known, function))
            return
        if not register(run, decorator, function):
            function = _decorate(run, decorator, function)
    run.program.decorated[closure] = function
    run.assign(name, function)


def _decorate(run: Run, node: ast.expr, function: Value) -> Value:
    """Apply a decorator; one that is not known is taken to leave the function as it is."""
    decorator = run.evaluate(node)
    for each in decorator.alternatives:
        if isinstance(each, Symbol) and each.dotted in DECORATORS:
            return dispatching(function)
        if isinstance(each, Plain) and each.what == TRACER:
            trace(run, function, node)
            return function
        if isinstance(each, Plain) and each.what.startswith("decorator "):
            return as_role(function, each.what.removeprefix("decorator "))
    given = run.call(decorator, pass_values(function), node)
    wrapped = given.of(Function, Class)
    return wrapped if wrapped and not given.is_unknown else function


def define_class(
    run: Run, node: ast.ClassDef, execute: Callable[[Run, list[ast.stmt]], bool]
) -> None:
    """Run a class body in a namespace of its own, and bind the class."""
    info = run.program.classes.get(node)
    if info is None or info.frame is not run.frame:
        bases: list[ClassInfo | str] = []
        for base in node.bases:
            for each in run.evaluate(unstarred(base)).alternatives:
                if isinstance(each, Class):
                    bases.append(each.info)
                else:
                    bases.append(each.dotted if isinstance(each, Symbol) else "?")
        namespace = Frame(run.file, run.frame, run.frame.path, run.file.index.bound(node))
        info = ClassInfo(node, node.name, run.frame, tuple(bases), namespace)
        run.program.classes[node] = info
    activation = Activation(None, run.state, class_body=info)
    inner = Run(run.program, info.namespace, run.state, activation, run.stack)
    execute(inner, node.body)
    bound: Value = value(Class(info))
    for decorator in reversed(node.decorator_list):
        given = run.call(run.evaluate(decorator), pass_values(bound), node)
        if given.of(Class):
            bound = given.of(Class)
    run.assign(node.name, bound)
