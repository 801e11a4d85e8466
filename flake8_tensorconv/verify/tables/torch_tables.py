"""Puts the tables of torch's functions and methods together."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

from flake8_tensorconv.verify.tables import exceptions, samples
from flake8_tensorconv.verify.tables.observations import Call, Observation, Record, derive, observe
from flake8_tensorconv.verify.tables.operators import lowered, observations, operators

#: The namespaces whose functions are looked up by dotted name.
NAMESPACES: tuple[ModuleType, ...] = (
    torch,
    torch.nn.functional,
    torch.linalg,
    torch.fft,
    torch.special,
    torch.sparse,
    torch.nested,
)

_DTYPES = (torch.float32, torch.float64, torch.int64, torch.bool, torch.complex64)


def look_up(dotted: str) -> Any:
    """What a dotted name of torch stands for; None if nothing has it."""
    value: Any = torch
    for name in dotted.split(".")[1:]:
        value = getattr(value, name, None)
    return value


def _named(ops: list[Any]) -> dict[str, list[Any]]:
    """The entries by the names they may be called by; an alias may belong to some of them only."""
    named: dict[str, list[Any]] = {}
    for op in ops:
        for name in (op.name, *(alias.name.removeprefix("torch.") for alias in op.aliases)):
            named.setdefault(name, []).append(op)
    return named


def named_entries() -> dict[str, list[Any]]:
    """The entries of torch's database that the tables need, by all their names."""
    entries: dict[str, list[Any]] = {}
    aliases: dict[str, list[Any]] = {}
    for name, all_ops in operators().items():
        last = name.rsplit(".", 1)[-1]
        skipped = name.startswith(("torch.", "signal.", "masked.")) or last.startswith("_")
        if skipped or name in exceptions.UNUSED:
            continue
        used = [
            op for op in all_ops if (name, op.variant_test_name) not in exceptions.UNUSED_VARIANTS
        ]
        for called, ops in _named(used).items():
            (entries if called == name else aliases).setdefault(called, ops)
    return {**aliases, **entries}


def _measure(
    name: str, ops: list[Any], run: Callable[..., Any] | None, in_place: bool = False
) -> Record | None:
    """The record of one function or method; `run` None takes what the database runs."""
    seen = [
        observation
        for op in ops
        for observation in observations(op, run if run is not None else op.op, in_place)
    ]
    if not seen:
        return None
    try:
        record = derive(seen, in_place, name.rsplit(".", 1)[-1] in exceptions.OPEN_LENGTH)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if not in_place and any(lowered(op, run if run is not None else op.op) for op in ops):
        record["matmul"] = True
    return record


def _measure_samples(
    run: Callable[..., Any], make: Callable[[torch.Tensor], list[Any]], in_place: bool
) -> Record | None:
    seen: list[Observation | None] = []
    lower = False
    for dtype in _DTYPES:
        base = torch.tensor([[0.25, 0.75], [0.5, 1.0]]).to(dtype)
        for grad in (False, True) if dtype.is_floating_point else (False,):
            matrix = base.clone().requires_grad_(grad)
            try:
                calls = make(matrix.clone() if in_place else matrix)
            except Exception:  # no such argument in this dtype
                continue
            seen.extend(observe(Call(run, arguments, {})) for arguments in calls)
    found = [observation for observation in seen if observation is not None]
    if not found:
        return None
    record = derive(found, in_place)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for arguments in make(torch.rand(2, 2)):
            observation = observe(Call(run, arguments, {}))
            lower |= observation is not None and any(
                seen.dtype == "bfloat16" for seen in observation.results
            )
    if lower and not in_place:
        record["matmul"] = True
    return record


def _in_place(name: str) -> bool:
    return name.endswith("_") and not name.endswith("__")


def _correct(table: dict[str, Record], corrections: dict[str, exceptions.Correction]) -> None:
    for name, correction in corrections.items():
        changed = {**table.get(name, {}), **correction.change}
        table[name] = {key: value for key, value in changed.items() if value is not None}


def functions() -> dict[str, Record]:
    """The records of torch's functions by dotted name, in-place ones left out."""
    table: dict[str, Record] = {}
    for name, ops in named_entries().items():
        dotted = f"torch.{name}"
        if dotted in samples.FUNCTIONS or _in_place(name) or not callable(look_up(dotted)):
            continue
        known = None if name == ops[0].name else table.get(f"torch.{ops[0].name}")
        record = known or _measure(name, ops, None)
        if record is not None:
            table[dotted] = record
    for dotted, make in samples.FUNCTIONS.items():
        record = _measure_samples(look_up(dotted), make, _in_place(dotted))
        if record is not None:
            table[dotted] = record
    _correct(table, exceptions.FUNCTIONS)
    _spread(table)
    return table


def _spread(table: dict[str, Record]) -> None:
    """The same function under another name has the same record."""
    known = {look_up(dotted): record for dotted, record in table.items()}
    for space in NAMESPACES:
        for name in dir(space):
            value = getattr(space, name)
            dotted = f"{space.__name__}.{name}"
            if name.startswith("_") or isinstance(value, type) or not callable(value):
                continue
            if value in known:
                table.setdefault(dotted, known[value])


def methods() -> tuple[dict[str, Record], dict[str, Record]]:
    """The records of the methods of `torch.Tensor`, and of in-place functions by dotted name."""
    table: dict[str, Record] = {}
    in_place: dict[str, Record] = {}
    for name, make in samples.METHODS.items():
        record = _measure_samples(getattr(torch.Tensor, name), make, _in_place(name))
        if record is not None:
            table[name] = record
    for name, ops in named_entries().items():
        bare = name.removeprefix("nn.functional.")
        run = getattr(torch.Tensor, bare, None)
        if callable(run) and not _in_place(bare) and bare not in table:
            record = _measure(bare, ops, run)
            if record is not None:
                table[bare] = record
        _in_place_forms(table, in_place, bare, ops)
    _correct(table, exceptions.METHODS)
    return table, in_place


def _in_place_forms(
    table: dict[str, Record], functions: dict[str, Record], bare: str, ops: list[Any]
) -> None:
    name = bare if _in_place(bare) else f"{bare}_"
    record = table.get(name)
    for dotted, run in (
        (name, getattr(torch.Tensor, name, None)),
        (f"torch.{name}", getattr(torch, name, None)),
        (f"torch.nn.functional.{name}", getattr(torch.nn.functional, name, None)),
    ):
        if callable(run):
            record = record or _measure(name, ops, run, in_place=True)
            if record is not None:
                (functions if "." in dotted else table)[dotted] = record
