"""Which parameters the layers of `torch.nn` have, with how many axes, and which may be left out."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from torch import nn

#: Arguments that say whether there are such parameters.
_SWITCHES = ("bias", "affine", "elementwise_affine", "add_bias_kv", "head_bias")
#: What `RNN` and its kin, whose signatures do not tell, take by name, and what it is by default.
_UNTOLD = {"bias": True}
#: The names that all instances of a class have, however they are made.
_NAMES = {"weight", "bias"}
#: The argument whose length is the number of axes that all parameters have.
_SHAPE = "normalized_shape"


def owned(cls: type[nn.Module], build: Callable[[], nn.Module]) -> dict[str, Any]:
    """The entries of a class in the table; none if it has no parameters.

    Args:
        cls: the class.
        build: makes an instance.
    """
    signature = list(inspect.signature(cls).parameters.values())
    switches: dict[str, tuple[int | None, bool]] = {
        parameter.name: (place, parameter.default)
        for place, parameter in enumerate(signature)
        if parameter.name in _SWITCHES and isinstance(parameter.default, bool)
    }
    if any(each.kind is each.VAR_KEYWORD for each in signature):
        switches |= {name: (None, default) for name, default in _UNTOLD.items()}
    whole = _axes(build, dict.fromkeys(switches, True)) or _axes(build, {})
    if not whole:
        return {}
    named = whole.keys() <= _NAMES
    told = set(whole) if named else set(whole.values())
    found: dict[str, Any] = {"own": _by_name(whole)} if named else {"axes": sorted(told)}
    places = [each.name for each in signature]
    if named and _SHAPE in places:
        found["shape"] = places.index(_SHAPE)
    for switch, (place, default) in switches.items():
        left = _axes(build, dict.fromkeys(switches, True) | {switch: False})
        if left is not None:
            lost = told - (set(left) if named else set(left.values()))
            if lost:
                kept = [place, default, sorted(lost, reverse=True)]
                found.setdefault("switches", {})[switch] = kept
    return found


def _by_name(axes: dict[str, int]) -> dict[str, int]:
    """The weight first."""
    return dict(sorted(axes.items(), reverse=True))


def _axes(build: Callable[[], nn.Module], given: dict[str, bool]) -> dict[str, int] | None:
    """The axes of the parameters of an instance that is made so; None if it cannot be."""
    try:
        made = functools.partial(build, **given)()
    except TypeError:  # the sample gives that argument by its place
        return None
    return {name: parameter.dim() for name, parameter in made.named_parameters()}
