"""TNC401: `torch.Tensor(array)` and its like change the numbers, or take them for a size."""

from __future__ import annotations

import ast
import math

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.index.syntax import called_name, last_name
from flake8_tensorconv.knowledge.dtypes import is_complex, is_floating
from flake8_tensorconv.knowledge.numpy_dtypes import WITHOUT_TENSOR, is_foreign
from flake8_tensorconv.knowledge.numpy_functions import ROUNDING
from flake8_tensorconv.lattice.scalars import is_scalar
from flake8_tensorconv.lattice.values import Array, Plain
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import attribute, keyword, method_call, name
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty

#: Integers that the mantissa of no narrower float holds.
_WIDE = frozenset({"int32", "int64", "uint32", "uint64"})
#: The largest number up to which each dtype holds all integers.
_EXACT = {"float16": 2**11, "bfloat16": 2**8, "float32": 2**24}


def check(event: ToTensor, options: Options) -> Report | None:
    """Report a cast that loses what the array holds, and a number that becomes a size."""
    target = making.legacy_dtype(event)
    if target is None or len(event.call.args) != 1 or event.default_changes:
        return None
    if event.given.alternatives and all(map(is_scalar, event.given.alternatives)):
        return _scalar(event, target)
    if event.widened and (report := _widened(event, target)) is not None:
        return report
    for array in making.arrays(event):
        for dtype in sorted(array.dtype):
            loss = None if is_foreign(dtype) else _loss(dtype, target)
            if loss is not None and not _is_held(event, array, loss, target):
                message = (
                    f"{making.called(event)} casts an array of dtype {dtype} to {target} "
                    f"without a word: {loss}; {_advice(target)}"
                )
                reason = making.dtype_reason((array,))
                return Report(message, Certainty.PROVEN, reason, _fix(event, target))
    return None


def _is_held(event: ToTensor, array: Array, loss: str, target: str) -> bool:
    """Does the target hold all numbers, as far as they are spelled out?"""
    if loss == _FRACTIONS:
        return _is_whole(event, array) or (event.size is not None and event.size.whole)
    if target not in _EXACT or not loss.startswith(_ROUNDED):
        return False
    if (
        event.size is None or event.size.largest == math.inf
    ):  # most numbers are small: only who wants whole ones back may need them
        return event.followed not in making.WHOLE
    return event.size.largest <= _EXACT[target]


def _widened(event: ToTensor, target: str) -> Report | None:
    """`torch.Tensor(x).double()` of double precision: float32 is between."""
    rounded = [
        array
        for array in making.arrays(event)
        if "float64" in array.dtype and not _is_whole(event, array)
    ]
    certain = event.widened == "float64"
    if target != "float32" or not rounded or not (certain or event.via == "torch.Tensor"):
        return None
    reason = making.dtype_reason(tuple(rounded))
    problem = f"{making.called(event)} rounds an array of dtype float64 to float32"
    if certain:
        message = f"{problem} before it is made float64 again; use `torch.as_tensor(...)`"
        return Report(message, Certainty.PROVEN, reason, _fix(event, target))
    message = f"{problem} before it is cast to what may be float64; round it there, if at all"
    return Report(message, Certainty.POSSIBLE, reason, None)


def _scalar(event: ToTensor, target: str) -> Report | None:
    """A NumPy scalar: an integer is taken for a size, which may be what is meant."""
    scalars = [each for each in event.given.alternatives if isinstance(each, Plain)]
    dtypes = frozenset().union(*(each.dtype for each in scalars))
    refused = any(is_floating(each) or is_complex(each) or each == "bool" for each in dtypes)
    if not refused and _called(event.operand) in _TOTALS:
        return None
    message = (
        f"{making.called(event)} of a NumPy scalar, which is {_TAKEN[refused]}; "
        f"use `torch.tensor(..., dtype=torch.{target})`"
    )
    certainty = Certainty.PROVEN if refused else Certainty.POSSIBLE
    return Report(message, certainty, None, _fix(event, target))


def _is_whole(event: ToTensor, array: Array) -> bool:
    """May the numbers be whole, though their dtype is a floating one? Of `np.zeros(n)` they are."""
    made = array.dtype_reason.node if array.dtype_reason is not None else None
    nodes = [storage.node for storage in array.storages]
    if nodes and all(node is not made and not _copies(node) for node in nodes):
        made = None  # its dtype is that of something else
    return any(_called(node) in _WHOLE for node in (event.operand, made))


def _copies(node: ast.AST | None) -> bool:
    """Does it make a copy of the same dtype? `x[indices]` is one."""
    return isinstance(node, ast.Subscript) or _called(node) in _COPYING


def _called(node: ast.AST | None) -> str:
    """What is called, by the last part of its name; "" if it is no call."""
    if not isinstance(node, ast.Call):
        return ""
    return last_name(called_name(node))


#: Is the scalar refused?
_TAKEN = {True: "refused", False: "taken for a size, unless it is refused"}
#: What sizes are computed by.
_TOTALS = {"sum", "prod"}
_COPYING = {"copy", "ascontiguousarray", "asfortranarray"}
#: Functions of NumPy that give whole numbers, and arrays that are yet to be filled with any.
_WHOLE = {
    "zeros", "ones", "full", "empty", "zeros_like", "ones_like", "full_like", "empty_like", "eye",
    "identity", *ROUNDING,
}  # fmt: skip
_FRACTIONS = "fractions are cut off"
_ROUNDED = "integers above"


def _loss(dtype: str, target: str) -> str | None:
    """What gets lost on the way from one dtype to the other, if that does harm."""
    if dtype in WITHOUT_TENSOR or dtype == "?":
        return None
    if is_complex(dtype):
        return "imaginary parts are dropped"
    if target == "bool":
        return None
    if is_floating(dtype) and not is_floating(target):
        return _FRACTIONS
    if dtype in _WIDE and target in _EXACT:
        return f"{_ROUNDED} {_power(target)} are rounded"
    return None


def _power(target: str) -> str:
    return f"2**{_EXACT[target].bit_length() - 1}"


def _advice(target: str) -> str:
    return f"use `torch.as_tensor(...)`, or say so: `torch.tensor(..., dtype=torch.{target})`"


def _fix(event: ToTensor, target: str) -> Replacement | None:
    """Say what happens anyway, unless it is undone at once: which dtype was meant is not known."""
    if event.torch_name is None or ".cuda." in event.via:
        return None
    every = event.elsewhere.alternatives
    if not all(isinstance(each, Array) or is_scalar(each) for each in every):
        return None
    arrays = [each for each in every if isinstance(each, Array)]
    fresh = not any(array.dtype & {target, "?"} for array in arrays)
    torch = name(event.torch_name)
    named: ast.expr = attribute(torch, target)
    if event.via == "torch.Tensor":  # which makes what is the default, wherever that is set
        named = method_call(torch, "get_default_dtype")
    dtype = keyword("dtype", named)
    undone = (event.followed in making.WHOLE or bool(event.widened)) and target in _EXACT
    safe = fresh and len(arrays) == len(every) and not undone
    new = method_call(torch, "tensor", event.operand, *(() if undone else (dtype,)))
    return making.instead(event, new, safe=safe)


RULE = Rule(
    code="TNC401",
    name="legacy-constructor-cast",
    summary="`torch.Tensor(array)` or its like loses digits, or takes a number for a size",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.Tensor`, `torch.FloatTensor`, `torch.LongTensor` and the other classes that name a
dtype, called on an array whose numbers do not survive the cast: integers of 32 or 64 bits in a
float dtype, fractions in an integer dtype, complex numbers in a real one, and numbers of double
precision that are made float32 although they are cast to float64 later. Also reports a NumPy scalar
as their argument.

Numbers that the target holds exactly lose nothing: what is written out (`[[-1, 0], [0, 1]]`,
`np.zeros`, `np.eye`, `np.arange(n)`, a mask, the result of `argmax`) and is small enough is not
reported. Integers of which the file does not tell how large they are count only where whole numbers
are made of them again at once (`.long()`). Nor is `torch.Tensor` in a file that sets another
default dtype.

## Why is this bad?

These constructors cast without a word. `torch.Tensor(indices)` makes float32 numbers, which hold
integers up to 2**24 only: index 16,777,217 becomes 16,777,216, and `.long()` afterwards brings
nothing back. `torch.LongTensor(scores)` cuts fractions off. A NumPy integer is taken for a size:
`torch.Tensor(np.int64(3))` is a tensor of three uninitialised numbers, which is *possibly* what is
meant; a NumPy float or bool is refused. Nothing is said of `torch.Tensor(np.prod(shape))`.

A float64 array is rounded to float32 as well. That is what most programs want, and is not reported,
unless the tensor is cast once more to what is or may be float64: `torch.Tensor(a).double()` holds
twice as many digits, and half of them are wrong. A cast to the dtype of another tensor
(`.to(x)`, `.type_as(x)`, `.to(x.dtype)`) may do the same, and so may `module.double()` for what a
module converts in its own `_apply`; these are *possible* findings.

Nor do these constructors always copy: contrary to what is often read, `torch.Tensor` of a
float32 array *shares* its memory (as `torch.LongTensor` shares that of an int64 array). Measured
with torch 2.13: after `a = np.ones(3, dtype=np.float32); t = torch.Tensor(a); t[0] = 5`, `a[0]` is
5. If that does harm, TNC301 and TNC302 report it.

## Example

```python
import numpy as np
import torch

pixels = np.array([20_000_011, 20_000_013])
print(torch.Tensor(pixels).long())
```

## Use instead

```python
import numpy as np
import torch

pixels = np.array([20_000_011, 20_000_013])
print(torch.as_tensor(pixels))
```

## Fix safety

Where the result is cast back at once, as in `torch.Tensor(pixels).long()`, the detour is taken out:
`torch.tensor(pixels).long()`; so it is where float64 surely comes back. This is unsafe, as it
changes the numbers, on purpose. Where float64 only may come back there is no fix. Anywhere else
the fix writes down what happens: `torch.tensor(pixels, dtype=torch.float32)` for
`torch.FloatTensor(pixels)`, and `dtype=torch.get_default_dtype()` for `torch.Tensor`, which makes
what is the default wherever that is set, give the same numbers as before, for all to see. That is
safe where the array's dtype is known to be another one, and unsafe where the tensor may share
memory today, or where a scalar is taken for a size. If another dtype was meant, change it.

## References

- [`torch.Tensor`](https://docs.pytorch.org/docs/stable/tensors.html#torch.Tensor)
- [`torch.tensor`](https://docs.pytorch.org/docs/stable/generated/torch.tensor.html)
- [`torch.as_tensor`](https://docs.pytorch.org/docs/stable/generated/torch.as_tensor.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

pixels = np.array([20_000_011, 20_000_013])
index = torch.Tensor(pixels).long()  # <- TNC401
assert index.tolist() == pixels.tolist(), index.tolist()
""",
            fixed="""\
import numpy as np
import torch

pixels = np.array([20_000_011, 20_000_013])
index = torch.tensor(pixels).long()  # <- TNC401
assert index.tolist() == pixels.tolist(), index.tolist()
""",
            cpu="AssertionError: [20000012, 20000012]",
            accelerator="AssertionError: [20000012, 20000012]",
        ),
        Example(
            bad="""\
import numpy as np
import torch

nodes = np.linspace(0.0, 1.0, 4)
tensor = torch.Tensor(nodes).double()  # <- TNC401
assert tensor.tolist() == nodes.tolist(), tensor.tolist()
""",
            fixed="""\
import numpy as np
import torch

nodes = np.linspace(0.0, 1.0, 4)
tensor = torch.tensor(nodes).double()  # <- TNC401
assert tensor.tolist() == nodes.tolist(), tensor.tolist()
""",
            cpu="AssertionError: [0.0, 0.3333333432674408, 0.6666666865348816, 1.0]",
            accelerator="AssertionError: [0.0, 0.3333333432674408, 0.6666666865348816, 1.0]",
        ),
        Example(
            bad="""\
import numpy as np
import torch


class Quadrature(torch.nn.Module):
    def __init__(self, count):
        super().__init__()
        nodes, weights = np.polynomial.hermite.hermgauss(count)
        self.nodes = torch.Tensor(nodes)  # <- TNC401

    def _apply(self, fn):
        self.nodes = fn(self.nodes)
        return super()._apply(fn)


nodes = Quadrature(4).double().nodes
assert nodes.dtype == torch.float64 and nodes[0] == -1.6506801238857847, nodes[0].item()
""",
            fixed=None,
            cpu="AssertionError: -1.6506800651550293",
            accelerator="AssertionError: -1.6506800651550293",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

counts = np.arange(3)
print(torch.as_tensor(counts), torch.LongTensor(counts), torch.IntTensor(counts))
print(torch.Tensor(counts.astype(np.uint8)), torch.Tensor(3, 4).shape, torch.Tensor([0.5, 1.5]))
""",
        """\
import numpy as np
import torch

print(torch.Tensor(np.random.rand(3)), torch.FloatTensor(np.linspace(0.0, 1.0, 3)))
print(torch.Tensor(np.ones(3, dtype=np.float32)), torch.tensor(np.float64(3.0)))
""",
        """\
import numpy as np
import torch


def to_tensor(values):
    return torch.Tensor(values)


print(to_tensor([1, 2]), torch.BoolTensor(np.arange(2)), torch.DoubleTensor(np.arange(2)))
""",
    ),
    event=ToTensor,
    check=check,
)
