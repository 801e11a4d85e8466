"""Python's builtin functions, and the small ones of its standard library that pass values on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import libcst as cst

from flake8_tensorconv.analysis.arguments import Arguments, pass_values
from flake8_tensorconv.analysis.elements import collect, iterate
from flake8_tensorconv.analysis.joins import join, join_all
from flake8_tensorconv.analysis.run import Run
from flake8_tensorconv.analysis.scopes import ClassInfo
from flake8_tensorconv.analysis.state import Object
from flake8_tensorconv.analysis.values import (
    BOOL,
    INTEGER,
    NONE,
    NOTHING,
    NUMBER,
    OBJECT,
    STRING,
    UNKNOWN,
    Address,
    Array,
    Class,
    Constant,
    Function,
    Many,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)

_Handler = Callable[[Run, Arguments, cst.Call], Value]


def call_builtin(run: Run, dotted: str, args: Arguments, node: cst.Call) -> Value | None:
    """What a builtin or standard function gives back; None if it is not modelled."""
    handler = _HANDLERS.get(dotted)
    if handler is not None:
        return handler(run, args, node)
    if dotted in _INTEGERS:
        return INTEGER
    if dotted in _NUMBERS:
        return NUMBER
    if dotted in _STRINGS:
        return STRING
    if dotted in _BOOLS:
        return BOOL
    if dotted in _SAME:
        return args.value(0) or UNKNOWN
    if dotted.startswith("builtins.") and dotted.endswith(("Error", "Exception", "Warning")):
        return value(Plain(dotted))
    if dotted.startswith(("math.", "time.", "random.")):
        if dotted in ("random.choice", "random.sample", "random.choices"):
            inside = iterate(run, args.value(0) or UNKNOWN)
            return inside if dotted == "random.choice" else value(Many(inside))
        return value(Plain("float"))
    if dotted.startswith(("os.", "pathlib.", "json.", "logging.", "re.", "sys.")):
        return OBJECT if not dotted.startswith("json.load") else UNKNOWN.without(Tensor) or OBJECT
    return None


_INTEGERS = {"builtins.len", "builtins.int", "builtins.hash", "builtins.id", "builtins.ord",
             "math.ceil", "math.floor"}  # fmt: skip
_NUMBERS = {"builtins.round", "builtins.pow", "builtins.divmod"}
_STRINGS = {"builtins.str", "builtins.repr", "builtins.format", "builtins.chr", "builtins.input",
            "builtins.bytes", "builtins.hex", "builtins.ascii", "builtins.bin"}  # fmt: skip
_BOOLS = {"builtins.bool", "builtins.isinstance", "builtins.issubclass", "builtins.hasattr",
          "builtins.callable", "builtins.all", "builtins.any"}  # fmt: skip
_SAME = {"tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.std.tqdm",
         "rich.progress.track", "builtins.memoryview"}  # fmt: skip


def _all_elements(run: Run, args: Arguments) -> Value:
    return join_all(iterate(run, a.value) for a in args.positional)


def _list(run: Run, args: Arguments, node: cst.Call) -> Value:
    given = args.value(0)
    if given is None:
        return run.allocate(node, Object("list"))
    only = given.alternatives[0] if len(given.alternatives) == 1 else None
    if isinstance(only, Tuple):
        return run.allocate(node, Object("list", items=dict(enumerate(only.items))))
    if isinstance(only, Ref) and run.object(only).kind == "list":
        held = run.object(only)
        return run.allocate(node, Object("list", items=held.items, rest=held.rest))
    return run.allocate(node, Object("list", rest=collect(run, given, node)))


def _set(run: Run, args: Arguments, node: cst.Call) -> Value:
    given = args.value(0)
    inside = collect(run, given, node) if given is not None else NOTHING
    return run.allocate(node, Object("set", rest=inside))


def _tuple(run: Run, args: Arguments, node: cst.Call) -> Value:
    given = args.value(0)
    if given is None:
        return value(Tuple(()))
    only = given.alternatives[0] if len(given.alternatives) == 1 else None
    if isinstance(only, Tuple):
        return given
    if isinstance(only, Ref):
        held = run.object(only)
        if held.kind == "list" and not held.rest and held.single:
            return value(Tuple(tuple(held.items.values())))
    return value(Many(collect(run, given, node)))


def _dict(run: Run, args: Arguments, node: cst.Call) -> Value:
    items: dict[object, Value] = {k: a.value for k, a in args.keywords.items()}
    rest = args.more_keywords or NOTHING
    given = args.value(0)
    for each in given.alternatives if given is not None else ():
        if isinstance(each, Ref):
            held = run.object(each)
            if held.kind == "dict":
                items = {**held.items, **items}
                rest = join(rest, held.rest)
                continue
        for pair in iterate(run, value(each)).alternatives:
            if isinstance(pair, Tuple) and len(pair.items) == 2:
                rest = join(rest, pair.items[1])
            else:
                rest = join(rest, iterate(run, value(pair)))
    return run.allocate(node, Object("dict", items=items, rest=rest))


def _defaultdict(run: Run, args: Arguments, node: cst.Call) -> Value:
    factory = args.value(0)
    rest = run.call(factory, pass_values(), node) if factory is not None else NOTHING
    rest = rest.without(Constant) if rest else rest
    # The list that the factory makes has the call as its own place already.
    return run.allocate(node, Object("dict", rest=rest), tag=node.func)


def _zip(run: Run, args: Arguments, node: cst.Call) -> Value:
    if args.more is not None:
        rows = args.more.alternatives
        if len(rows) == 1 and isinstance(rows[0], Tuple):
            return value(Tuple(tuple(value(Many(item)) for item in rows[0].items)))
        return value(Many(value(Many(iterate(run, args.more)))))
    columns = tuple(iterate(run, a.value) for a in args.positional)
    return value(Many(value(Tuple(columns))))


def _enumerate(run: Run, args: Arguments, node: cst.Call) -> Value:
    return value(Many(value(Tuple((INTEGER, iterate(run, args.value(0) or UNKNOWN))))))


def _reversed(run: Run, args: Arguments, node: cst.Call) -> Value:
    return value(Many(iterate(run, args.value(0) or UNKNOWN)))


def _sorted(run: Run, args: Arguments, node: cst.Call) -> Value:
    return run.allocate(node, Object("list", rest=iterate(run, args.value(0) or UNKNOWN)))


def _map(run: Run, args: Arguments, node: cst.Call) -> Value:
    function = args.value(0) or UNKNOWN

    def elements(later: Run) -> Value:
        columns = [iterate(later, a.value) for a in args.positional[1:]]
        return later.call(function, pass_values(*columns), node)

    return run.allocate_lazy(node, elements)


def _filter(run: Run, args: Arguments, node: cst.Call) -> Value:
    inside = iterate(run, args.value(1) or UNKNOWN)
    function = args.value(0) or UNKNOWN
    run.call(function, pass_values(inside), node)
    return value(Many(inside))


def _next(run: Run, args: Arguments, node: cst.Call) -> Value:
    inside = iterate(run, args.value(0) or UNKNOWN, node)
    default = args.value(1)
    return join(inside, default) if default is not None else inside


def _iter(run: Run, args: Arguments, node: cst.Call) -> Value:
    return value(Many(iterate(run, args.value(0) or UNKNOWN, node)))


#: The numbers of a range that has no more are told apart.
_FEW = 4


def _range(run: Run, args: Arguments, node: cst.Call) -> Value:
    given = [each.value.constants for each in args.positional]
    ends = [c.value for (c,) in (g for g in given if len(g) == 1) if isinstance(c.value, int)]
    if 0 < len(ends) == len(given) <= 3 and 0 not in ends[2:]:
        numbers = range(*ends)
        if 0 < len(numbers) <= _FEW:
            return value(Tuple(tuple(value(Constant(number)) for number in numbers)))
    return value(Plain("range"))


def _float(run: Run, args: Arguments, node: cst.Call) -> Value:
    return value(Plain("float"))


def _print(run: Run, args: Arguments, node: cst.Call) -> Value:
    return NONE


def _extreme(run: Run, args: Arguments, node: cst.Call) -> Value:
    if len(args.positional) == 1:
        return iterate(run, args.positional[0].value)
    return join_all(a.value for a in args.positional)


def _sum(run: Run, args: Arguments, node: cst.Call) -> Value:
    inside = iterate(run, args.value(0) or UNKNOWN)
    computed = [e for e in inside.alternatives if isinstance(e, (Tensor, Array))]
    return Value(tuple(computed)) if computed else NUMBER


def _getattr(run: Run, args: Arguments, node: cst.Call) -> Value:
    holder, name = args.value(0) or UNKNOWN, args.value(1)
    default = args.value(2)
    results = [default] if default is not None else []
    names = [c.value for c in name.constants if isinstance(c.value, str)] if name else []
    for each in names:
        results.append(run.attribute(holder, each, node))
    return join_all(results) if names else UNKNOWN


def _setattr(run: Run, args: Arguments, node: cst.Call) -> Value:
    holder, name, new = args.value(0), args.value(1), args.value(2)
    if holder is None or name is None or new is None:
        return NONE
    for each in holder.alternatives:
        if isinstance(each, Ref):
            for constant in name.constants:
                run.store(each, run.object(each).with_item(constant.value, new))
            if not name.constants:
                run.store(each, run.object(each).with_rest(new))
    return NONE


def _type(run: Run, args: Arguments, node: cst.Call) -> Value:
    given = args.value(0) or UNKNOWN
    found = []
    for each in given.alternatives:
        if isinstance(each, Ref):
            held = run.object(each)
            if isinstance(held.cls, ClassInfo):
                found.append(value(Class(held.cls)))
            elif held.kind in ("list", "dict", "set"):
                found.append(value(Symbol(f"builtins.{held.kind}")))
        elif isinstance(each, Tuple):
            found.append(value(Symbol("builtins.tuple")))
    return join_all(found) or UNKNOWN


def _vars(run: Run, args: Arguments, node: cst.Call) -> Value:
    return UNKNOWN


def _partial(run: Run, args: Arguments, node: cst.Call) -> Value:
    function = args.value(0) or UNKNOWN
    held = {"function": function}
    for position, argument in enumerate(args.positional[1:]):
        held[str(position)] = argument.value
    for name, argument in args.keywords.items():
        held[f"={name}"] = argument.value
    return run.allocate(node, Object("instance", "functools.partial", dict(held)))


METHOD_CALLER = "operator.methodcaller"


def _method_caller(run: Run, args: Arguments, node: cst.Call) -> Value:
    name = args.value(0) or UNKNOWN
    return run.allocate(node, Object("instance", METHOD_CALLER, {"name": name}))


def _reduce(run: Run, args: Arguments, node: cst.Call) -> Value:
    inside = iterate(run, args.value(1) or UNKNOWN)
    start = args.value(2) or inside
    return join(run.call(args.value(0) or UNKNOWN, pass_values(start, inside), node), start)


def _cast(run: Run, args: Arguments, node: cst.Call) -> Value:
    from flake8_tensorconv.analysis.annotations import from_annotation

    given = args.value(1) or UNKNOWN
    target = args.get(0)
    if target is None or target.node is None:
        return given
    declared = from_annotation(run, target.node)
    if given.is_unknown and declared.tensors:
        # The facts of the value, the kind of the annotation.
        return Value(
            tuple(Tensor(True, t.grad, t.device, t.dtype, t.layout) for t in given.tensors)
        )
    return given if given and not given.is_unknown else declared


def _chain(run: Run, args: Arguments, node: cst.Call) -> Value:
    return value(Many(_all_elements(run, args)))


def _deque(run: Run, args: Arguments, node: cst.Call) -> Value:
    return _list(run, Arguments(args.positional[:1]), node)


def _copy(run: Run, args: Arguments, node: cst.Call) -> Value:
    return _copied(run, args.value(0, "x") or UNKNOWN, node, deep=False)


def _deepcopy(run: Run, args: Arguments, node: cst.Call) -> Value:
    return _copied(run, args.value(0, "x") or UNKNOWN, node, deep=True)


def _copied(run: Run, given: Value, node: cst.Call, *, deep: bool) -> Value:
    """Copies of the objects that a value refers to; with `deep`, of all that they hold."""
    made: dict[Address, Ref] = {}

    def copy(ref: Ref) -> Ref:
        if ref.address in made or not isinstance(ref.address.node, cst.CSTNode):
            return made.get(ref.address, ref)
        held = run.object(ref)  # in a loop, the copy may take the place of what it copies
        # Numbered, as what is copied again in the next round was all made by this very call.
        copied = Ref(Address(node, run.frame.path, (len(made),)))
        made[ref.address] = copied
        if deep:
            items = {key: inside(item) for key, item in held.items.items()}
            held = replace(held, items=items, rest=inside(held.rest))
        run.state.set(copied.address, replace(held, single=True))
        return copied

    def inside(item: Value) -> Value:
        return Value(tuple(copy(e) if isinstance(e, Ref) else e for e in item.alternatives))

    return inside(given)


def _replace_fields(run: Run, args: Arguments, node: cst.Call) -> Value:
    made = _copied(run, args.value(0, "obj") or UNKNOWN, node, deep=False)
    for ref in made.alternatives:
        if isinstance(ref, Ref):
            for name, argument in args.keywords.items():
                run.store(ref, run.object(ref).with_item(name, argument.value))
    return made


def _with_role(role: str) -> _Handler:
    """A decorator that changes how a function is used."""

    def handler(run: Run, args: Arguments, node: cst.Call) -> Value:
        given = args.value(0)
        if given is None:
            return value(Plain(f"decorator {role}"))
        return as_role(given, role)

    return handler


def as_role(given: Value, role: str) -> Value:
    """The functions in another role, such as "property"."""
    return Value(
        tuple(replace(e, role=role) if isinstance(e, Function) else e for e in given.alternatives)
    )


_HANDLERS: dict[str, _Handler] = {
    "builtins.property": _with_role("property"),
    "functools.cached_property": _with_role("property"),
    "builtins.staticmethod": _with_role("static"),
    "builtins.classmethod": _with_role("class"),
    "contextlib.contextmanager": _with_role("context"),
    "pytest.fixture": _with_role("fixture"),
    "builtins.list": _list,
    "builtins.tuple": _tuple,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _defaultdict,
    "collections.deque": _deque,
    "copy.deepcopy": _deepcopy,
    "copy.copy": _copy,
    "dataclasses.replace": _replace_fields,
    "builtins.zip": _zip,
    "itertools.zip_longest": _zip,
    "builtins.enumerate": _enumerate,
    "builtins.reversed": _reversed,
    "builtins.sorted": _sorted,
    "builtins.map": _map,
    "itertools.starmap": lambda run, args, node: UNKNOWN,
    "builtins.filter": _filter,
    "builtins.next": _next,
    "builtins.iter": _iter,
    "builtins.range": _range,
    "builtins.slice": lambda run, args, node: value(Plain("slice")),
    "builtins.float": _float,
    "builtins.print": _print,
    "builtins.max": _extreme,
    "builtins.min": _extreme,
    "builtins.sum": _sum,
    "builtins.abs": _extreme,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.object.__setattr__": _setattr,  # how a frozen dataclass sets its own fields
    "builtins.type": _type,
    "builtins.vars": _vars,
    "functools.partial": _partial,
    "operator.methodcaller": _method_caller,
    "functools.reduce": _reduce,
    "typing.cast": _cast,
    "itertools.chain": _chain,
    "itertools.islice": _iter,
    "itertools.cycle": _iter,
    "itertools.chain.from_iterable": lambda run, args, node: value(
        Many(iterate(run, iterate(run, args.value(0) or UNKNOWN)))
    ),
}
