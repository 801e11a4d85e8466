"""How many axes an array or tensor has, as far as the program spells it out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.index.axes import RESHAPING
from flake8_tensorconv.index.syntax import subscripts
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.array_layout import adds_axis, is_dots
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.values import (
    Alternative,
    Array,
    Constant,
    Many,
    Plain,
    Ref,
    Tensor,
    Tuple,
    Value,
)

_FROM_SHAPE = {"zeros", "ones", "empty", "full"}
_FROM_SIZES = {"rand", "randn"}
_VECTORS = {"arange", "linspace", "logspace", "randperm"}
_MATRICES = {"eye", "identity", "vander", "tri"}
_LIKE = {"zeros_like", "ones_like", "empty_like", "full_like", "asarray", "asanyarray", "copy",
         "ascontiguousarray", "as_tensor", "from_numpy", "from_dlpack", "clone",
         "flip"}  # fmt: skip
_DATA = {"array", "tensor", "asarray", "as_tensor"}
_MAX_NESTING = 4


def created_ndim(run: Run, dotted: str, args: Arguments) -> int | None:
    """The axes of what a function of NumPy or torch makes.

    Args:
        run: the run.
        dotted: the function.
        args: what it is given.
    """
    bare = dotted.rsplit(".", 1)[-1]
    if bare in _VECTORS:
        return 1
    if bare in _MATRICES:
        return 2
    first = args.value(0)
    if bare == "permutation" and first is not None:  # of the numbers up to one, or of an array
        return 1 if _length(first) == 1 else ndim_of(first)
    shape = args.value(None, "size", "shape")
    if bare in _LIKE and first is not None and (known := ndim_of(first)) is not None:
        return known
    if bare in _DATA and first is not None:
        return _nesting(run, first)
    if bare == "reshape" and len(args.positional) > 1:
        return axes_of(args.skip(1))
    if bare in _FROM_SHAPE and dotted.startswith("numpy."):
        shape = first if first is not None else shape
        return None if shape is None else _length(shape)
    if bare in _FROM_SIZES or bare in _FROM_SHAPE:
        sizes = Arguments(args.positional[:1]) if bare == "full" else args
        return axes_of(sizes) if args.positional else None if shape is None else _length(shape)
    return None if shape is None or first is not None else _length(shape)


def legacy_ndim(run: Run, args: Arguments) -> int | None:
    """The axes of `torch.Tensor(...)`, which takes sizes or data."""
    first = args.value(0, "data")
    if first is None:
        return None
    if len(args.positional) > 1:
        return len(args.positional)
    known = ndim_of(first)
    nested = _nesting(run, first) if known is None else known
    return nested or None  # a number is a size, or is not known to be a number


def called_ndim(name: str, ndim: int | None, args: Arguments) -> int | None:
    """The axes of what a method of a tensor gives.

    Args:
        name: the method, or the function it is also known as.
        ndim: the axes of the tensor.
        args: the arguments behind it.
    """
    bare = name.rsplit(".", 1)[-1]
    if bare == "reshape":
        return axes_of(args)
    if bare in ("flatten", "ravel", "unique") and not args.positional and not args.keywords:
        return 1
    if bare in _LISTING and not args.keywords:
        return _LISTING[bare]
    if bare in _REDUCING and not args.positional and set(args.keywords) <= {"dtype"}:
        return None if args.more is not None or args.more_keywords is not None else 0
    if bare.endswith(LOSSES) and len(args.positional) == 1 and not _REDUCED & set(args.keywords):
        return None if args.more_keywords is not None else 0
    if bare in ("unsqueeze", "unsqueeze_"):
        return None if ndim is None else ndim + 1
    in_place = bare.endswith("_") and bare not in RESHAPING
    return ndim if bare in _SAME_AXES or in_place else None


_SAME_AXES = {"clone", "contiguous", "t", "transpose", "permute", "flip", "abs", "neg", "exp",
              "log", "sqrt", "square", "sin", "cos", "round", "relu", "sigmoid", "tanh",
              "softmax", "argsort", "cumsum", "cumprod", "clamp", "clip", "floor", "ceil", "sign",
              "log_softmax", "tan", "log1p", "expm1", "isnan", "isfinite", "bernoulli",
              "logical_not"}  # fmt: skip
#: They list numbers or positions.
_LISTING = {"nonzero": 2, "argwhere": 2, "bincount": 1}
#: They reduce all axes if none is named.
_REDUCING = {"sum", "mean", "prod", "std", "var", "median", "nansum", "nanmean", "nanmedian", "max",
             "min", "amax", "amin", "norm", "all", "any", "argmax", "argmin", "count_nonzero",
             "trace"}  # fmt: skip
#: How the names of losses end.
LOSSES = ("_loss", "cross_entropy", "cross_entropy_with_logits", "kl_div")
#: What asks a loss for something else than the mean.
_REDUCED = {"reduction", "reduce", "size_average"}


def axes_of(args: Arguments) -> int | None:
    """The axes that `reshape(2, 3)` or `zeros((2, 3))` asks for."""
    if args.more is not None or not args.positional:
        return None
    if len(args.positional) > 1:
        return len(args.positional)
    return _length(args.positional[0].value)


def paired_ndim(operands: Iterable[Alternative]) -> int | None:
    """The axes of what is computed element by element: those of the operand that has most."""
    axes: list[int | None] = []
    for each in operands:
        if isinstance(each, (Array, Tensor)):
            axes.append(each.ndim)
        else:
            axes.append(0 if _is_number(each) else None)
    known = [ndim for ndim in axes if ndim is not None]
    return max(known) if known and len(known) == len(axes) else None


def _is_number(each: Alternative) -> bool:
    match each:
        case Constant(value=bool() | int() | float() | complex()):
            return True
        case Plain(is_number=True):
            return True
        case _:
            return False


def ndim_of(given: Value) -> int | None:
    """The axes of an array or tensor."""
    found = {e.ndim for e in given.alternatives if isinstance(e, (Array, Tensor))}
    return found.pop() if len(found) == 1 and len(given.alternatives) == 1 else None


def indexed_ndim(ndim: int | None, node: ast.Subscript) -> int | None:
    """The axes that basic indices leave."""
    if ndim is None:
        return None
    for index in subscripts(node):
        if not isinstance(index, ast.Slice) and not is_dots(index):
            ndim += 1 if adds_axis(index) else -1
    return max(ndim, 0)


def picked_ndim(run: Run, ndim: int | None, node: ast.AST, index: Sequence[Value]) -> int | None:
    """The axes that a fancy index leaves: one list of rows leaves as many as there were."""
    whole = isinstance(node, ast.Subscript) and len(subscripts(node)) == len(index) == 1
    return ndim if whole and _nesting(run, index[0]) == 1 else None


def length_of(run: Run, shape: Value) -> int | None:
    """The axes of what has a shape: its length, if it is spelled out; a number counts as one."""
    match shape.alternatives:
        case (Ref() as ref,) if run.object(ref).kind is Kind.LIST:
            held = run.object(ref)
            return None if held.rest or held.fewer else len(held.items)
        case _:
            return _length(shape)


def _length(shape: Value) -> int | None:
    if len(shape.alternatives) != 1:
        return None
    match shape.alternatives[0]:
        case Tuple(items=items):
            return len(items)
        case Constant(value=int()) | Plain(what="number" | "int"):
            return 1
        case _:
            return None


def _nesting(run: Run, given: Value, depth: int = 0) -> int | None:
    """How deeply the lists are nested that data is spelled out in."""
    if given and all(map(_is_number, given.alternatives)):
        return 0
    if len(given.alternatives) != 1 or depth > _MAX_NESTING:
        return None
    match given.alternatives[0]:
        case Tuple(items=items) if items:
            inner = _nesting(run, items[0], depth + 1)
        case Many(element=element):
            inner = _nesting(run, element, depth + 1)
        case Ref() as ref if run.object(ref).kind is Kind.LIST:
            held = run.object(ref)
            first = next(iter(held.items.values()), held.rest)
            inner = _nesting(run, first, depth + 1)
        case Constant(value=str()) | Plain(what="str"):
            return 0
        case Array(ndim=ndim) | Tensor(sure=True, ndim=ndim):
            return ndim
        case _:
            return None
    return None if inner is None else inner + 1
