"""How large the numbers of an array can be, as far as the file spells them out."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flake8_tensorconv.index.bindings import Binding
from flake8_tensorconv.index.syntax import call_args, dotted_name, unstarred


@dataclass(frozen=True)
class Magnitude:
    """Numbers between `-largest` and `largest`; are all of them whole?"""

    largest: float
    whole: bool = True


#: Places and counts: nothing that fits into memory has more elements than a float can count.
_PLACES = Magnitude(2**11)
_BIT = Magnitude(1)
#: Powers of larger numbers, or with larger exponents, are not worked out.
_MAX_EXPONENT = 100
#: Names are followed to what they are bound to as often as this.
_MAX_DEPTH = 12

_CONSTANT = {
    "zeros": Magnitude(0), "zeros_like": Magnitude(0), "ones": _BIT, "ones_like": _BIT,
    "eye": _BIT, "identity": _BIT, "tri": _BIT, "sign": _BIT, "isnan": _BIT, "isin": _BIT,
    "logical_and": _BIT, "logical_or": _BIT, "logical_not": _BIT, "any": _BIT, "all": _BIT,
    "argmax": _PLACES, "argmin": _PLACES, "argsort": _PLACES, "argwhere": _PLACES,
    "nonzero": _PLACES, "flatnonzero": _PLACES, "searchsorted": _PLACES, "digitize": _PLACES,
    "bincount": _PLACES, "len": _PLACES, "argpartition": _PLACES, "count_nonzero": _PLACES,
}  # fmt: skip
#: What they give holds numbers of their first argument, or of the array whose method they are.
_PASSING = {
    "array", "asarray", "ascontiguousarray", "copy", "stack", "vstack", "hstack", "concatenate",
    "reshape", "ravel", "flatten", "squeeze", "transpose", "expand_dims", "astype", "tile",
    "repeat", "abs", "unique", "sort", "sorted", "list", "tuple", "set", "flip", "roll", "max",
    "min", "triu", "tril", "diag", "broadcast_to", "rint", "round", "floor", "ceil", "trunc",
    "reversed", "int32", "int64", "int", "meshgrid", "column_stack", "atleast_1d", "atleast_2d",
    "permutation",
}  # fmt: skip
#: They give whole numbers, whatever they are given.
_WHOLE = {"astype", "rint", "floor", "ceil", "trunc", "int", "int32", "int64"}
_BOUNDED = {"arange", "range", "randint", "integers"}
_BOUNDS = ("start", "stop", "low", "high")
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.add,
    ast.Mult: operator.mul,
    ast.FloorDiv: lambda left, right: left,
    ast.Mod: lambda left, right: right,
}


def magnitude(node: ast.expr, bindings: dict[str, Binding], depth: int = 0) -> Magnitude | None:
    """How large the numbers are that an expression gives; None if that is not known.

    Args:
        node: the expression.
        bindings: how the variables in sight are bound.
        depth: how many expressions lie around it.
    """
    if depth > _MAX_DEPTH:
        return None

    def of(inner: ast.expr) -> Magnitude | None:
        return magnitude(inner, bindings, depth + 1)

    match node:
        case ast.Constant(value=bool()) | ast.Compare():
            return _BIT
        case ast.Constant(value=int() | float() as number):
            return _of_number(number)
        case ast.Name(id=name):
            return _of_name(name, bindings, depth)
        case ast.UnaryOp(operand=inner):
            return of(inner)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return _widest(of(unstarred(element)) for element in elements)
        case ast.ListComp(elt=inner) | ast.GeneratorExp(elt=inner):
            return of(inner)
        case ast.IfExp(body=body, orelse=orelse):
            return _widest((of(body), of(orelse)))
        case ast.Subscript(value=ast.Attribute(attr="shape")):
            return _PLACES
        case ast.Subscript(value=inner) | ast.Attribute(value=inner, attr="T"):
            return of(inner)
        case ast.Attribute(attr="shape" | "size" | "ndim"):
            return _PLACES
        case ast.BinOp(
            ast.Constant(value=int() as base), ast.Pow(), ast.Constant(value=int() as exponent)
        ) if 0 <= exponent <= _MAX_EXPONENT and abs(base) <= _MAX_EXPONENT:
            return _of_number(base**exponent)
        case ast.BinOp(left=left, op=sign, right=right):
            return _combined(sign, of(left) or _open(left), of(right) or _open(right))
        case ast.Call():
            return _of_call(node, of)
        case _:
            return None


_Of = Callable[[ast.expr], Magnitude | None]


def _of_number(number: float) -> Magnitude:
    return Magnitude(abs(number), number == int(number) if abs(number) < 2**53 else True)


def _widest(found: Iterable[Magnitude | None]) -> Magnitude | None:
    every = list(found)
    known = [each for each in every if each is not None]
    if not known or len(known) < len(every):
        return None
    return Magnitude(max(each.largest for each in known), all(each.whole for each in known))


def _combined(
    sign: ast.operator, left: Magnitude | None, right: Magnitude | None
) -> Magnitude | None:
    compute = _ARITHMETIC.get(type(sign))
    if compute is None or left is None or right is None:
        return None
    return Magnitude(compute(left.largest, right.largest), left.whole and right.whole)


def _open(node: ast.expr) -> Magnitude | None:
    """Of an attribute or a variable nothing says that it is a fraction, nor how large it is."""
    return _ANY if isinstance(node, ast.Attribute) else None


_ANY = Magnitude(math.inf)


def _of_name(name: str, bindings: dict[str, Binding], depth: int) -> Magnitude | None:
    binding = bindings.get(name)
    places: list[Binding] = []
    while binding is not None:
        places.append(binding)
        binding = binding.before
    if not places or len(places) > _MAX_PLACES:
        return None
    if len(places) > 1:  # what it was before is as whole as all of it; each place can branch again
        depth += _MAX_DEPTH // 3
        bindings = {**bindings, name: _BEFORE}
    found: list[Magnitude | None] = []
    for place in places:
        given = place.given if place.over is None else place.over
        if given is None:
            return None
        stored = () if place.over is not None else place.stored
        found += [magnitude(each, bindings, depth + 1) for each in (given, *stored)]
    return _widest(found)


#: What a variable was before it was bound again: as large as may be.
_BEFORE = Binding(given=ast.Constant(math.inf))
#: Of a variable that is bound at more places nothing is said.
_MAX_PLACES = 4


def _of_call(node: ast.Call, of: _Of) -> Magnitude | None:
    dotted = dotted_name(node.func)
    method = node.func if isinstance(node.func, ast.Attribute) else None
    bare = method.attr if method is not None else (dotted or "")
    positional = [arg for arg in node.args if not isinstance(arg, ast.Starred)]
    if bare in _CONSTANT:
        return _CONSTANT[bare]
    if bare in _BOUNDED or bare == "linspace":
        return _of_bounds(bare, node, of)
    if bare in ("full", "full_like") and len(positional) > 1:
        return of(positional[1])
    if bare in ("where", "clip") and len(positional) > 2:
        return _widest(map(of, positional[1:3]))
    if bare not in _PASSING:
        return None
    on_array = method is not None and not (dotted or "").startswith(("np.", "numpy."))
    if on_array and method is not None:
        found = of(method.value)
    else:
        found = of(positional[0]) if positional else None
    return Magnitude(found.largest) if found is not None and bare in _WHOLE else found


def _of_bounds(bare: str, node: ast.Call, of: _Of) -> Magnitude | None:
    """Of `np.arange(n)`: as many numbers as one has room for are small enough."""
    args = call_args(node)
    bounds = [arg.value for arg in args if arg.keyword is None]
    named = {arg.keyword: arg.value for arg in args if arg.keyword is not None}
    bounds = [*bounds[:2], *(named[key] for key in _BOUNDS if key in named)]
    found = _widest(map(of, bounds))
    counted = bare in ("arange", "range") and len(bounds) == 1 and not _is_float(bounds[0])
    if found is None and counted:
        return _PLACES
    if found is None or bare == "linspace":
        return None if found is None else Magnitude(found.largest, False)
    last = found.largest - 1 if bare in _BOUNDED else found.largest
    return Magnitude(last, found.whole and len(args) < 3)


def _is_float(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, float)
