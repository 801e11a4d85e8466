"""Calls into NumPy and the libraries that read their arguments as arrays."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.placement import dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.engine.shapes import ndim_of
from flake8_tensorconv.events.records import Route
from flake8_tensorconv.hazards.cuts import carried
from flake8_tensorconv.hazards.misuse import tell_dtype, tell_refused
from flake8_tensorconv.hazards.reading import tell_arguments, tell_read
from flake8_tensorconv.index.syntax import called_name
from flake8_tensorconv.knowledge.numpy_functions import (
    NumpyFunction,
    function,
)
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.storages import (
    storages_of,
)
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    UNKNOWN,
    Alternative,
    Array,
    DtypeObject,
    Many,
    Plain,
    Ref,
    Tuple,
    Value,
    value,
)
from flake8_tensorconv.libraries.numpy.numpy_results import call_function, call_unlisted
from flake8_tensorconv.memory import sharing as memory


def call_numpy(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value:
    """What calling something of NumPy gives back; conversions on the way are told."""
    bare = dotted.rsplit(".", 1)[-1]
    if dotted == "numpy.from_dlpack":
        given = args.get(0, "x")
        _tell(run, given, node, Route.DLPACK, dotted, elements=False)
        return _from_dlpack(run, given, node)
    if dotted == "numpy.dtype":
        tell_dtype(run, "numpy", args, node, 0, error="TypeError")
        return value(DtypeObject(dtype_of(args.value(0) or UNKNOWN) or ANY_DTYPE, "numpy"))
    if dotted in ("numpy.random.default_rng", "numpy.random.RandomState", "numpy.random.Generator"):
        return value(Plain("numpy.random.Generator"))
    if dotted.startswith("numpy.testing.") and bare.startswith("assert_"):
        for position in (0, 1):
            _tell(run, args.get(position), node, Route.ARRAY, dotted, elements=True)
        return value(Plain("object"))
    record = function(dotted)
    told = tell_arguments(run, dotted, args, node)
    where = () if record is None or record.dtype_at is None else (record.dtype_at,)
    tell_dtype(run, "numpy", args, node, *where, error="TypeError")
    if record is None:
        return unsure(call_unlisted(run, dotted, args))
    for argument in _converted(record, args):
        if argument not in told:
            _tell(run, argument, node, Route.ARRAY, dotted, elements=True, record=record)
    args = args.expected
    tell_refused(run, record, args, node)
    inside = join_all(
        iterate(run, lists)
        for argument in args.positional
        if (lists := argument.value.of(Ref, Many, Tuple))
    )
    made = carried(run, call_function(run, record, args, node), args, inside, node)
    return made if _gives_array(record, args) else unsure(made)


def _gives_array(record: NumpyFunction, args: Arguments) -> bool:
    """Is the result an array whatever it is made of, or are all arguments known?

    Much of NumPy leaves the work to the class of its arguments: `np.sqrt(series)` is a Series.
    """
    if record.name == "numpy.load" and args.get(None, "allow_pickle") is not None:
        return False
    return (
        record.creates
        or record.result == "ndarray"
        or not any(
            argument.value.is_unknown
            or any(isinstance(e, Array) and not e.sure for e in argument.value.alternatives)
            for argument in args.all()
        )
    )


def unsure(made: Value) -> Value:
    """The same, but nothing says that the arrays are no objects of another class."""
    return Value(tuple(map(_unsure, made.alternatives)))


def _unsure(each: Alternative) -> Alternative:
    match each:
        case Array():
            return replace(each, sure=False)
        case Many(element=element):
            return replace(each, element=unsure(element))
        case Tuple(items=items):
            return replace(each, items=tuple(map(unsure, items)))
        case _:
            return each


def _converted(record: NumpyFunction, args: Arguments) -> Iterator[Argument]:
    """The arguments that the function reads as arrays."""
    taken: set[int] = set()
    previous = -1
    for position in record.converts:
        positions = range(previous + 1, len(args.positional)) if position == "*" else [position]
        for each in positions:
            assert isinstance(each, int)
            previous = each
            if each < len(args.positional) and each not in taken:
                taken.add(each)
                yield args.positional[each]
    if record.raises_always is not None and args.positional and 0 not in taken:
        yield args.positional[0]  # no tensor, but a list of tensors is read like any other
    for name in record.keywords:
        if name in args.keywords:
            yield args.keywords[name]
    if "*" in record.converts and args.more is not None:
        yield Argument(args.more, args.more_node, spread=True)
    if "**" in record.keywords or record.name in ("numpy.savez", "numpy.savez_compressed"):
        yield from args.keywords.values()
        if args.more_keywords is not None:
            yield Argument(args.more_keywords, args.more_node, spread=True)


def _tell(
    run: Run,
    argument: Argument | None,
    node: ast.Call,
    route: Route,
    via: str,
    *,
    elements: bool,
    record: NumpyFunction | None = None,
) -> None:
    """Tell the rules that this argument is read as an array."""
    if argument is None or argument.node is None:
        return
    if record is not None and not record.raises_on_grad and record.raises_always is None:
        return
    direct = record is None or record.raises_always is None
    tell_read(
        run,
        node,
        called_name(node),
        argument.node,
        argument.value,
        via,
        route=route,
        spread=argument.spread,
        direct=direct,
        elements=elements,
    )


def _from_dlpack(run: Run, given: Argument | None, node: ast.Call) -> Value:
    if given is None or given.node is None:
        return value(Array())
    shared = storages_of(given.value)
    shared = memory.linked(run, shared, node, called_name(node), given.node, "numpy.from_dlpack")
    dtype = frozenset(d for t in given.value.tensors for d in t.dtype)
    return value(Array(dtype, shared, ndim_of(given.value)))
