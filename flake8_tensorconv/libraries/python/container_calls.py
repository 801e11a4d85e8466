"""Functions that make containers and iterators: `list(...)`, `zip(...)`, `itertools.chain(...)`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from flake8_tensorconv.contents.elements import collect, iterate, known_elements, may_be_fewer
from flake8_tensorconv.contents.turns import or_else
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.arguments import Arguments, pass_values
from flake8_tensorconv.lattice.joins import join, join_all
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.values import (
    INTEGER,
    NONE,
    NOTHING,
    UNKNOWN,
    Constant,
    Many,
    Otherwise,
    Plain,
    Ref,
    Tuple,
    Value,
    value,
)

#: What gives the result of a call of a known function.
Handler = Callable[[Run, Arguments, ast.Call], Value]


def _all_elements(run: Run, args: Arguments) -> Value:
    return join_all(iterate(run, a.value) for a in args.positional)


def _list(run: Run, args: Arguments, node: ast.Call) -> Value:
    given = args.value(0)
    if given is None:
        return run.allocate(node, Object(Kind.LIST))
    only = given.alternatives[0] if len(given.alternatives) == 1 else None
    if isinstance(only, Tuple) or (isinstance(only, Many) and only.items):
        return run.allocate(node, Object(Kind.LIST, items=dict(enumerate(only.items))))
    if isinstance(only, Ref) and run.object(only).kind is Kind.LIST:
        held = run.object(only)
        return run.allocate(node, Object(Kind.LIST, items=held.items, rest=held.rest))
    return run.allocate(node, Object(Kind.LIST, rest=collect(run, given, node)))


def _set(run: Run, args: Arguments, node: ast.Call) -> Value:
    given = args.value(0)
    inside = collect(run, given, node) if given is not None else NOTHING
    return run.allocate(node, Object(Kind.SET, rest=inside))


def _tuple(run: Run, args: Arguments, node: ast.Call) -> Value:
    given = args.value(0)
    if given is None:
        return value(Tuple(()))
    only = given.alternatives[0] if len(given.alternatives) == 1 else None
    if isinstance(only, Tuple):
        return given
    if isinstance(only, Ref):
        held = run.object(only)
        if held.kind is Kind.LIST and not held.rest and held.single:
            return value(Tuple(tuple(held.items.values())))
    return value(Many(collect(run, given, node)))


def _dict(run: Run, args: Arguments, node: ast.Call) -> Value:
    items: dict[object, Value] = {k: a.value for k, a in args.keywords.items()}
    rest = args.more_keywords or NOTHING
    given = args.value(0)
    for each in given.alternatives if given is not None else ():
        if isinstance(each, Ref):
            held = run.object(each)
            if held.kind is Kind.DICT:
                items = {**held.items, **items}
                rest = join(rest, held.rest)
                continue
        known = _pairs(_many_elements(run, value(each)))
        items = {**known, **items}
        for pair in () if known else iterate(run, value(each)).alternatives:
            if isinstance(pair, Tuple) and len(pair.items) == 2:
                rest = join(rest, pair.items[1])
            else:
                rest = join(rest, iterate(run, value(pair)))
    return run.allocate(node, Object(Kind.DICT, items=items, rest=rest))


def _pairs(elements: list[Value]) -> dict[object, Value]:
    """The entries that pairs with known keys make; none if some are nothing of the kind."""
    found: dict[object, Value] = {}
    for each in elements:
        match each.alternatives:
            case (Tuple(items=(Value(alternatives=(Constant(value=key),)), held)),):
                found[key] = held
            case _:
                return {}
    return found


def _defaultdict(run: Run, args: Arguments, node: ast.Call) -> Value:
    factory = args.value(0)
    rest = run.call(factory, pass_values(), node) if factory is not None else NOTHING
    # That an entry is still as it was made is nobody's case either.
    rest = Value(tuple(Otherwise(e) if isinstance(e, Constant) else e for e in rest.alternatives))
    # The list that the factory makes has the call as its own place already.
    return run.allocate(node, Object(Kind.DICT, rest=rest), tag=node.func)


def _zip(run: Run, args: Arguments, node: ast.Call) -> Value:
    if args.more is not None:
        rows = args.more.alternatives
        tuples = [row for row in rows if isinstance(row, Tuple)]
        if len(tuples) == len(rows) and len({len(row.items) for row in tuples}) == 1:
            columns = zip(*(row.items for row in tuples))
            return value(Tuple(tuple(value(Many(join_all(column))) for column in columns)))
        if tuples:  # what is in one column is not in the others
            return value(Many(value(Many(UNKNOWN))))
        return value(Many(value(Many(iterate(run, args.more)))))
    given = tuple(iterate(run, a.value) for a in args.positional)
    known = [_many_elements(run, each.value) for each in args.positional]
    together = tuple(value(Tuple(tuple(row))) for row in zip(*known)) if all(known) else ()
    return value(Many(value(Tuple(given)), items=together))


def _zip_longest(run: Run, args: Arguments, node: ast.Call) -> Value:
    fill = args.value(None, "fillvalue") or NONE
    columns = tuple(or_else(iterate(run, a.value), fill) for a in args.positional)
    return value(Many(value(Tuple(columns)))) if args.more is None else _zip(run, args, node)


def _enumerate(run: Run, args: Arguments, node: ast.Call) -> Value:
    given = args.value(0) or UNKNOWN
    pairs: list[Value] = []
    if len(list(args.all())) == 1:
        known = enumerate(_many_elements(run, given))
        pairs = [value(Tuple((value(Constant(place)), each))) for place, each in known]
    return value(Many(value(Tuple((INTEGER, iterate(run, given)))), items=tuple(pairs)))


def _many_elements(run: Run, given: Value) -> list[Value]:
    """The elements of an iterator or a module that are known one by one, if they are."""
    only = given.alternatives[0] if len(given.alternatives) == 1 else None
    module = isinstance(only, Ref) and run.object(only).kind is Kind.INSTANCE
    return (known_elements(run, given) or []) if module or isinstance(only, Many) else []


def _reversed(run: Run, args: Arguments, node: ast.Call) -> Value:
    return value(Many(iterate(run, args.value(0) or UNKNOWN)))


def _sorted(run: Run, args: Arguments, node: ast.Call) -> Value:
    return run.allocate(node, Object(Kind.LIST, rest=iterate(run, args.value(0) or UNKNOWN)))


def _map(run: Run, args: Arguments, node: ast.Call) -> Value:
    function = args.value(0) or UNKNOWN

    def elements(later: Run) -> Value:
        columns = [iterate(later, a.value) for a in args.positional[1:]]
        return later.call(function, pass_values(*columns), node)

    return run.allocate_lazy(node, elements)


def _filter(run: Run, args: Arguments, node: ast.Call) -> Value:
    inside = iterate(run, args.value(1) or UNKNOWN)
    function = args.value(0) or UNKNOWN
    run.call(function, pass_values(inside), node)
    return value(Many(inside))


def _next(run: Run, args: Arguments, node: ast.Call) -> Value:
    inside = iterate(run, args.value(0) or UNKNOWN, node)
    default = args.value(1)
    if default is None:
        return inside
    return or_else(inside, default) if inside.alternatives else default


def _iter(run: Run, args: Arguments, node: ast.Call) -> Value:
    return value(Many(iterate(run, args.value(0) or UNKNOWN, node)))


#: The numbers of a range that has no more are told apart.
_FEW = 4


def _range(run: Run, args: Arguments, node: ast.Call) -> Value:
    given = [each.value.constants for each in args.positional]
    ends = [c.value for (c,) in (g for g in given if len(g) == 1) if isinstance(c.value, int)]
    if 0 < len(ends) == len(given) <= 3 and 0 not in ends[2:]:
        numbers = range(*ends)
        if len(numbers) <= _FEW:
            return value(Tuple(tuple(value(Constant(number)) for number in numbers)))
    if len(given) == 1 and (known := _measured(run, args.positional[0].node)) is not None:
        return value(Tuple(tuple(value(Constant(number)) for number in range(known))))
    return value(Plain("range"))


def _measured(run: Run, node: ast.expr | None) -> int | None:
    """How many rows has the `rows` of `len(rows)`, if they are few and known one by one?"""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[ast.expr() as measured], keywords=[]):
            held = run.peek(measured)
            known = None if may_be_fewer(run, held) else known_elements(run, held)
            rows = known is not None and all(each and not each.without(Ref) for each in known)
            return len(known) if known and rows else None
        case _:
            return None


def _chain(run: Run, args: Arguments, node: ast.Call) -> Value:
    known = [known_elements(run, each.value) or () for each in args.positional]
    items = tuple(each for part in known for each in part) if all(known) else ()
    return value(Many(_all_elements(run, args), items=items))


def _deque(run: Run, args: Arguments, node: ast.Call) -> Value:
    return _list(run, Arguments(args.positional[:1]), node)


#: Handlers by the function's dotted name.
CONTAINERS: dict[str, Handler] = {
    "builtins.list": _list,
    "builtins.tuple": _tuple,
    "builtins.set": _set,
    "builtins.frozenset": _set,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _defaultdict,
    "collections.deque": _deque,
    "builtins.zip": _zip,
    "itertools.zip_longest": _zip_longest,
    "builtins.enumerate": _enumerate,
    "builtins.reversed": _reversed,
    "builtins.sorted": _sorted,
    "builtins.map": _map,
    "itertools.starmap": lambda run, args, node: UNKNOWN,
    "builtins.filter": _filter,
    "builtins.next": _next,
    "builtins.iter": _iter,
    "builtins.range": _range,
    "itertools.chain": _chain,
    "itertools.islice": _iter,
    "itertools.cycle": _iter,
    "itertools.chain.from_iterable": lambda run, args, node: value(
        Many(iterate(run, iterate(run, args.value(0) or UNKNOWN)))
    ),
}
