"""What the rules about making tensors share: how a site is named, and how its fix is written."""

from __future__ import annotations

import ast

from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.index.syntax import call_args
from flake8_tensorconv.knowledge.dtypes import LEGACY_CONSTRUCTORS
from flake8_tensorconv.lattice.values import Alternative, Array, Device, Tensor
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.rules.building import Given, attribute, keyword, method_call, name
from flake8_tensorconv.rules.record import Replacement
from flake8_tensorconv.source.findings import Applicability

#: Constructors that always copy what they are given.
COPYING = frozenset({"torch.tensor"})
#: Integer dtypes by the names of the casts to them.
WHOLE = {"long": "int64", "int64": "int64", "int": "int32", "int32": "int32"}
#: Constructors that leave memory where it is if nothing else is asked for.
SHARING = frozenset({"torch.from_numpy", "torch.as_tensor", "torch.asarray"})


def arrays(event: ToTensor) -> tuple[Array, ...]:
    """The arrays that the operand may be."""
    return tuple(each for each in event.given.alternatives if isinstance(each, Array))


def may_be_array(event: ToTensor) -> bool:
    """Is there nothing in any context that shows the operand to be something else?

    `torch.from_numpy` raises for all else, with a method called on it or without.
    """
    return event.via == "torch.from_numpy" or all(
        isinstance(each, Array) or _is_unknown(each) for each in event.elsewhere.alternatives
    )


def arrays_everywhere(event: ToTensor) -> tuple[Array, ...] | None:
    """The arrays that the operand is in all contexts; None if it may be anything else."""
    every = event.elsewhere.alternatives
    found = tuple(each for each in every if isinstance(each, Array))
    return found if len(found) == len(every) else None


def _is_unknown(each: Alternative) -> bool:
    return isinstance(each, Tensor) and not each.sure


def tensors(event: ToTensor) -> tuple[Tensor, ...] | None:
    """The tensors that the operand is; None if it may be something else."""
    found = tuple(t for t in event.given.tensors if t.sure)
    return found if found and len(found) == len(event.given.alternatives) else None


def is_expected(event: ToTensor, *exceptions: str) -> bool:
    """Does the program catch one of these exceptions, or all?"""
    return bool(event.caught & {*exceptions, "Exception", "BaseException", ""})


def stays_on_cpu(event: ToTensor) -> bool:
    """Is the tensor surely in the CPU's memory?"""
    return event.device in (None, Device.CPU)


def legacy_dtype(event: ToTensor) -> str | None:
    """The dtype that `torch.Tensor`, `torch.LongTensor` ... casts to; None for any other."""
    return LEGACY_CONSTRUCTORS.get(event.via.rpartition(".")[2]) if "." in event.via else None


def called(event: ToTensor) -> str:
    """The conversion as the file spells it: "`torch.from_numpy()`"."""
    return f"`{ast.unparse(event.call.func)}()`"


def dtype_reason(found: tuple[Array, ...]) -> Reason | None:
    """Why an array has its dtype."""
    return next((array.dtype_reason for array in found if array.dtype_reason), None)


# Fixes.


def with_method(
    event: ToTensor, method: str, *, safe: bool, args: tuple[Given, ...] = ()
) -> Replacement:
    """Call a method on the operand."""
    new = method_call(event.operand, method, *args)
    return Replacement(_applicability(safe), event.operand, new)


def with_function(event: ToTensor, function: str, *, safe: bool) -> Replacement | None:
    """Call another function of torch with the same arguments; None if torch has no name here."""
    if event.torch_name is None:
        return None
    new = attribute(name(event.torch_name), function)
    return Replacement(_applicability(safe), event.call.func, new)


def instead(event: ToTensor, new: ast.expr, *, safe: bool) -> Replacement:
    """Replace the whole call."""
    return Replacement(_applicability(safe), event.call, new)


def _applicability(safe: bool) -> Applicability:
    return Applicability.SAFE if safe else Applicability.UNSAFE


def keywords(event: ToTensor, known: tuple[str, ...]) -> dict[str, ast.keyword] | None:
    """The arguments besides the operand by name; None if there are others than these."""
    found: dict[str, ast.keyword] = {}
    for place, arg in enumerate(call_args(event.call)):
        if arg.value is event.operand and not arg.star:
            continue
        positional = ("", "dtype", "device")[place] if place < _POSITIONAL else ""
        named = arg.keyword if arg.keyword is not None else positional
        if arg.star or named not in known:
            return None
        found[named] = keyword(named, arg.value)
    return found


#: `torch.as_tensor(data, dtype, device)`.
_POSITIONAL = 3
