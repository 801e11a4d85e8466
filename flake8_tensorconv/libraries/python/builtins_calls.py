"""Python's builtin functions, and the small ones of its standard library that pass values on."""

from __future__ import annotations

import ast
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate, known_elements, may_be_fewer
from flake8_tensorconv.contents.turns import or_else
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.hazards.cuts import numbers, read
from flake8_tensorconv.lattice.arguments import Arguments, pass_values
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.objects import CONTAINER_KINDS, Kind, Object
from flake8_tensorconv.lattice.truth import truth_of
from flake8_tensorconv.lattice.values import (
    BOOL,
    INTEGER,
    NONE,
    NOTHING,
    NUMBER,
    OBJECT,
    STRING,
    UNKNOWN,
    Alternative,
    Array,
    Class,
    Constant,
    Function,
    Many,
    Method,
    Otherwise,
    Plain,
    Ref,
    Symbol,
    Tensor,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.python.annotations import from_annotation
from flake8_tensorconv.libraries.python.container_calls import CONTAINERS, Handler
from flake8_tensorconv.libraries.python.copying import COPIES
from flake8_tensorconv.libraries.python.operators import pair
from flake8_tensorconv.libraries.python.partials import PARTIAL, make_partial
from flake8_tensorconv.locations.scopes import ClassInfo
from flake8_tensorconv.narrowing.classify import has_attribute, own_type
from flake8_tensorconv.narrowing.surviving import has_no_elements, survivors


def call_builtin(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value | None:
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
    if dotted in _QUANTIFIERS:
        return _quantified(args, _QUANTIFIERS[dotted])
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


_INTEGERS = {"builtins.int", "builtins.hash", "builtins.id", "builtins.ord",
             "math.ceil", "math.floor", "math.trunc", "math.gcd", "math.lcm", "math.comb",
             "math.perm", "math.factorial", "math.isqrt", "random.randint", "random.randrange",
             "random.getrandbits", "time.time_ns", "time.monotonic_ns", "time.perf_counter_ns",
             "time.process_time_ns"}  # fmt: skip
_NUMBERS = {"builtins.round", "builtins.pow", "builtins.divmod"}
_STRINGS = {"builtins.str", "builtins.repr", "builtins.format", "builtins.chr", "builtins.input",
            "builtins.bytes", "builtins.hex", "builtins.ascii", "builtins.bin", "time.strftime",
            "time.ctime", "time.asctime", "random.randbytes"}  # fmt: skip
_BOOLS = {"builtins.bool", "builtins.isinstance", "builtins.issubclass", "builtins.hasattr",
          "builtins.callable", "math.isnan", "math.isinf",
          "math.isfinite", "math.isclose"}  # fmt: skip
_SAME = {"tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.std.tqdm",
         "rich.progress.track", "builtins.memoryview"}  # fmt: skip


#: What one element has to be to settle the matter.
_QUANTIFIERS = {"builtins.any": True, "builtins.all": False}


def _quantified(args: Arguments, settling: bool) -> Value:
    """`any(...)` and `all(...)`, where all that is asked is known."""
    given = args.value(0)
    only = given.alternatives[0] if given is not None and len(given.alternatives) == 1 else None
    found = [truth_of(each) for each in only.items] if isinstance(only, Many | Tuple) else []
    if settling in found:
        return value(Constant(settling))
    return value(Constant(not settling)) if found and None not in found else BOOL


def _len(run: Run, args: Arguments, node: ast.Call) -> Value:
    if args.positional and (measured := args.positional[0]).node is not None:
        survivors(run, measured.node, measured.value, lambda each: has_no_elements(run, each))
    return INTEGER


def _float(run: Run, args: Arguments, node: ast.Call) -> Value:
    return numbers(value(Plain("float")), read(run, args.value(0) or NOTHING, node))


def _print(run: Run, args: Arguments, node: ast.Call) -> Value:
    return NONE


def _extreme(run: Run, args: Arguments, node: ast.Call) -> Value:
    default = args.value(None, "default") or NOTHING
    if len(args.positional) == 1:
        inside = iterate(run, args.positional[0].value)
        return or_else(inside, default) if inside else default
    return join_all((*(a.value for a in args.positional), args.more or NOTHING))


def _abs(run: Run, args: Arguments, node: ast.Call) -> Value:
    return args.value(0) or UNKNOWN


def _sum(run: Run, args: Arguments, node: ast.Call) -> Value:
    """The start with some elements added to it, or with none."""
    summed = args.value(0) or UNKNOWN
    inside = iterate(run, summed)
    start = args.value(1, "start") or value(Constant(0))
    known = known_elements(run, summed)
    computed = inside.of(Tensor, Array)
    if not inside and start.of(Tensor, Array):
        return start
    if not computed:
        lists = join(inside, start).of(Ref, Tuple, Many)
        added = numbers(NUMBER, read(run, inside.of(Plain), node))
        return value(Many(iterate(run, lists))) if lists else added
    if known is None or not any(each.is_tensor or each.is_array for each in known):
        computed = join(computed, inside.of(Otherwise))
        computed = or_else(computed, NUMBER) if inside.of(Plain, Constant) else computed
    return or_else(computed, start) if known is None or may_be_fewer(run, summed) else computed


def _getattr(run: Run, args: Arguments, node: ast.Call) -> Value:
    holder, name = args.value(0) or UNKNOWN, args.value(1)
    default = args.value(2)
    names = [c.value for c in name.constants if isinstance(c.value, str)] if name else []
    if not names:
        return UNKNOWN
    found = join_all(run.attribute(holder, each, node) for each in names)
    if len(names) > 1 and any(_is_of_tensor(each) for each in found.alternatives):
        return UNKNOWN  # that they are called one after the other is more than the sum of them
    if default is None or len(names) > 1:
        return found if default is None else join(found, default)
    has = {has_attribute(run, each, names[0]) for each in holder.alternatives}
    if has == {False}:
        return default
    if has == {True}:
        return found
    # Whatever comes with the default is not what has the attribute.
    return or_else(found, default) if True in has else join(found, default)


def _is_of_tensor(each: Alternative) -> bool:
    return isinstance(each, Method) and isinstance(each.receiver, Tensor)


def _setattr(run: Run, args: Arguments, node: ast.Call) -> Value:
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


def _type(run: Run, args: Arguments, node: ast.Call) -> Value:
    given = args.value(0) or UNKNOWN
    found = []
    for each in given.alternatives:
        if isinstance(each, Ref):
            held = run.object(each)
            if isinstance(held.cls, ClassInfo):
                found.append(value(Class(held.cls)))
            elif held.kind in CONTAINER_KINDS:
                found.append(value(Symbol(f"builtins.{held.kind.value}")))
        elif (name := own_type(each)) is not None:
            found.append(value(Symbol(name)))
        else:
            found.append(UNKNOWN)
    return join_all(found) or UNKNOWN


def _vars(run: Run, args: Arguments, node: ast.Call) -> Value:
    return UNKNOWN


METHOD_CALLER = "operator.methodcaller"


def _method_caller(run: Run, args: Arguments, node: ast.Call) -> Value:
    name = args.value(0) or UNKNOWN
    return run.allocate(node, Object(Kind.INSTANCE, METHOD_CALLER, {"name": name}))


def _reduce(run: Run, args: Arguments, node: ast.Call) -> Value:
    function, inside = args.value(0) or UNKNOWN, iterate(run, args.value(1) or UNKNOWN)
    start = args.value(2)
    made = run.call(function, pass_values(start or inside, inside), node)
    made = join(made, run.call(function, pass_values(made, inside), node))
    return join(made, inside) if start is None else or_else(made, start)


def _computed(operator: ast.operator) -> Handler:
    """`operator.add(a, b)`, which is `a + b`."""

    def handler(run: Run, args: Arguments, node: ast.Call) -> Value:
        left, right = args.value(0) or UNKNOWN, args.value(1) or UNKNOWN
        return join_all(
            pair(run, node, operator, a, b) for a in left.alternatives for b in right.alternatives
        )

    return handler


def _cast(run: Run, args: Arguments, node: ast.Call) -> Value:
    given = args.value(1) or UNKNOWN
    target = args.get(0)
    if target is None or target.node is None:
        return given
    declared = from_annotation(run, target.node)
    if given.is_unknown and any(each.sure for each in declared.tensors):
        # The facts of the value, the kind of the annotation.
        return Value(
            tuple(Tensor(True, t.grad, t.device, t.dtype, t.layout) for t in given.tensors)
        )
    return given if given and not given.is_unknown else declared


def _with_role(role: str) -> Handler:
    """A decorator that changes how a function is used."""

    def handler(run: Run, args: Arguments, node: ast.Call) -> Value:
        given = args.value(0)
        if given is None:
            return value(Plain(f"decorator {role}"))
        return as_role(given, role)

    return handler


def _property(run: Run, args: Arguments, node: ast.Call) -> Value:
    """`property(get, set)`, and `@property`."""
    getter = as_role(args.value(0, "fget") or UNKNOWN, "property")
    return with_setter(getter, args.value(1, "fset") or NOTHING)


def with_setter(getter: Value, setter: Value) -> Value:
    """A property that calls this where something is assigned to it."""
    functions = [each for each in setter.alternatives if isinstance(each, Function)]
    if not functions:
        return getter
    return Value(
        tuple(
            replace(e, setter=functions[0]) if isinstance(e, Function) else e
            for e in getter.alternatives
        )
    )


def as_role(given: Value, role: str) -> Value:
    """The functions in another role, such as "property"."""
    return Value(
        tuple(replace(e, role=role) if isinstance(e, Function) else e for e in given.alternatives)
    )


_HANDLERS: dict[str, Handler] = {
    **CONTAINERS,
    **COPIES,
    "builtins.property": _property,
    "functools.cached_property": _with_role("property"),
    "builtins.staticmethod": _with_role("static"),
    "builtins.classmethod": _with_role("class"),
    "contextlib.contextmanager": _with_role("context"),
    "pytest.fixture": _with_role("fixture"),
    "builtins.slice": lambda run, args, node: value(Plain("slice")),
    "builtins.len": _len,
    "builtins.float": _float,
    "builtins.print": _print,
    "builtins.max": _extreme,
    "builtins.min": _extreme,
    "builtins.sum": _sum,
    "builtins.abs": _abs,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.object.__setattr__": _setattr,  # how a frozen dataclass sets its own fields
    "builtins.type": _type,
    "builtins.vars": _vars,
    PARTIAL: make_partial,
    "operator.methodcaller": _method_caller,
    "functools.reduce": _reduce,
    "operator.add": _computed(ast.Add()),
    "operator.sub": _computed(ast.Sub()),
    "operator.mul": _computed(ast.Mult()),
    "operator.truediv": _computed(ast.Div()),
    "operator.matmul": _computed(ast.MatMult()),
    "typing.cast": _cast,
}
