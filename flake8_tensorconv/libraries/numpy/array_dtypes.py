"""The dtypes that NumPy gives to what it makes of Python's data."""

from __future__ import annotations

from flake8_tensorconv.contents.elements import iterate, known_elements
from flake8_tensorconv.engine.placement import dtype_of
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.knowledge.dtypes import DtypeRule, promote
from flake8_tensorconv.knowledge.numpy_dtypes import native, swapped
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.promotion import resolve_each
from flake8_tensorconv.lattice.scalars import number_dtype
from flake8_tensorconv.lattice.values import (
    ANY_DTYPE,
    NONE,
    UNKNOWN,
    Array,
    Constant,
    Dtypes,
    Many,
    Plain,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)

#: Lists in lists are followed as deep as this; a list may hold itself.
_MAX_NESTING = 3


def asked_dtype(position: int | None, args: Arguments) -> Dtypes | None:
    """The dtypes that a call may ask for, by name or at a position; None if it asks for none."""
    asked = args.value(position, "dtype")
    return None if asked is None else dtype_of(asked)


def reordered(dtype: Dtypes, args: Arguments) -> Dtypes:
    """What `dtype.newbyteorder(...)` gives."""
    asked = args.value(0, "new_order")
    order = "S" if asked is None else "".join(str(c.value)[:1] for c in asked.constants)
    if order in (">", "b", "B"):
        return frozenset(swapped(native(name)) for name in dtype)
    if order in ("S", "s"):
        return frozenset(map(swapped, dtype))
    return frozenset(map(native, dtype)) if order else ANY_DTYPE


def made_of_data(run: Run, name: str, args: Arguments) -> Dtypes:
    """The dtype that `np.array`, `np.full` or `np.arange` finds for what it is given."""
    if name == "numpy.full":
        filled = args.value(1, "fill_value") or UNKNOWN
        return frozenset({"object"}) if filled == NONE else data_dtypes(run, filled)
    if name != "numpy.arange":
        return data_dtypes(run, args.value(0, "object", "a") or UNKNOWN)
    if not all(isinstance(e, Constant) for a in args.positional for e in a.value.alternatives):
        # Sizes and bounds are integers as a rule, but nothing shows it.
        return ANY_DTYPE
    found = [data_dtypes(run, argument.value) for argument in args.positional]
    if not found or any(len(dtypes) != 1 for dtypes in found):
        return ANY_DTYPE
    return frozenset({promote([next(iter(dtypes)) for dtypes in found], "numpy")})


#: The dtypes of lists, by how many lists they are in: many may hold the same ones.
_Known = dict[tuple[int, object], Dtypes]


def data_dtypes(run: Run, given: Value, depth: int = 0, known: _Known | None = None) -> Dtypes:
    """The dtypes of arrays made of data: of arrays, tensors, numbers, texts, or lists of them."""
    result: set[str] = set()
    known = {} if known is None else known
    for each in given.alternatives:
        if isinstance(each, (Array, Tensor)):
            result |= each.dtype
        elif isinstance(each, (Tuple, Many)) or _is_list(run, each):
            if NONE in (known_elements(run, value(each)) or ()):
                result.add("object")
                continue
            inner = iterate(run, value(each))
            if not inner or depth >= _MAX_NESTING:
                result |= ANY_DTYPE
            elif isinstance(each, Ref):
                if (depth, each) not in known:
                    known[depth, each] = _common(run, inner, depth + 1, known)
                result |= known[depth, each]
            else:
                result |= _common(run, inner, depth + 1, known)
        elif isinstance(each, Ref) and run.object(each).kind in (Kind.DICT, Kind.SET):
            result.add("object")
        else:
            result |= _of_one(each)
    return frozenset(result) or ANY_DTYPE


def combined_dtypes(run: Run, rule: DtypeRule, args: Arguments, *, numbers: int) -> Dtypes:
    """The dtype of what is computed of several operands.

    Args:
        run: the run.
        rule: what makes one dtype of theirs.
        args: the arguments.
        numbers: as many of the first arguments are operands even if they are mere numbers; behind
            them, numbers are axes and the like.
    """
    operands: list[Dtypes] = []
    for place, argument in enumerate(args.positional[:_MAX_OPERANDS]):
        given = argument.value
        plain = [number_dtype(each) for each in given.alternatives]
        if given == NONE or (place >= numbers and None not in plain):
            continue
        if None in plain:
            operands.append(data_dtypes(run, given))
        else:
            operands.append(frozenset(name for names in plain if names for name in names))
    return ANY_DTYPE if args.more is not None else resolve_each(rule, operands, "numpy")


_MAX_OPERANDS = 3


def _is_list(run: Run, each: object) -> bool:
    return isinstance(each, Ref) and run.object(each).kind is Kind.LIST


def _of_one(each: object) -> Dtypes:
    match each:
        case Constant(value=None):
            return ANY_DTYPE  # it may stand for something that comes later
        case Constant(value=bytes()):
            return frozenset({"bytes"})
        case Constant(value=str()) | Plain(what="str"):
            return frozenset({"str"})
        case Constant():
            number = number_dtype(each) or ANY_DTYPE
            return frozenset({promote(list(number), "numpy")})
        case Plain(what="int"):
            return frozenset({"int64"})
        case Plain(what="float"):
            return frozenset({"float64"})
        case Plain(what="bool"):
            return frozenset({"bool"})
        case Plain(dtype=dtype) if dtype:
            return dtype
        case _:
            return ANY_DTYPE


def _common(run: Run, inner: Value, depth: int, known: _Known) -> Dtypes:
    """The dtype of an array of elements: one that holds them all."""
    found = data_dtypes(run, inner, depth, known)
    if "?" in found:
        return ANY_DTYPE  # what is not known may be the widest
    if len(found) < 2:
        return found
    for widest in ("object", "str", "bytes"):
        if widest in found:
            return frozenset({widest})
    return frozenset({promote(sorted(found), "numpy")})
