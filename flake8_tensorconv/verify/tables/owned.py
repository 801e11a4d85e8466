"""Which parameters the layers of `torch.nn` have, by name, and which arguments leave them out."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from torch import nn

#: Arguments that say whether there are such parameters.
_SWITCHES = ("bias", "affine", "elementwise_affine")
#: The names that all instances of a class have, however they are made.
_NAMES = {"weight", "bias"}


def owned(cls: type[nn.Module], build: Callable[[], nn.Module]) -> dict[str, Any]:
    """The entries of a class in the table; none if its parameters have other names, or are nested.

    Args:
        cls: the class.
        build: makes an instance.
    """
    signature = list(inspect.signature(cls).parameters.values())
    switches = {
        parameter.name: place
        for place, parameter in enumerate(signature)
        if parameter.name in _SWITCHES and isinstance(parameter.default, bool)
    }
    names = _names(build, dict.fromkeys(switches, True))
    if not names or not names <= _NAMES:
        return {}
    found: dict[str, Any] = {"own": sorted(names, reverse=True)}
    for switch, place in switches.items():
        left = _names(build, dict.fromkeys(switches, True) | {switch: False})
        if left is not None and left < names:
            default = signature[place].default
            lost = sorted(names - left, reverse=True)
            found.setdefault("switches", {})[switch] = [place, default, lost]
    return found


def _names(build: Callable[[], nn.Module], switched: dict[str, bool]) -> set[str] | None:
    """The names of the parameters of an instance that is made so; None if it cannot be."""
    try:
        made = functools.partial(build, **switched)()
    except TypeError:  # the sample gives that argument by its place
        return None
    return {name for name, _ in made.named_parameters()}
