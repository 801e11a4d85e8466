"""A value is read as an array: what of it is a tensor, what of its elements, what else is there."""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.elements import iterate
from flake8_tensorconv.engine.asking import goes_with
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.events.records import Route
from flake8_tensorconv.index.syntax import At, called_name
from flake8_tensorconv.knowledge.numpy_reads import reads
from flake8_tensorconv.lattice.arguments import Argument, Arguments
from flake8_tensorconv.lattice.joins import join
from flake8_tensorconv.lattice.objects import Kind
from flake8_tensorconv.lattice.values import (
    NOTHING,
    Alternative,
    Constant,
    Grad,
    Many,
    Otherwise,
    Plain,
    Ref,
    Tensor,
    Tuple,
    Value,
    value,
)


def tell_read(
    run: Run,
    call: ast.expr,
    at: At,
    operand: ast.expr,
    given: Value,
    via: str,
    *,
    route: Route = Route.ARRAY,
    spread: bool = False,
    direct: bool = True,
    elements: bool = True,
) -> None:
    """Tell the rules that a value is read as an array.

    Args:
        run: the run.
        call, at, operand, via, route: as in `ToNumpy`.
        given: what the operand may be.
        spread: it is unpacked: what is read are its elements.
        direct: a tensor in its place is read; else only a list of tensors is.
        elements: such a list is read as well.
    """
    tensors = tuple(t for t in given.tensors if t.sure or t.grad & Grad.YES)
    others = given.without(Tensor)
    if not goes_with(run, given):
        return
    inside, mixed, data = _elements(run, given) if elements else ((), False, False)
    if direct and (tensors or not inside):
        run.emit_to_numpy(
            call,
            at,
            operand,
            route,
            via,
            tensors,
            surely=given.is_tensor,
            element=spread,
            mixed=bool(others),
            meant=all(map(_is_number, others.alternatives)),
        )
    if inside:
        run.emit_to_numpy(
            call,
            at,
            operand,
            route,
            via,
            inside,
            surely=not mixed,
            element=True,
            mixed=mixed,
            meant=not data,
        )


def tell_arguments(run: Run, dotted: str, args: Arguments, node: ast.Call) -> list[Argument]:
    """Tell the rules which arguments a function or method of NumPy reads as arrays.

    Args:
        run: the run.
        dotted: the function, or the method as `knowledge.numpy_reads` calls it.
        args: what it is given.
        node: the call.

    Returns:
        The arguments.
    """
    read = reads(dotted)
    if read is None:
        return []
    given: list[tuple[int | str, Argument]] = [
        *((place, each) for place, each in enumerate(args.positional) if place in read.positional),
        *((name, each) for name, each in args.keywords.items() if name in read.keywords),
    ]
    for slot, argument in given:
        what = argument.value
        if slot in read.with_axes:
            what = Value(tuple(e for e in what.alternatives if not isinstance(e, Tensor) or e.ndim))
        if argument.node is not None:
            spread = argument.spread
            tell_read(run, node, called_name(node), argument.node, what, dotted, spread=spread)
    return [argument for _, argument in given]


def _is_number(each: Alternative) -> bool:
    """Is it a number or None, or there only where nothing was gone through?"""
    match each:
        case Constant(value=constant):
            return not isinstance(constant, (str, bytes))
        case Plain():
            return each.is_number
        case _:
            return isinstance(each, Otherwise)


def _elements(
    run: Run, given: Value, depth: int = 0, seen: set[tuple[int, Ref]] | None = None
) -> tuple[tuple[Tensor, ...], bool, bool]:
    """The sure tensors inside a list or tuple (or a list of those).

    Args:
        run: the run.
        given: what may be such a list.
        depth: in how many lists it is.
        seen: what has been looked at in as many lists: many may hold the same ones.

    Returns:
        Them; is anything else there; is it so where there was something to go through?
    """
    holders = []
    others = NOTHING
    for each in given.alternatives:
        if isinstance(each, (Tuple, Many)) or (
            isinstance(each, Ref) and run.object(each).kind is Kind.LIST
        ):
            holders.append(each)
        else:
            others = join(others, value(each))
    found: list[Tensor] = []
    mixed, data = bool(others), bool(others.expected)
    seen = set() if seen is None else seen
    for each in holders:
        if isinstance(each, Ref):
            if (depth, each) in seen:
                continue
            seen.add((depth, each))
        inner = iterate(run, value(each))
        found += [t for t in inner.tensors if t.sure]
        rest = inner.without(Tensor)
        nested, deeper, more = (
            _elements(run, rest, depth + 1, seen)
            if depth < _MAX_NESTING
            else ((), bool(rest), bool(rest.expected))
        )
        found += nested
        unsure = not all(t.sure for t in inner.tensors)
        mixed, data = mixed or deeper or unsure, data or more or unsure
    return tuple(found), mixed, data


#: Lists in lists are followed as deep as this; a list may hold itself.
_MAX_NESTING = 3
