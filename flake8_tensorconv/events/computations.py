"""What the rules see of computing with tensors: what does not fit, and where gradients end."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from flake8_tensorconv.index.syntax import At
from flake8_tensorconv.lattice.values import Grad, Tensor
from flake8_tensorconv.locations.provenance import Reason


@dataclass(frozen=True)
class DtypeClash:
    """A tensor meets parameters or another tensor of a different dtype, where torch wants one.

    Attributes:
        call, at, operand: the computation, its name, and the expression of the tensor.
        reason: where the tensor comes from.
        expected: the dtype that the others have.
        other: where one of those comes from.
        met: where the tensor met the others, if torch refuses that only now, in `backward()`.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    reason: Reason | None
    expected: str
    other: Reason | None
    met: ast.expr | None = None


@dataclass(frozen=True)
class IndexDtype:
    """Positions, classes or targets are of a dtype that a function of torch refuses.

    Attributes:
        call, at, operand, via: as in `events.ToNumpy`.
        tensor: the positions.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    via: str
    tensor: Tensor


@dataclass(frozen=True)
class DeviceClash:
    """A tensor on the CPU meets parameters or another tensor on an accelerator.

    Attributes:
        call, at, operand: the computation, its name, and the expression of one of the two.
        guest: what is on an accelerator.
        host: what is on the CPU.
        host_node, guest_node: the expressions of both; None stands for the parameters of the
            module that is called.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    guest: Tensor
    host: Tensor
    host_node: ast.expr | None
    guest_node: ast.expr | None


@dataclass(frozen=True)
class Detour:
    """A tensor is detached in a way that is worse than another with the same result.

    Attributes:
        call: the detaching expression: `x.cpu().detach()`, or `x.data` in `x.data.numpy()`.
        at: the name that a finding points at.
        operand: the tensor, before any of it.
        via: "data" or "cpu".
        tensors: what the operand may be, as far as it may be a tensor.
        mixed: it may also be something else.
        grad_mode: is recording on?
    """

    call: ast.expr
    at: At
    operand: ast.expr
    via: str
    tensors: tuple[Tensor, ...]
    mixed: bool
    grad_mode: Grad


@dataclass(frozen=True)
class GradientCut:
    """A tensor that requires grad is converted or copied, and a gradient is expected behind it.

    Attributes:
        call, at, operand: the conversion, its name, and the tensor.
        use: where the gradient is missing.
        loss: what has no gradient there is what is minimised.
        listed: the operand is a list of tensors.
    """

    call: ast.expr
    at: At
    operand: ast.expr
    use: Reason
    loss: bool = False
    listed: bool = False


@dataclass(frozen=True)
class AcceleratorNamed:
    """An accelerator is asked for by name, in a file that never asks whether there is one.

    Attributes:
        call, at, operand: the call, the name of what is called, and what it is called on.
        device: the device, as it is named.
    """

    call: ast.Call
    at: At
    operand: ast.expr
    device: str
