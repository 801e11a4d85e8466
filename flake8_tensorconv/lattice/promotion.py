"""The dtype of a result from those of its operands, and from which of them have axes.

Beside a tensor with axes, whose category (bool, integer, real, complex) is not lower, torch lets a
tensor without any count only as much as a number of Python: of a float32 matrix and a float64 sum,
the product is float32.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

from flake8_tensorconv.knowledge.dtypes import (
    Dtype,
    DtypeRule,
    Library,
    number_like,
    outdoes,
    resolve,
)
from flake8_tensorconv.lattice.values import ANY_DTYPE, Array, Dtypes, Tensor

_MAX_COMBINATIONS = 16


class Typed(NamedTuple):
    """What takes part in promotion.

    Attributes:
        dtype: its possible dtypes, "python int" and the like for numbers.
        ndim: how many axes it has; None if that is not known.
    """

    dtype: Dtypes
    ndim: int | None = None


def typed(each: Tensor | Array) -> Typed:
    """How a tensor or array takes part in promotion."""
    return Typed(each.dtype, each.ndim)


def combine_dtypes(rule: Dtype, operands: Sequence[Typed]) -> Dtypes:
    """The possible dtypes of what torch makes of its operands by a rule.

    Where it depends on axes that are not known, nothing is said: no path leads there for sure.
    """
    if isinstance(rule, str):
        return frozenset({rule})
    dtypes = [operand.dtype for operand in operands]
    if rule in _OF_THE_FIRST or len(frozenset().union(*dtypes)) == 1:
        return resolve_each(rule, dtypes)  # the others do not count, or are the same
    places = range(len(operands))
    found = resolve_each(rule, [_counted(place, operands, perhaps=False) for place in places])
    possible = resolve_each(rule, [_counted(place, operands, perhaps=True) for place in places])
    return found if possible <= found else ANY_DTYPE


_OF_THE_FIRST = (DtypeRule.SAME, DtypeRule.SUM, DtypeRule.SECOND)


def _counted(place: int, operands: Sequence[Typed], *, perhaps: bool) -> Dtypes:
    """The dtypes of an operand as they count beside the others, or perhaps count."""
    own = operands[place]
    if own.ndim:
        return own.dtype
    rivals = [o for k, o in enumerate(operands) if k != place and o.ndim != 0]
    result: set[str] = set()
    for name in own.dtype:
        number = number_like(name)
        strong = [r for r in rivals if r.dtype != {name} and any(_outdo(r.dtype, name))]
        if number is None or not strong:
            result.add(name)
        elif own.ndim == 0 and any(r.ndim and all(_outdo(r.dtype, name)) for r in strong):
            result.add(number)
        else:
            result |= {name, number} if perhaps else {name}
    return frozenset(result)


def _outdo(dtypes: Dtypes, name: str) -> list[bool]:
    """For each dtype: is it of the category of another one, or of a higher one?"""
    return [outdoes(each, name) for each in dtypes]


def resolve_each(rule: Dtype, operands: Sequence[Dtypes], library: Library = "torch") -> Dtypes:
    """What a rule makes of any combination of its operands' dtypes; of very many, anything."""
    if not operands or math.prod(map(len, operands)) > _MAX_COMBINATIONS:
        return ANY_DTYPE
    return frozenset(resolve(rule, names, library) for names in itertools.product(*operands))
