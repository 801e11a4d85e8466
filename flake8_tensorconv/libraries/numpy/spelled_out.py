"""How large the numbers of arrays are whose data the program spells out, wherever it does so.

masks = [[1] * known + [0] * (longest - known) for known in lengths]
return np.asarray(masks)
"""

from __future__ import annotations

import ast
import math

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.lattice.magnitudes import Magnitude
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.values import Array, Constant, Many, Ref, Tuple, Value

#: Lists in lists are followed as deep as this; a list may hold itself.
_MAX_NESTING = 3
_SMALL = 2**11


def note_numbers(run: Run, made: ast.AST, given: Value) -> None:
    """Remember how large the numbers are that an array is made of."""
    known = run.program.largest.get(made, 0)
    if known != math.inf:
        run.program.largest[made] = max(known, _largest(run, given.expected, 0))


def numbers_in(run: Run, given: Value) -> Magnitude | None:
    """How large the numbers of an array are; None if they are large or not all spelled out.

    What is small when it is made is taken to stay so, whatever the program adds to it.
    """
    reasons = [each.dtype_reason for each in given.alternatives if isinstance(each, Array)]
    found = [
        math.inf if each is None else run.program.largest.get(each.root, math.inf)
        for each in reasons
    ]
    largest = max(found, default=math.inf)
    return Magnitude(largest, whole=False) if largest <= _SMALL else None


def _largest(run: Run, given: Value, depth: int) -> float:
    return max((_size(run, Value((each,)), depth) for each in given.alternatives), default=math.inf)


def _size(run: Run, given: Value, depth: int) -> float:
    match given.alternatives[0]:
        case Constant(value=int() as number):
            return abs(number)
        case Tuple() | Many() if depth < _MAX_NESTING:
            return _largest(run, iterate(run, given), depth + 1)
        case Ref() as ref if depth < _MAX_NESTING and run.object(ref).kind is Kind.LIST:
            return _largest(run, iterate(run, given), depth + 1)
        case _:
            return math.inf
