"""The whole analysis of a module: run it, then everything in it that nobody in the file calls."""

from __future__ import annotations

import enum

import libcst as cst

from flake8_tensorconv.analysis import calls, expressions, memory, statements
from flake8_tensorconv.analysis.arguments import Arguments
from flake8_tensorconv.analysis.attributes import attribute
from flake8_tensorconv.analysis.events import Event
from flake8_tensorconv.analysis.fixtures import parameter_from_tests
from flake8_tensorconv.analysis.functions import (
    default_of,
    enter,
    run_body,
    set_fields,
    unknown_parameter,
)
from flake8_tensorconv.analysis.joins import join
from flake8_tensorconv.analysis.run import SMALL_BUDGET, Run, new_run
from flake8_tensorconv.analysis.scopes import (
    ClassInfo,
    Closure,
    called_names,
    module_names,
    parameters,
)
from flake8_tensorconv.analysis.state import Object, State, join_objects
from flake8_tensorconv.analysis.syntax import children
from flake8_tensorconv.analysis.values import (
    NOTHING,
    NUMBER,
    STRING,
    Address,
    Class,
    Function,
    Many,
    Ref,
    Storage,
    Value,
    value,
)
from flake8_tensorconv.focus import Focus, qualified

_SUMMARY_ROUNDS = 2


class _Interpreter:
    """Ties the parts of the interpreter together."""

    def evaluate(self, run: Run, node: cst.BaseExpression) -> Value:
        """What an expression may be."""
        return expressions.evaluate(run, node)

    def execute(self, run: Run, body: cst.BaseSuite) -> bool:
        """Run statements; tells whether their end can be reached."""
        return statements.execute(run, body)

    def call(self, run: Run, callee: Value, args: Arguments, node: cst.CSTNode) -> Value:
        """What a call may give back."""
        return calls.call_value(run, callee, args, node)

    def attribute(self, run: Run, receiver: Value, name: str, node: cst.CSTNode) -> Value:
        """What an attribute may be."""
        return attribute(run, receiver, name, node)


def analyze(module: cst.Module, focused: Focus | None = None) -> list[Event]:
    """Find out what every value of a module may be.

    Args:
        module: the parsed source.
        focused: what of the file can lead to an event; the rest is looked at only where that
            uses it. None: all can.

    Returns:
        What the rules look at, in the order in which the interpreter met it. One place in the
        source may be met several times, once for each way in which it can be reached.
    """
    reaching = None if focused is None else focused.reaching
    run = new_run(_Interpreter(), module, module_names(module))
    if focused is not None:
        run.program.tracks_memory = focused.sharing
        if not focused.explicit:
            run.program.budget = SMALL_BUDGET
    statements.execute_all(run, _statements(module))
    for info in list(run.program.classes.values()):
        if reaching is None or info.name in reaching:
            _summarize(run, info)
    names = called_names(module)
    run.program.alone = True
    done: set[Closure] = set()
    for group in (_Group.UNCALLED, _Group.CALLED, _Group.CLOSED):
        # Running a function adds those that are defined inside it.
        while todo := [
            c
            for c in run.program.closures
            if c not in done
            and _group(run, c, names) is group
            and (reaching is None or _name(run, c) in reaching or c.info.name == "<lambda>")
        ]:
            for closure in todo:
                done.add(closure)
                called = closure.info in run.program.called
                if group is not _Group.CLOSED or not called:
                    run.program.callers_known = called
                    _run_alone(run, closure)
    memory.changed_by_others(run)
    return run.program.events


class _Group(enum.Enum):
    """In which order functions are looked at on their own: callers before those they call."""

    UNCALLED = 0
    CALLED = 1
    CLOSED = 2


def _name(run: Run, closure: Closure) -> str:
    owner = run.program.owner_of(closure.info)
    return qualified(closure.info.name, None if owner is None else owner.name)


def _group(run: Run, closure: Closure, names: frozenset[str]) -> _Group:
    if _is_closed(run, closure):
        return _Group.CLOSED
    return _Group.CALLED if closure.info.name in names else _Group.UNCALLED


def _statements(module: cst.Module) -> list[cst.BaseStatement | cst.BaseSmallStatement]:
    result: list[cst.BaseStatement | cst.BaseSmallStatement] = []
    for statement in module.body:
        if isinstance(statement, cst.SimpleStatementLine):
            result.extend(statement.body)
        else:
            result.append(statement)
    return result


def _is_closed(run: Run, closure: Closure) -> bool:
    """Can only this file call it? Private names, functions inside functions, lambdas."""
    name = closure.info.name
    if closure.frame.parent is not None and run.program.owner_of(closure.info) is None:
        return True
    if name == "<lambda>":
        return True
    return name.startswith("_") and not name.startswith("__")


def _run_alone(run: Run, closure: Closure) -> None:
    """Run a function with whatever callers outside the file may pass."""
    state = run.program.closures[closure]
    if closure.frame.parent is None:
        state = run.state
    body = state.fork()
    inner = Run(run.program, closure.frame, body, run.activation, ())
    owner = run.program.owner_of(closure.info)
    receiver = NOTHING if owner is None else _receiver(inner, owner, single=True)
    _enter_alone(inner, closure, receiver)


def _function(run: Run, closure: Closure) -> Function:
    """The function as its decorators left it."""
    bound = run.program.decorated.get(closure, NOTHING)
    for each in bound.alternatives:
        if isinstance(each, Function) and each.closure == closure:
            return each
    return Function(closure)


def _enter_alone(run: Run, closure: Closure, receiver: Value) -> None:
    function = _function(run, closure)
    frame = enter(run, closure, None)
    bound = {}
    params = list(parameters(closure.info.node.params))
    for position, param in enumerate(params):
        name = param.name.value
        if position == 0 and receiver and function.role != "static":
            owner = run.program.owner_of(closure.info)
            is_class = function.role == "class" and owner is not None
            bound[name] = value(Class(owner)) if is_class and owner is not None else receiver
        else:
            bound[name] = _parameter(run, closure, param)
    run_body(run, function, frame, bound, receiver)


def _parameter(run: Run, closure: Closure, param: cst.Param) -> Value:
    if param.star == "*":
        return value(Many(unknown_parameter(run, closure, param)))
    if param.star == "**":
        held = Object("dict", rest=unknown_parameter(run, closure, param), single=False)
        return run.allocate(param, held)
    given = parameter_from_tests(run, closure, param)
    if given is not None:
        return given
    unknown = unknown_parameter(run, closure, param)
    default = default_of(run, closure, param)
    return unknown if default is None else _or_default(unknown, default, param)


def _or_default(unknown: Value, default: Value, param: cst.Param) -> Value:
    """What a parameter with a default may be: that, or whatever else a caller passes.

    Where nothing is annotated, a default number or string shows that numbers or strings are meant.
    """
    if param.annotation is None and unknown.is_unknown:
        constants = [c.value for c in default.constants]
        if constants and len(constants) == len(default.alternatives):
            if all(isinstance(c, (bool, int, float)) for c in constants):
                return join(default, NUMBER)
            if all(isinstance(c, str) for c in constants):
                return join(default, STRING)
    return join(unknown, default)


def _receiver(run: Run, owner: ClassInfo, *, single: bool) -> Value:
    """Some instance of a class, holding what all its methods may have put there."""
    address = Address(owner.node)
    held: Object | None = run.state.get(address)
    summary = held if held is not None else Object("instance", owner)
    run.state.set(address, Object("instance", owner, summary.items, summary.rest, single=single))
    return value(Ref(address))


def _summarize(run: Run, info: ClassInfo) -> None:
    """Learn what the attributes of a class's instances may be, from all its methods."""
    run.program.recording = False
    called = set(run.program.called)
    closures = dict(run.program.closures)
    decorated = dict(run.program.decorated)
    if not any(closure.info.name == "__init__" for closure in _methods(run, info)):
        for ref in _receiver(run, info, single=False).alternatives:
            assert isinstance(ref, Ref)
            set_fields(run, info, ref, Arguments(), info.node)
    for _ in range(_SUMMARY_ROUNDS):
        before = run.state.get(Address(info.node))
        for closure in _methods(run, info):
            body = run.state.fork()
            inner = Run(run.program, closure.frame, body, run.activation, ())
            receiver = _receiver(inner, info, single=closure.info.name == "__init__")
            _enter_alone(inner, closure, receiver)
            _keep_objects(run.state, body, constructing=closure.info.name == "__init__")
        if run.state.get(Address(info.node)) is before:
            break
    run.program.recording = True
    run.program.called, run.program.closures = called, closures
    run.program.decorated = decorated


_CHANGING = {
    "append", "extend", "add", "update", "insert", "setdefault", "appendleft", "register_buffer",
    "register_parameter", "add_module", "to", "cuda", "cpu", "half", "bfloat16", "double", "float",
    "requires_grad_", "setattr", "clear", "pop",
}  # fmt: skip


def _changes_objects(closure: Closure) -> bool:
    """Does the function assign to attributes or items, or call what may change an object?"""
    todo: list[cst.CSTNode] = [closure.info.node.body]
    while todo:
        node = todo.pop()
        kind = type(node)
        if kind in (cst.AssignTarget, cst.AugAssign, cst.AnnAssign):
            assert isinstance(node, (cst.AssignTarget, cst.AugAssign, cst.AnnAssign))
            target = node.target
            parts = target.elements if isinstance(target, cst.Tuple) else [target]
            if any(not isinstance(getattr(e, "value", e), (cst.Name, str)) for e in parts):
                return True
            if isinstance(target, (cst.Attribute, cst.Subscript)):
                return True
        elif kind is cst.Call:
            assert isinstance(node, cst.Call)
            named = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
            if isinstance(named, cst.Name):
                if named.value in _CHANGING or named.value.endswith("_"):
                    return True
        todo.extend(children(node))
    return False


def _methods(run: Run, info: ClassInfo) -> list[Closure]:
    """The methods of a class and its in-file ancestors that change objects, `__init__` first."""
    found: dict[str, Closure] = {}
    for cls in info.mro():
        for closure in run.program.closures:
            owner = run.program.owner_of(closure.info)
            if owner is cls and _changes_objects(closure):
                found.setdefault(closure.info.name, closure)
    return sorted(found.values(), key=lambda c: c.info.name != "__init__")


def _keep_objects(state: State, body: State, *, constructing: bool) -> None:
    """Take over what happened to objects; variables are forgotten.

    What is known of memory is kept from the constructor only: what other methods do to it is seen
    when they are looked at.
    """
    for key, entry in body.changes.items():
        if isinstance(key, Address):
            old: Object | None = state.get(key)
            kept = entry if old is None else join_objects(old, entry)
            if kept is not old:
                state.set(key, kept)
        elif isinstance(key, Storage) and constructing:
            state.set(key, entry)
