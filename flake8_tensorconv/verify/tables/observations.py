"""Runs one call of torch and notes what came out; derives a record from many such notes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from flake8_tensorconv.knowledge.data_files import Memory
from flake8_tensorconv.knowledge.dtypes import DtypeRule, resolve

Record = dict[str, Any]

#: The name of a flag that is given without its name.
_BY_POSITION = ""


@dataclass(frozen=True)
class Call:
    """One call: what to run, on which arguments. `arguments[0]` is the receiver of a method."""

    run: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What one result of one call was like."""

    grad: bool | None  # None: nothing among the arguments could require grad
    memory: Memory | None  # None: no data to share
    operands: tuple[str, ...]
    dtype: str | None  # None: it follows no rule that `resolve` knows


@dataclass(frozen=True)
class Observation:
    """The results of one call."""

    structure: tuple[Any, ...]  # ("tensor",), ("fields", names...), ("tuple",) or ("list",)
    results: tuple[Seen, ...]
    has_dim: bool
    flags: frozenset[str]


def dtype_name(dtype: torch.dtype) -> str:
    """The bare name, such as "float32"."""
    return str(dtype).removeprefix("torch.")


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """All tensors of an argument, those in sequences and mappings included, in order."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for element in value:
            yield from tensors_in(element)
    elif isinstance(value, dict):
        yield from tensors_in(list(value.values()))


def operand_names(arguments: Sequence[Any], keywords: dict[str, Any]) -> tuple[str, ...]:
    """The operands of a call as `knowledge.dtypes.resolve` wants them."""
    names: list[str] = []
    for place, argument in enumerate((*arguments, *keywords.values())):
        if isinstance(argument, bool | int | float | complex):
            if place < min(2, len(arguments)):
                names.append(f"python {type(argument).__name__}")
        else:
            names.extend(dtype_name(tensor.dtype) for tensor in tensors_in(argument))
    return tuple(names)


def _storage(tensor: torch.Tensor) -> int | None:
    if tensor.layout is not torch.strided or tensor.numel() == 0:
        return None
    return tensor.untyped_storage().data_ptr() or None


def _memory(result: torch.Tensor, inputs: Sequence[torch.Tensor], place: int) -> Memory | None:
    """Judge by the first tensor argument, or by the one at the result's own place."""
    if inputs and result is inputs[0]:
        return Memory.INPUT
    storage = _storage(result)
    if storage is None or not inputs:
        return None if inputs else Memory.FRESH
    own = inputs[min(place, len(inputs) - 1)]
    return Memory.VIEW if storage in (_storage(inputs[0]), _storage(own)) else Memory.FRESH


def _structure(result: Any) -> tuple[tuple[Any, ...], list[torch.Tensor]] | None:
    if isinstance(result, torch.Tensor):
        return ("tensor",), [result]
    if not isinstance(result, list | tuple):
        return None
    if not all(isinstance(element, torch.Tensor) for element in result):
        return None
    if hasattr(result, "n_fields"):
        names: tuple[str, ...] = getattr(type(result), "__match_args__", ())
        return ("fields", *names), list(result)
    if hasattr(result, "_fields"):
        return ("fields", *result._fields), list(result)
    return ("list" if isinstance(result, list) else "tuple",), list(result)


def _mixes_scalars(inputs: Sequence[torch.Tensor]) -> bool:
    """Tensors of no dimension give way to others, which `resolve` leaves out of account."""
    scalars = {tensor.dtype for tensor in inputs if tensor.ndim == 0}
    others = {tensor.dtype for tensor in inputs if tensor.ndim > 0}
    return bool(scalars and others) and len(scalars | others) > 1


def _has_dim(call: Call) -> bool:
    if "dim" in call.keywords:
        return True
    second = call.arguments[1] if len(call.arguments) > 1 else None
    return isinstance(second, int) and not isinstance(second, bool)


def observe(call: Call) -> Observation | None:
    """Run a call.

    Returns:
        What it gave, or None if it raises or gives anything but tensors.
    """
    inputs = list(tensors_in((*call.arguments, *call.keywords.values())))
    operands = operand_names(call.arguments, call.keywords)
    needs_grad = any(tensor.requires_grad for tensor in inputs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = call.run(*call.arguments, **call.keywords)
        except Exception:  # a sample that this form of the operator refuses
            return None
    shaped = _structure(result)
    if shaped is None:
        return None
    structure, tensors = shaped
    chosen = (
        call.keywords.get("dtype") is not None
        or any(isinstance(argument, torch.dtype) for argument in call.arguments)
        or _mixes_scalars(inputs)
    )
    results = tuple(
        Seen(
            tensor.requires_grad if needs_grad else None,
            _memory(tensor, inputs, place),
            operands,
            None if chosen else dtype_name(tensor.dtype),
        )
        for place, tensor in enumerate(tensors)
    )
    flags = frozenset(name for name, value in call.keywords.items() if value is True)
    if any(argument is True for argument in call.arguments):
        flags |= {_BY_POSITION}
    return Observation(structure, results, _has_dim(call), flags)


#: The rules in the order in which they are preferred where several explain what was seen.
_RULES = (
    DtypeRule.SAME,
    DtypeRule.PROMOTE,
    DtypeRule.REAL,
    DtypeRule.FLOAT,
    DtypeRule.FLOAT_REAL,
    DtypeRule.SUM,
    DtypeRule.COMPLEX,
    DtypeRule.SECOND,
)


def dtype_rule(seen: Iterable[tuple[tuple[str, ...], str]]) -> str:
    """The rule, or fixed dtype, that explains all pairs of operands and result.

    Where none does, bool operands are left out: some functions count with them (`square`).
    """
    pairs = set(seen)
    dtypes = {dtype for _, dtype in pairs}
    if len(dtypes) == 1 and len({operands[:1] for operands, _ in pairs}) > 1:
        return dtypes.pop()
    for considered in (pairs, {pair for pair in pairs if "bool" not in pair[0]}):
        for rule in _RULES:
            if considered and all(resolve(rule, names) == dtype for names, dtype in considered):
                return rule.value
    return dtypes.pop() if len(dtypes) == 1 else DtypeRule.UNKNOWN.value


def _merge_memory(seen: Iterable[Memory | None]) -> Memory:
    kinds = {memory for memory in seen if memory is not None}
    if len(kinds) > 1:
        return Memory.MAYBE
    if kinds == {Memory.INPUT}:
        return Memory.INPUT
    return kinds.pop() if kinds else Memory.FRESH


def _merge(results: Sequence[Seen], in_place: bool) -> str:
    memory = _merge_memory(seen.memory for seen in results)
    if memory is Memory.INPUT and not in_place:  # such as `.contiguous()` of a contiguous tensor
        memory = Memory.MAYBE
    grad = any(seen.grad for seen in results)
    dtype = dtype_rule((seen.operands, seen.dtype) for seen in results if seen.dtype is not None)
    return f"{'grad' if grad else 'plain'} {memory.value} {dtype}"


def _form(group: Sequence[Observation], in_place: bool) -> Record:
    """One record of observations of the same kind of structure."""
    kind = group[0].structure[0]
    lengths = {len(observation.results) for observation in group}
    columns = [
        [o.results[place] for o in group if place < len(o.results)] for place in range(max(lengths))
    ]
    outputs = [_merge(column, in_place) for column in columns]
    if kind == "list" or (kind == "tuple" and len(lengths) > 1 and len(set(outputs[:2])) == 1):
        merged = [seen for observation in group for seen in observation.results]
        return {"outputs": [_merge(merged, in_place)], "sequence": True}
    record: Record = {"outputs": outputs}
    if kind == "fields":
        record["fields"] = list(group[0].structure[1:])
    return record


def _with_others(
    base: Sequence[Observation], others: Iterable[Sequence[Observation]], in_place: bool
) -> Record | None:
    """The record of `base` with the other forms beside it; None if no argument tells them apart."""
    record = _form(base, in_place)
    usual = frozenset[str]().union(*(observation.flags for observation in base))
    for group in others:
        flags = frozenset[str]().union(*(observation.flags for observation in group)) - usual
        if flags and all(observation.flags & flags for observation in group):
            for flag in sorted(flags - {_BY_POSITION}):
                form = _form([o for o in group if flag in o.flags], in_place)
                record.setdefault("with_keyword", {})[flag] = form
        elif all(observation.has_dim for observation in group):
            record["with_dim"] = _form(group, in_place)
        else:
            return None
    return record


def derive(
    observations: Sequence[Observation], in_place: bool = False, open_length: bool = False
) -> Record:
    """The record of an operator from all that was seen of it.

    Where the structure of the result depends on the arguments, the plain tensor (or else the
    commonest form) is the record and the others stand under `with_dim` or `with_keyword`.

    Args:
        observations: at least one.
        in_place: the operator changes its first argument.
        open_length: the number of results is the caller's choice.

    Raises:
        ValueError: several structures, and no argument tells them apart.
    """
    groups: dict[Any, list[Observation]] = {}
    for observation in observations:
        kind = observation.structure[0]
        groups.setdefault(observation.structure if kind == "fields" else kind, []).append(
            observation
        )
    for key in sorted(groups, key=lambda key: (key != "tensor", -len(groups[key]))):
        others = [group for other, group in groups.items() if other != key]
        record = _with_others(groups[key], others, in_place)
        if record is not None:
            if open_length and len(record["outputs"]) > 1:
                record = {"outputs": record["outputs"][:1], "sequence": True}
            return record
    raise ValueError(f"structures that no argument tells apart: {sorted(map(str, groups))}")
