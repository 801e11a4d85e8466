"""Calls into the file's own functions and classes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from flake8_tensorconv.contents.datasets import as_samples, takes_samples
from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.run import MAX_DEPTH, MAX_RECURSION, Activation, Run
from flake8_tensorconv.index.syntax import Parameter, parameters
from flake8_tensorconv.interpreter.attributes import class_attribute
from flake8_tensorconv.interpreter.kept_flags import assumed_by_base
from flake8_tensorconv.lattice.answers import Answer
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.call_outcomes import Outcome
from flake8_tensorconv.lattice.facts import any_grad, in_mode, limit_grad
from flake8_tensorconv.lattice.joins import join, join_all, sequence
from flake8_tensorconv.lattice.must import Fact
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.state import CONDITIONAL, GRAD_MODE, MACHINE
from flake8_tensorconv.lattice.values import (
    NONE,
    NOTHING,
    UNKNOWN,
    Alternative,
    Array,
    Class,
    Device,
    Function,
    Grad,
    Layout,
    Many,
    Method,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.annotations import as_declared, from_annotation, returned
from flake8_tensorconv.libraries.python.contexts import generator_context
from flake8_tensorconv.libraries.torch.modules import module_attribute
from flake8_tensorconv.libraries.torch.structure import is_module_class
from flake8_tensorconv.libraries.torch.tracing import opened
from flake8_tensorconv.locations.provenance import Origin, Reason, Storage
from flake8_tensorconv.locations.scopes import ClassInfo, Closure, Frame
from flake8_tensorconv.memory.memo import key_of, lasting, relocated
from flake8_tensorconv.narrowing import known_tests
from flake8_tensorconv.narrowing.machine import given_back

_MAX_REASONS = 6
#: As many calls tell apart what one function makes for different callers.
_MAX_PATH = 6


def call_function(run: Run, function: Function, args: Arguments, node: ast.AST) -> Value:
    """Run a function of this file with actual arguments.

    A call too deep, recursive, or past the budget gives what the return annotation says, as does
    that of a method which is there to be overridden.
    """
    closure = function.closure
    info = closure.info
    if function.receiver is not None:
        args = args.prepend(function.receiver)
    if (
        len(run.stack) >= MAX_DEPTH
        or run.stack.count(info) >= MAX_RECURSION
        or run.program.steps > run.program.budget
    ):
        return returned(run, info)
    if info.bare and run.program.owner_of(info) is not None:
        run.program.called.add(info)
        return returned(run, info)
    frame = enter(run, closure, node)
    bound = bind(run, closure, args, frame, node)
    if info.generator and function.role not in ("context", "fixture"):
        loops = tuple(run.program.loops)
        return run.allocate_lazy(
            node, lambda later: _handed_out(later, function, frame, bound, loops)
        )
    run.program.called.add(info)
    passed = known_tests.passed_on(run, function, args, frame, node)
    result = _remembered(run, function, frame, bound, passed)
    if info.node in run.program.traced:
        result = opened(result)
    return told(result, node, "returned by `{code}`") if info.name != "<lambda>" else result


def _remembered(
    run: Run, function: Function, frame: Frame, bound: dict[str, Value], passed: frozenset[Fact]
) -> Value:
    """Run the function's body, unless the same call has been followed before."""
    receiver = function.receiver or NOTHING
    assumed = assumed_by_base(run, function.closure)
    known = None if assumed else key_of(run, function, bound, passed)
    if known is None:
        return run_body(run, function, frame, bound, receiver, passed, assumed)
    key, before = known
    outcome = run.program.outcomes.get(key)
    if outcome is not None:
        run.state.changes.update(outcome.changes)
        known_tests.made_again(run, outcome.changes)
        return relocated(run, outcome.result, outcome.path, frame.path)
    if key in run.program.entered:  # a call inside itself: nothing new comes of following it
        return returned(run, function.closure.info)
    inside = run.state.fork()
    run.program.entered.add(key)
    with run.at(inside):
        result = run_body(run, function, frame, bound, receiver, passed)
    run.program.entered.discard(key)
    changes = lasting(run, result, inside.changes, frame.path)
    if changes is not None:
        run.program.outcomes[key] = Outcome(result, changes, before, frame.path)
    run.state.merge([inside.changes])
    return result


def _handed_out(
    run: Run, function: Function, frame: Frame, bound: dict[str, Value], loops: tuple[int, ...]
) -> Value:
    """What a generator yields.

    Its body runs in the modes of where it is iterated, with the memory of where it was made.
    """
    run.program.called.add(function.closure.info)
    if function.closure.info in run.stack:
        return UNKNOWN
    saved, run.program.loops = run.program.loops, list(loops)
    try:
        return iterate(run, run_body(run, function, frame, bound, function.receiver or NOTHING))
    finally:
        run.program.loops = saved


def enter(run: Run, closure: Closure, node: ast.AST | None) -> Frame:
    """The frame for an activation of a function: the same for the same calls leading there."""
    info = closure.info
    path = run.frame.path if node is None else (*run.frame.path[-_MAX_PATH:], node)
    known = run.program.frames.get((closure, path))
    if known is not None:
        return known
    frame = run.program.frames[closure, path] = Frame(
        closure.frame.file, closure.frame, path, info.names
    )
    module = closure.frame
    while module.parent is not None:
        module = module.parent
    for name in info.globals:
        frame.outer[name] = module
    return frame


def bind(
    run: Run, closure: Closure, args: Arguments, frame: Frame, node: ast.AST
) -> dict[str, Value]:
    """Match arguments with parameters."""
    params = parameters(closure.info.node.args)
    bound: dict[str, Value] = {}
    used: set[str] = set()
    positional = [param for param in params if param.kind in ("positional", "both")]
    named = [param for param in params if param.kind == "keyword"]
    for position, param in enumerate(positional):
        name = param.name
        if position < len(args.positional):
            bound[name] = args.positional[position].value
        elif name in args.keywords:
            bound[name] = args.keywords[name].value
            used.add(name)
        elif args.more is not None:
            bound[name] = args.more
        else:
            bound[name] = _default(run, closure, param, args)
    for param in named:
        name = param.name
        if name in args.keywords:
            bound[name] = args.keywords[name].value
            used.add(name)
        else:
            bound[name] = _default(run, closure, param, args)
    for param in params:
        if param.star == "*":
            extra = tuple(a.value for a in args.positional[len(positional) :])
            whole = value(sequence(extra))
            if args.more is not None:
                whole = value(Many(join(args.more, join_all(extra))))
            bound[param.name] = whole
        elif param.star == "**":
            rest = {k: a.value for k, a in args.keywords.items() if k not in used}
            held = Object(Kind.DICT, items=dict(rest), rest=args.more_keywords or NOTHING)
            bound[param.name] = run.allocate(param.node, held, tag=node)
    for param in (*positional, *named):
        name = param.name
        if param.node.annotation is not None and bound[name].is_unknown:
            declared = _declared(run, closure, param)
            bound[name] = as_declared(bound[name], declared)
    return {
        name: told(v, node, f"passed to `{closure.info.name}` as `{name}`")
        for name, v in bound.items()
    }


def _default(run: Run, closure: Closure, param: Parameter, args: Arguments) -> Value:
    if args.more_keywords is not None:
        given = args.more_keywords
        return join(given, default_of(run, closure, param) or NOTHING)
    return default_of(run, closure, param) or unknown_parameter(run, closure, param)


def default_of(run: Run, closure: Closure, param: Parameter) -> Value | None:
    """The default value of a parameter, or None if it has none."""
    if param.default is None:
        return None
    with run.within(closure.frame):
        return run.evaluate(param.default)


def unknown_parameter(run: Run, closure: Closure, param: Parameter) -> Value:
    """What a parameter may be when nothing is known of the callers."""
    declared = _declared(run, closure, param)
    if takes_samples(run, closure.info):
        declared = as_samples(run, declared)
    else:
        declared = admitting_any(declared, param.node, f"parameter `{param.name}`")
    return _of_the_caller(run, declared, param.node)


def _declared(run: Run, closure: Closure, param: Parameter) -> Value:
    """What the annotation of a parameter says."""
    if param.node.annotation is None:
        return UNKNOWN
    with run.within(closure.frame):
        return from_annotation(run, param.node.annotation)


def _of_the_caller(run: Run, given: Value, param: ast.arg) -> Value:
    """The value with the memory that the caller owns."""
    if not run.program.tracks_memory:
        return given
    storages = frozenset({Storage(Origin.PARAMETER, param, dense=False)})
    return Value(
        tuple(
            replace(each, storages=storages) if isinstance(each, (Tensor, Array)) else each
            for each in given.alternatives
        )
    )


def admitting_any(given: Value, node: ast.AST, what: str) -> Value:
    """The value with the story that nothing in the file limits what it is."""
    reason = Reason(node, f"{what}, which may be any tensor")
    return given.with_tensors(
        lambda t: replace(t, blind=False, grad_reason=reason, device_reason=reason)
    )


def told(given: Value, node: ast.AST, text: str) -> Value:
    """The value with one more step in the story of whatever is wrong with its tensors."""
    if not any(_worth_telling(t) for t in given.tensors):
        return given

    def step(cause: Reason | None) -> Reason | None:
        if cause is None or cause.depth >= _MAX_REASONS or cause.node is node:
            return cause
        return cause.then(node, text)

    return given.with_tensors(
        lambda t: replace(
            t,
            grad_reason=t.grad_reason if t.grad == Grad.NO else step(t.grad_reason),
            device_reason=t.device_reason if t.device == Device.CPU else step(t.device_reason),
            layout_reason=step(t.layout_reason),
        )
    )


def _worth_telling(tensor: Tensor) -> bool:
    return (
        bool(tensor.grad & Grad.YES)
        or bool(tensor.device & (Device.ACCELERATOR | Device.META))
        or tensor.layout != Layout.STRIDED
    )


def run_body(
    run: Run,
    function: Function,
    frame: Frame,
    bound: dict[str, Value],
    receiver: Value,
    known: frozenset[Fact] = frozenset(),
    assumed: Sequence[Answer] = (),
) -> Value:
    """Run the body of a function in `frame` with its parameters bound.

    `known` is what tests have said of them, `assumed` what they will say, wherever they are asked.
    """
    info = function.closure.info
    body = run.state.fork()
    for name, given in bound.items():
        body.set((frame, name), given)
    known_tests.begin(run, body, frame, known)
    mode = function.grad_mode
    before, passed = run.state.grad_mode, run.state.passed
    if mode is not None:
        body.set(GRAD_MODE, mode)
    machine, defined = run.state.machine, run.program.closures.get(function.closure)
    if defined is not None and machine & ~defined.machine:
        body.set(MACHINE, machine & defined.machine)  # elsewhere there is no such function
    owner = run.program.owner_of(info)
    activation = Activation(info, run.state, owner, receiver, assumed=[*assumed])
    inner = Run(run.program, frame, body, activation, (*run.stack, info), run.caught)
    if isinstance(info.node, ast.Lambda):
        result = inner.evaluate(info.node.body)
        result = result.on(body.machine)
        run.state.merge([body.changes])
    else:
        if inner.execute(info.node.body):
            activation.returns.append((NONE, body.since(run.state)))
        result = given_back(run, activation.returns)
        if info.generator and function.role == "context":
            ended = run.state.fork()
            ended.merge([changes for _, changes in activation.returns])
            return generator_context(
                run, info.node, activation.yields or UNKNOWN, activation.yielded, ended.changes
            )
        run.state.merge([changes for _, changes in activation.returns])
        if info.generator:
            result = value(Many(activation.yields or UNKNOWN))
    if mode is not None:
        run.state.set(GRAD_MODE, before)
    run.state.set(MACHINE, machine)
    run.state.set(CONDITIONAL, passed)  # its own tests are over, whichever way it returned
    known_tests.end(run, frame)
    if frame not in run.program.captured:
        run.state.drop(frame)
    return result


def super_attribute(run: Run, node: ast.Attribute) -> Value:
    """`super().name`: the next one in the order of resolution."""
    name = node.attr
    owner, receiver = run.activation.owner, run.activation.receiver
    if owner is None:
        return UNKNOWN
    results = []
    for each in receiver.alternatives:
        if isinstance(each, Ref):
            cls = run.object(each).cls
            if not isinstance(cls, ClassInfo):
                continue
            found = class_attribute(run, cls, name, each, node, after=owner)
            if not found.is_unknown:
                results.append(found)
            elif name == "__init__":
                results.append(value(Symbol("builtins.print")))
            elif is_module_class(cls):
                results.append(module_attribute(run, each, name, node) or UNKNOWN)
            else:
                results.append(value(Method(each, name, node)))
        elif isinstance(each, Class):
            results.append(class_attribute(run, each.info, name, None, node, after=owner))
    return join_all(results) or UNKNOWN


def call_autograd_function(run: Run, info: ClassInfo, args: Arguments, node: ast.AST) -> Value:
    """`Function.apply(...)`: forward runs unrecorded, its results join the graph of the inputs."""
    forward = class_attribute(run, info, "forward", None, node)
    inputs = [t for a in args.all() for t in a.value.tensors if t.sure]
    mode = run.state.grad_mode
    run.state.set(GRAD_MODE, Grad.NO)
    separate = class_attribute(run, info, "setup_context", None, node).of(Function)
    given = args if separate else args.prepend(UNKNOWN)
    result = run.call(forward, given, node)
    run.state.set(GRAD_MODE, mode)
    grad = in_mode(any_grad(inputs), mode)
    reason = next((t.grad_reason for t in inputs if t.grad & Grad.YES), None)
    return _joined_to_graph(result, grad, reason)


def _joined_to_graph(result: Value, grad: Grad, reason: Reason | None) -> Value:
    def joined(each: Alternative) -> Alternative:
        if isinstance(each, Tensor):
            return replace(each, grad=limit_grad(grad, each.dtype), grad_reason=reason)
        if isinstance(each, Tuple):
            return replace(each, items=tuple(_joined_to_graph(i, grad, reason) for i in each.items))
        return each

    return Value(tuple(joined(each) for each in result.alternatives))
