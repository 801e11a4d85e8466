"""Looking at one function on its own, with whatever callers outside the file may pass."""

from __future__ import annotations

from collections.abc import Sequence

from flake8_tensorconv.engine.definitions import Way
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import Parameter, parameters
from flake8_tensorconv.interpreter.first_calls import found_first
from flake8_tensorconv.interpreter.functions import default_of, enter, run_body, unknown_parameter
from flake8_tensorconv.interpreter.instances import set_fields
from flake8_tensorconv.interpreter.kept_flags import asked_ways, assumed_in
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.answers import Answer
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.state import GRAD_MODE
from flake8_tensorconv.lattice.values import (
    NOTHING,
    NUMBER,
    STRING,
    Class,
    Function,
    Grad,
    Many,
    Ref,
    Symbol,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.fixtures import parameter_from_tests
from flake8_tensorconv.libraries.python.hooks import hook_mode
from flake8_tensorconv.libraries.torch.modules import may_be_module
from flake8_tensorconv.libraries.torch.movable import wherever_moved
from flake8_tensorconv.libraries.torch.structure import is_module_class
from flake8_tensorconv.locations.scopes import CONSTRUCTORS, ClassInfo, Closure
from flake8_tensorconv.narrowing import known_tests


def run_alone(run: Run, closure: Closure) -> None:
    """Run a function as its unknown callers may."""
    state = run.program.closures[closure]
    if closure.frame.parent is None:
        state = run.state
    run.program.unfold(closure.info.node.body)
    owner = run.program.owner_of(closure.info)
    if owner is None or closure.info.name in CONSTRUCTORS:
        inner = Run(run.program, closure.frame, state.fork(), run.activation, ())
        made = NOTHING if owner is None else new_instance(inner, owner, closure.info.name)
        enter_alone(inner, closure, made)
        return
    for way in asked_ways(run, closure, owner) or [Way((), {})]:
        body = state.fork()
        body.changes.update(way.objects)
        inner = Run(run.program, closure.frame, body, run.activation, ())
        receiver = some_instance(inner, owner, single=True)
        held = body.get(Address(owner.node)) or Object(Kind.INSTANCE, owner)
        body.set(Address(owner.node), found_first(held, owner, closure.info))
        enter_alone(inner, closure, receiver, assumed_in(run, closure, way.outcomes))


def _function(run: Run, closure: Closure) -> Function:
    """The function as its decorators left it."""
    bound = run.program.decorated.get(closure, NOTHING)
    for each in bound.alternatives:
        if isinstance(each, Function) and each.closure == closure:
            return each
    return Function(closure)


def enter_alone(
    run: Run, closure: Closure, receiver: Value, assumed: Sequence[Answer] = ()
) -> None:
    """Run a function's body with unknown arguments.

    Args:
        run: the run; its state is changed.
        closure: the function.
        receiver: what its first parameter is; nothing if it is no method.
        assumed: what is known of its tests.
    """
    function = _function(run, closure)
    owner = run.program.owner_of(closure.info)
    if owner is not None and hook_mode(owner, closure.info.name) == Grad.UNKNOWN:
        run.state.set(GRAD_MODE, Grad.UNKNOWN)
    frame = enter(run, closure, None)
    bound = {}
    for position, param in enumerate(parameters(closure.info.node.args)):
        name = param.name
        if position == 0 and receiver and function.role != "static":
            is_class = function.role == "class" and owner is not None
            bound[name] = value(Class(owner)) if is_class and owner is not None else receiver
        else:
            bound[name] = _parameter(run, closure, param)
        if position == 1 and closure.info.name == "_apply" and owner is not None:
            if is_module_class(owner):  # `module.double()` and the like call it with their cast
                bound[name] = value(Symbol("torch.Tensor.type_as"))
    first = next(iter(bound), "")
    known = frozenset(known_tests.about(frame, first, each) for each in assumed)
    run_body(run, function, frame, bound, receiver, known, assumed)


def _parameter(run: Run, closure: Closure, param: Parameter) -> Value:
    if param.star == "*":
        return value(Many(unknown_parameter(run, closure, param)))
    if param.star == "**":
        held = Object(Kind.DICT, rest=unknown_parameter(run, closure, param), single=False)
        return run.allocate(param.node, held)
    given = parameter_from_tests(run, closure, param)
    if given is not None:
        return given
    unknown = unknown_parameter(run, closure, param)
    default = default_of(run, closure, param)
    return unknown if default is None else _or_default(unknown, default, param)


def _or_default(unknown: Value, default: Value, param: Parameter) -> Value:
    """What a parameter with a default may be: that, or whatever else a caller passes.

    Where nothing is annotated, a default number or string shows that numbers or strings are meant.
    """
    if param.node.annotation is None and unknown.is_unknown:
        constants = [c.value for c in default.constants]
        if constants and len(constants) == len(default.alternatives):
            if all(isinstance(c, (bool, int, float)) for c in constants):
                return join(default, NUMBER)
            if all(isinstance(c, str) for c in constants):
                return join(default, STRING)
    return join(unknown, default)


def new_instance(run: Run, owner: ClassInfo, constructor: str) -> Value:
    """An instance as a constructor of its class finds it: nothing has been stored in it yet.

    What a base class from another file has put there is not known.
    """
    ref = Ref(Address(owner.node))
    run.state.set(ref.address, Object(Kind.INSTANCE, owner))
    if constructor == "__post_init__":
        set_fields(run, owner, ref, Arguments(), owner.node)
    return value(ref)


def some_instance(run: Run, owner: ClassInfo, *, single: bool) -> Value:
    """Some instance of a class, holding what all its methods may have put there."""
    address = Address(owner.node)
    held: Object | None = run.state.get(address)
    summary = held if held is not None else Object(Kind.INSTANCE, owner)
    run.state.set(address, Object(Kind.INSTANCE, owner, summary.items, summary.rest, single=single))
    ref = Ref(address)
    if may_be_module(owner):
        wherever_moved(run, ref, owner)
    return value(ref)
