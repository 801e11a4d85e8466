"""Which calls share memory with what they are given, which copy, and which may do either.

The tests run every entry on the installed libraries; docs/shared-memory.md is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Direction(Enum):
    """What a call turns into what."""

    TO_TENSOR = "array -> tensor"
    TO_ARRAY = "tensor -> array"
    IN_TORCH = "within torch"
    IN_NUMPY = "within numpy"

    @property
    def operand(self) -> str:
        """What its calls are given: "a", an array, or "t", a CPU tensor."""
        return "a" if self in (Direction.TO_TENSOR, Direction.IN_NUMPY) else "t"


class Outcome(Enum):
    """Whether the result shows a later change of what the call was given."""

    SHARES = "shares"
    COPIES = "copies"
    DEPENDS = "depends"


@dataclass(frozen=True)
class SharingFact:
    """What is known of one call.

    Attributes:
        direction: what it turns into what.
        call: its source text, over the direction's operand.
        outcome: whether it shares memory.
        sharing: statements that make an operand with which it shares; empty if it never does.
        copying: statements that make an operand with which it copies; empty if it never does.
        depends: one sentence saying what decides; empty if nothing has to.
        note: another remark for the reader; may be empty.
    """

    direction: Direction
    call: str
    outcome: Outcome
    sharing: str = ""
    copying: str = ""
    depends: str = ""
    note: str = ""


_TO_TENSOR, _TO_ARRAY = Direction.TO_TENSOR, Direction.TO_ARRAY
_IN_TORCH, _IN_NUMPY = Direction.IN_TORCH, Direction.IN_NUMPY

_A = "a = np.ones((2, 3))"
_A32 = "a = np.ones((2, 3), dtype=np.float32)"
_A_INT = "a = np.ones((2, 3), dtype=np.int64)"
_A_TURNED = "a = np.ones((3, 2)).T"
_T = "t = torch.ones(2, 3)"
_T64 = "t = torch.ones(2, 3, dtype=torch.float64)"
_T_TURNED = "t = torch.ones(3, 2).T"
_T_CONJUGATED = "t = torch.ones(2, 3, dtype=torch.complex64).conj()"


def _shares(direction: Direction, call: str, note: str = "") -> SharingFact:
    setup = _A if direction.operand == "a" else _T
    return SharingFact(direction, call, Outcome.SHARES, sharing=setup, note=note)


def _copies(direction: Direction, call: str, note: str = "") -> SharingFact:
    setup = _A if direction.operand == "a" else _T
    return SharingFact(direction, call, Outcome.COPIES, copying=setup, note=note)


def _depends(
    direction: Direction, call: str, sharing: str, copying: str, depends: str
) -> SharingFact:
    return SharingFact(direction, call, Outcome.DEPENDS, sharing, copying, depends)


_NO_NEGATIVE = "Raises for negative strides, as in `a[::-1]`."
_FLOAT32 = "Shares if `a` is float32 already."
_FLOAT64_ARRAY = "Shares if `a` is float64 already."
_CONTIGUOUS = "Shares if the elements lie in order; a transposed one is copied."

FACTS = (
    _shares(_TO_TENSOR, "torch.from_numpy(a)", _NO_NEGATIVE),
    _shares(_TO_TENSOR, "torch.as_tensor(a)", _NO_NEGATIVE),
    _depends(_TO_TENSOR, "torch.as_tensor(a, dtype=torch.float32)", _A32, _A, _FLOAT32),
    _copies(_TO_TENSOR, "torch.as_tensor(a.tolist())", "A list has no memory to share."),
    _copies(_TO_TENSOR, "torch.as_tensor([a, a])", "Nor has a list of arrays."),
    _shares(_TO_TENSOR, "torch.asarray(a)", _NO_NEGATIVE),
    _depends(_TO_TENSOR, "torch.asarray(a, dtype=torch.float32)", _A32, _A, _FLOAT32),
    _copies(_TO_TENSOR, "torch.asarray(a, copy=True)"),
    _copies(_TO_TENSOR, "torch.tensor(a)", "Always, whatever the dtype."),
    _depends(
        _TO_TENSOR,
        "torch.Tensor(a)",
        _A32,
        _A,
        "Shares if `a` has torch's default dtype, which is float32 unless it was changed.",
    ),
    _depends(_TO_TENSOR, "torch.FloatTensor(a)", _A32, _A, _FLOAT32),
    _depends(_TO_TENSOR, "torch.DoubleTensor(a)", _A, _A32, _FLOAT64_ARRAY),
    _depends(_TO_TENSOR, "torch.LongTensor(a)", _A_INT, _A, "Shares if `a` is int64 already."),
    _shares(
        _TO_TENSOR,
        "torch.from_dlpack(a)",
        "Negative strides end the whole process in torch 2.13, without an exception.",
    ),
    _shares(
        _TO_TENSOR,
        "torch.frombuffer(a, dtype=torch.float64)",
        "Over `bytes`, too, which must not change.",
    ),
    _shares(_TO_TENSOR, "torch.nn.Parameter(torch.from_numpy(a))", "Training it changes `a`."),
    _depends(_TO_TENSOR, "torch.from_numpy(a).float()", _A32, _A, _FLOAT32),
    _depends(_TO_TENSOR, "torch.from_numpy(a).to(torch.float32)", _A32, _A, _FLOAT32),
    _depends(_TO_TENSOR, "torch.from_numpy(np.ascontiguousarray(a))", _A, _A_TURNED, _CONTIGUOUS),
    _copies(_TO_TENSOR, "torch.from_numpy(a.copy())", "Copies before."),
    _copies(_TO_TENSOR, "torch.from_numpy(a).clone()", "Copies after. The rules' fixes do this."),
    _copies(_TO_TENSOR, "torch.stack([torch.from_numpy(a)])", "Even a single tensor."),
    _copies(_TO_TENSOR, "torch.cat([torch.from_numpy(a)])", "Even a single tensor."),
    _copies(
        _TO_TENSOR,
        "torch.empty(2, 3).copy_(torch.from_numpy(a))",
        "Into memory that is there already.",
    ),
    _shares(
        _TO_TENSOR,
        "torch.utils.data.default_convert(a)",
        "A `DataLoader` with `batch_size=None` does this.",
    ),
    _copies(_TO_TENSOR, "torch.utils.data.default_collate([a, a])", "A `DataLoader` does this."),
    _shares(_TO_ARRAY, "t.numpy()", "Raises if `t` requires grad."),
    _shares(_TO_ARRAY, "t.detach().numpy()", "Detaching copies nothing."),
    _shares(_TO_ARRAY, "t.cpu().numpy()", "From an accelerator, `.cpu()` copies."),
    _depends(
        _TO_ARRAY,
        "t.numpy(force=True)",
        _T,
        _T_CONJUGATED,
        "Copies from an accelerator, and if `t` is lazily conjugated or negated.",
    ),
    _shares(_TO_ARRAY, "np.asarray(t)"),
    _depends(
        _TO_ARRAY,
        "np.asarray(t, dtype=np.float64)",
        _T64,
        _T,
        "Shares if `t` is float64 already.",
    ),
    _copies(_TO_ARRAY, "np.array(t)"),
    _shares(
        _TO_ARRAY,
        "np.array(t, copy=None)",
        "Since NumPy 2; `copy=False` raises a `ValueError` there.",
    ),
    _depends(_TO_ARRAY, "np.ascontiguousarray(t)", _T, _T_TURNED, _CONTIGUOUS),
    _shares(_TO_ARRAY, "np.from_dlpack(t)"),
    _depends(_TO_ARRAY, "t.float().numpy()", _T, _T64, "Shares if `t` is float32 already."),
    _copies(_TO_ARRAY, "t.clone().numpy()", "Copies before."),
    _copies(_TO_ARRAY, "t.numpy().copy()", "Copies after. The rules' fixes do this."),
    _copies(_TO_ARRAY, "t.numpy().astype(np.float32)", "`astype` copies for the same dtype, too."),
    _copies(_TO_ARRAY, "np.stack([t, t])"),
    _copies(_TO_ARRAY, "t.tolist()", "Plain Python numbers."),
    _shares(_IN_TORCH, "t[1:]"),
    _shares(_IN_TORCH, "t[0]", "An integer gives a view as a slice does."),
    _copies(_IN_TORCH, "t[[0, 1]]", "A list of indices; so does a tensor of them."),
    _copies(_IN_TORCH, "t[t > 0]", "A mask."),
    _shares(_IN_TORCH, "t.view(-1)", "Raises where it would have to copy."),
    _depends(_IN_TORCH, "t.reshape(-1)", _T, _T_TURNED, _CONTIGUOUS),
    _depends(_IN_TORCH, "t.flatten()", _T, _T_TURNED, _CONTIGUOUS),
    _depends(_IN_TORCH, "t.contiguous()", _T, _T_TURNED, _CONTIGUOUS),
    _shares(_IN_TORCH, "t.T"),
    _shares(_IN_TORCH, "t.squeeze()"),
    _shares(_IN_TORCH, "t.expand(2, 2, 3)", "One element is seen at several places."),
    _copies(_IN_TORCH, "t.repeat(2, 1)"),
    _copies(_IN_TORCH, "t.flip(0)", "`np.flip` gives a view."),
    _depends(
        _IN_TORCH, "t.to(torch.float32)", _T, _T64, "The same tensor if `t` is float32 already."
    ),
    _depends(_IN_TORCH, "t.float()", _T, _T64, "The same tensor if `t` is float32 already."),
    _copies(_IN_TORCH, "t.to(torch.float32, copy=True)"),
    _shares(_IN_TORCH, "t.cpu()", "The same tensor if it is on the CPU already."),
    _shares(_IN_TORCH, "t.detach()", "Only the gradient is cut off."),
    _shares(_IN_TORCH, "t.data"),
    _copies(_IN_TORCH, "t.clone()"),
    _copies(_IN_TORCH, "torch.tensor(t)", "With a warning; `t.detach().clone()` says it better."),
    _shares(_IN_TORCH, "torch.as_tensor(t)", "The same tensor."),
    _shares(_IN_TORCH, "torch.Tensor(t)", "For every dtype: it casts arrays, but no tensors."),
    _copies(_IN_TORCH, "torch.cat([t])", "Even a single tensor."),
    _shares(
        _IN_TORCH,
        "torch.nn.functional.dropout(t, training=False)",
        "Does nothing, so it copies nothing. So does `nn.Identity`.",
    ),
    _copies(_IN_TORCH, "t + 0", "So does whatever computes."),
    _shares(_IN_NUMPY, "a[1:]"),
    _shares(_IN_NUMPY, "a[::-1]", "torch takes no such array."),
    _copies(_IN_NUMPY, "a[[0, 1]]", "A list of indices; so does an array of them."),
    _copies(_IN_NUMPY, "a[a > 0]", "A mask."),
    _depends(_IN_NUMPY, "a.reshape(-1)", _A, _A_TURNED, _CONTIGUOUS),
    _depends(_IN_NUMPY, "a.ravel()", _A, _A_TURNED, _CONTIGUOUS),
    _copies(_IN_NUMPY, "a.flatten()", "Always, unlike the method of tensors."),
    _depends(_IN_NUMPY, "np.ascontiguousarray(a)", _A, _A_TURNED, _CONTIGUOUS),
    _shares(_IN_NUMPY, "a.T"),
    _shares(_IN_NUMPY, "np.broadcast_to(a, (2, 2, 3))", "Read-only."),
    _copies(_IN_NUMPY, "a.astype(np.float64)", "For the same dtype, too."),
    _depends(_IN_NUMPY, "a.astype(np.float64, copy=False)", _A, _A32, _FLOAT64_ARRAY),
    _shares(_IN_NUMPY, "np.asarray(a)", "The same array."),
    _depends(_IN_NUMPY, "np.asarray(a, dtype=np.float64)", _A, _A32, _FLOAT64_ARRAY),
    _copies(_IN_NUMPY, "np.array(a)"),
    _copies(_IN_NUMPY, "a.copy()"),
    _copies(_IN_NUMPY, "np.concatenate([a])", "Even a single array."),
    _copies(_IN_NUMPY, "a + 0", "So does whatever computes."),
)
