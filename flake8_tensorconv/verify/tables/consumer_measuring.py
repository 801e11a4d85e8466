"""Measures which arguments of a function are read through `Tensor.__array__`."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import numpy as np
import torch

Record = dict[str, str]
Make = Callable[[], Callable[..., Any]]

_REFUSED = "Can't call numpy() on Tensor that requires grad"


@dataclass(frozen=True)
class Call:
    """Arguments with which a function works when those that are arrays are arrays."""

    positional: tuple[Any, ...]
    keywords: Mapping[str, Any] = field(default_factory=dict)


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a function, as far as they are known."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def run(make: Make, call: Call) -> Any:
    """Call the function quietly, with copies of the arguments.

    Raises:
        Exception: whatever the function raises.
    """
    quiet = io.StringIO()
    positional, keywords = copy.deepcopy((call.positional, dict(call.keywords)))
    with contextlib.redirect_stdout(quiet), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make()(*positional, **keywords)


def works(make: Make, call: Call) -> bool:
    """Does the call work?"""
    try:
        run(make, call)
    except Exception:
        return False
    return True


@contextlib.contextmanager
def _refusing(arrays: bool) -> Iterator[None]:
    """No tensor can be converted; for integers, which cannot require grad."""
    if not arrays:
        yield
        return

    def refuse(tensor: torch.Tensor, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError(_REFUSED)

    with mock.patch.object(torch.Tensor, "__array__", refuse):
        yield


def _refuses(make: Make, call: Call, patched: bool) -> bool:
    """Does the call fail because a tensor cannot be converted?"""
    try:
        with _refusing(patched):
            run(make, call)
    except Exception as error:
        chain: BaseException | None = error
        while chain is not None:
            if _REFUSED in str(chain):
                return True
            chain = chain.__cause__ or chain.__context__
    return False


def _forms(array: np.ndarray[Any, Any], grad: bool) -> dict[str, Any]:
    def tensor(part: np.ndarray[Any, Any]) -> torch.Tensor:
        return torch.tensor(part).requires_grad_(grad)

    forms: dict[str, Any] = {"tensor": tensor(array)}
    if array.ndim:
        forms["list"] = [tensor(row) for row in array]
        forms["dict"] = {"a": tensor(array.reshape(len(array), -1)[:, 0])}
    return forms


def _with(call: Call, place: int | str, given: Any) -> Call:
    if isinstance(place, str):
        return Call(call.positional, {**call.keywords, place: given})
    before, after = call.positional[:place], call.positional[place + 1 :]
    return Call((*before, given, *after), call.keywords)


def _read_as(make: Make, call: Call, place: int | str, array: np.ndarray[Any, Any]) -> str:
    """The forms in which tensors at this place are read, "tensor list"; "" for none."""
    floating = array.dtype.kind in "fc"
    if array.dtype.kind not in "fcbiu":
        return ""
    plain, refused = _forms(array, False), _forms(array, floating)
    return " ".join(
        form
        for form in plain
        if works(make, _with(call, place, plain[form]))
        and _refuses(make, _with(call, place, refused[form]), not floating)
    )


def measure(make: Make, call: Call, extra: Mapping[str, Any]) -> Record:
    """The record of a function.

    Args:
        make: gives the function, anew for each call where calls change its object.
        call: arguments that work.
        extra: values to try for optional parameters, by name.
    """
    known = parameters(make())
    places = [p for p in known if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    open_end = any(p.kind is p.VAR_POSITIONAL for p in known)
    by_position = {p.name: f"{i}:{p.name}" for i, p in enumerate(places)}
    record: Record = {}
    for position, given in enumerate(call.positional):
        forms = _read_as(make, call, position, given) if isinstance(given, np.ndarray) else ""
        if not forms:
            continue
        if position >= len(places):
            record["*" if open_end and not places else f"{position}:"] = forms
        elif places[position].kind is inspect.Parameter.POSITIONAL_ONLY:
            record[f"{position}:"] = forms
        else:
            record[f"{position}:{places[position].name}"] = forms
    taken = {p.name for p in places[: len(call.positional)]}
    named = {p.name: extra[p.name] for p in known if p.name in extra and p.name not in taken}
    for name, given in {**named, **call.keywords}.items():
        if not isinstance(given, np.ndarray) or not works(make, _with(call, name, given)):
            continue
        forms = _read_as(make, call, name, given)
        has_parameter = any(p.name == name for p in known)
        if forms:
            varies = not has_parameter and any(p.name == "kwargs" for p in known)
            assignments = varies and name.startswith("new_")
            record["**" if assignments else by_position.get(name, name)] = forms
    return record
