"""What the attributes of a class's instances may be, learnt from all its methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set

from flake8_tensorconv.engine.definitions import Way
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.syntax import (
    LOOPS,
    body_of,
    call_args,
    parameters,
    unstarred,
    walk,
    walk_all,
)
from flake8_tensorconv.interpreter.alone import enter_alone, new_instance, some_instance
from flake8_tensorconv.interpreter.instances import set_fields
from flake8_tensorconv.interpreter.kept_flags import assumed_in, ways_of
from flake8_tensorconv.lattice.addresses import Address
from flake8_tensorconv.lattice.answers import Answer
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.objects import Object, join_objects
from flake8_tensorconv.lattice.state import State
from flake8_tensorconv.lattice.values import Ref, Symbol
from flake8_tensorconv.libraries.torch.modules import may_be_module
from flake8_tensorconv.libraries.torch.movable import wherever_moved
from flake8_tensorconv.locations.provenance import Storage
from flake8_tensorconv.locations.scopes import CONSTRUCTORS, ClassInfo, Closure

_ROUNDS = 2


def summarize(run: Run, info: ClassInfo) -> None:
    """Learn what the attributes of a class's instances may be, from all its methods."""
    called = set(run.program.called)
    closures = dict(run.program.closures)
    decorated = dict(run.program.decorated)
    with run.program.events.unheard():
        ways = [_under(run, info, each) for each in ways_of(run, info)]
        if ways:
            run.program.ways[info] = ways
            run.state.merge([way.objects for way in ways])
        else:
            _summarize(run, info, ())
    run.program.called, run.program.closures = called, closures
    run.program.decorated = decorated


def _under(run: Run, info: ClassInfo, outcomes: Sequence[Answer]) -> Way:
    """What the attributes may be where tests of the objects come out like this."""
    branch = run.state.fork()
    with run.at(branch):
        _summarize(run, info, outcomes)
    return Way(outcomes, branch.changes)


def _summarize(run: Run, info: ClassInfo, outcomes: Sequence[Answer]) -> None:
    methods = _methods(run, info)
    if not any(closure.info.name in CONSTRUCTORS for closure in methods):
        for ref in some_instance(run, info, single=False).alternatives:
            assert isinstance(ref, Ref)
            set_fields(run, info, ref, Arguments(), info.node)
    address = Address(info.node)
    seen: dict[Closure, Object | None] = {}
    for _ in range(_ROUNDS):
        for closure in methods:
            before = run.state.get(address)
            constructs = closure.info.name in CONSTRUCTORS
            if closure in seen and (constructs or seen[closure] is before):
                continue  # it would find what it found before
            _learn(run, info, closure, outcomes)
            seen[closure] = before
    if may_be_module(info):  # whoever is given an instance does not know what was done with it
        wherever_moved(run, Ref(address), info)


def _learn(run: Run, info: ClassInfo, closure: Closure, outcomes: Sequence[Answer]) -> None:
    """Run a method on its own and keep what it does to objects."""
    name = closure.info.name
    constructs = name in CONSTRUCTORS
    body = run.state.fork()
    run.program.unfold(closure.info.node.body)
    inner = Run(run.program, closure.frame, body, run.activation, ())
    receiver = (
        new_instance(inner, info, name) if constructs else some_instance(inner, info, single=False)
    )
    enter_alone(inner, closure, receiver, assumed_in(run, closure, outcomes))
    _keep_objects(run.state, body, constructing=constructs)


def _methods(run: Run, info: ClassInfo) -> list[Closure]:
    """The methods of a class and its in-file ancestors that change objects, constructors first.

    What comes behind a generated `__init__` is one of them even if it leaves the work to others:
    the fields are not seen as `__init__` has set them.
    """
    found: dict[str, Closure] = {}
    for cls in info.mro:
        for closure in run.program.members.get(cls, ()):
            name = closure.info.name
            if name in found or closure not in run.program.closures:
                continue
            if name == "__post_init__" or _changes_objects(run, closure):
                found[name] = closure
    return sorted(found.values(), key=lambda c: c.info.name not in CONSTRUCTORS)


_CHANGING = {
    "append", "extend", "add", "update", "insert", "setdefault", "appendleft", "register_buffer",
    "register_parameter", "add_module", "to", "cuda", "cpu", "half", "bfloat16", "double", "float",
    "requires_grad_", "clear", "pop",
}  # fmt: skip
#: These hand on what they are given, or parts of it.
_PASSING = {
    "enumerate", "zip", "reversed", "list", "tuple", "iter", "next", "getattr", "sorted", "vars",
}  # fmt: skip


#: The nodes that bind or store something.
_TELLING = frozenset(
    {ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr, *LOOPS, ast.comprehension,
     ast.withitem, ast.Call}
)  # fmt: skip


#: Methods that hand out parts of what they are called on.
_PARTS = frozenset(
    {"items", "values", "get", "setdefault", "pop", "children", "modules", "parameters",
     "named_children", "named_modules", "named_parameters", "state_dict", "view"}
)  # fmt: skip


def _changes_objects(run: Run, closure: Closure) -> bool:
    """Does the method change something that outlives it? Asked once for all that inherit it."""
    known = run.program.changing.get(closure.info)
    if known is None:
        known = run.program.changing[closure.info] = _changes_outer(run, closure)
    return known


def _changes_outer(run: Run, closure: Closure) -> bool:
    """Does the method change something that outlives it, other than what it is given?

    That is by storing into, or by a changing method of, what its first parameter or a variable
    from outside it leads to.
    """
    info = closure.info
    params = [each.name for each in parameters(info.node.args)]
    own = {*info.names} - {*params[:1]}
    nodes = [node for node in walk_all(body_of(info.node)) if type(node) in _TELLING]
    own -= _names_for_outer(run, own, nodes)
    for node in nodes:
        if isinstance(node, ast.Call):
            if _changes(run, node, own):
                return True
            continue
        for target in _assigned(node):
            if any(_leads_out(run, each, own) for each in _stored_into(target)):
                return True
            if isinstance(target, ast.Name) and target.id not in info.names:
                return True
    return False


def _assigned(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []


def _changes(run: Run, node: ast.Call, own: Set[str]) -> bool:
    func = node.func
    if isinstance(func, ast.Name):
        return func.id == "setattr"
    if not isinstance(func, ast.Attribute):
        return False
    name = func.attr
    changing = name in _CHANGING or (name.endswith("_") and name != "__init__")
    return changing and _leads_out(run, func.value, own)


def _names_for_outer(run: Run, own: Set[str], nodes: list[ast.AST]) -> set[str]:
    """The local variables that may stand for something from outside."""
    found: set[str] = set()
    bindings = [each for node in nodes if type(node) in _BINDING for each in _bindings(node)]
    while True:
        rest = own - found
        more = {
            name.id
            for target, given in bindings
            if _leads_out(run, given, rest)
            for name in walk(target)
            if isinstance(name, ast.Name) and name.id in rest
        }
        if not more:
            return found
        found |= more


def _bindings(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=given):
            for target in targets:
                yield target, given
        case ast.AnnAssign(target=target, value=ast.expr() as given):
            yield target, given
        case ast.NamedExpr(target=target, value=given):
            yield target, given
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            yield node.target, node.iter
        case ast.withitem(context_expr=given, optional_vars=ast.expr() as target):
            yield target, given


_BINDING = _TELLING - {ast.AugAssign, ast.Call}


def _stored_into(target: ast.expr) -> Iterator[ast.expr]:
    """What of a target is changed by assigning to it: `x.a` and `x[i]` change `x`."""
    if isinstance(target, (ast.Attribute, ast.Subscript)):
        yield target.value
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from _stored_into(element)
    elif isinstance(target, ast.Starred):
        yield from _stored_into(target.value)


def _leads_out(run: Run, node: ast.expr, own: Set[str]) -> bool:
    """May an expression, unless it computes something new, stand for something from outside?"""
    match node:
        case ast.Name(id=name):
            return name not in own and not _is_imported(run, name)
        case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.NamedExpr(value=inner):
            return _leads_out(run, inner, own)
        case ast.Call(func=ast.Name(id=name)):
            if name == "super":
                return True
            given = (arg.value for arg in call_args(node))
            return name in _PASSING and any(_leads_out(run, each, own) for each in given)
        case ast.Call(func=ast.Attribute(value=inner, attr=name)):
            return name in _PARTS and _leads_out(run, inner, own)
        case ast.IfExp(body=body, orelse=orelse):
            return _leads_out(run, body, own) or _leads_out(run, orelse, own)
        case ast.BoolOp(values=operands):
            return any(_leads_out(run, each, own) for each in operands)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return any(_leads_out(run, unstarred(each), own) for each in elements)
        case _:
            return False


def _is_imported(run: Run, name: str) -> bool:
    found = run.lookup(name)
    return found is not None and all(isinstance(each, Symbol) for each in found.alternatives)


def _keep_objects(state: State, body: State, *, constructing: bool) -> None:
    """Take over what happened to objects; variables are forgotten.

    What is known of memory is kept from the constructor only: what other methods do to it is seen
    when they are looked at.
    """
    for key, entry in body.changes.items():
        if isinstance(key, Address):
            old = state.get(key)
            assert isinstance(entry, Object)
            kept = entry if old is None else join_objects(old, entry)
            if kept is not old:
                state.set(key, kept)
        elif isinstance(key, Storage) and constructing:
            state.set(key, entry)
