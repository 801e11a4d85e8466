"""TNC303: a tensor over memory that NumPy holds read-only."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.lattice.values import Array, ArrayLayout, Constant, Plain
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import call, name
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report a tensor that can write where nobody may."""
    if event.via == "torch.frombuffer":
        return _of_bytes(event)
    bad = [
        array
        for array in making.arrays(event)
        if array.layout & ArrayLayout.READ_ONLY and _shares(event, array)
    ]
    if not bad:
        return None
    message = (
        f"{making.called(event)} makes a writable tensor over read-only memory; "
        "call `.copy()` on the array first"
    )
    return Report(message, Certainty.PROVEN, bad[0].layout_reason, _fix(event))


def _of_bytes(event: ToTensor) -> Report | None:
    frozen = [
        isinstance(each, Constant | Plain) and _is_bytes(each) for each in event.given.alternatives
    ]
    if not frozen or not all(frozen):
        return None
    message = (
        f"{making.called(event)} makes a writable tensor over a bytes object; "
        "copy it: `bytearray(...)`"
    )
    copied = call(name("bytearray"), event.operand)
    fix = Replacement(Applicability.SAFE, event.operand, copied)
    return Report(message, Certainty.PROVEN, None, fix)


def _is_bytes(each: Constant | Plain) -> bool:
    # A buffer is never a str.
    return isinstance(each.value, bytes) if isinstance(each, Constant) else each.what == "str"


def _shares(event: ToTensor, array: Array) -> bool:
    """Does the tensor surely lie in the array's memory?"""
    if event.copies or not making.stays_on_cpu(event):
        return False
    legacy = making.legacy_dtype(event)
    if legacy is not None:
        return array.dtype == {legacy} and ".cuda." not in event.via
    if event.via not in making.SHARING:
        return False
    return event.dtype is None or (event.dtype == array.dtype and len(event.dtype) == 1)


def _fix(event: ToTensor) -> Replacement | None:
    if not making.may_be_array(event):
        return None
    every = making.arrays_everywhere(event)
    surely = every is not None and not any(a.layout & ArrayLayout.PLAIN for a in every)
    return making.with_method(event, "copy", safe=surely)


WARNING = "UserWarning: The given NumPy array is not writable"

RULE = Rule(
    code="TNC303",
    name="read-only-memory",
    summary="a tensor is made over memory that NumPy holds read-only",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.from_numpy`, `torch.as_tensor`, `torch.asarray`, `torch.Tensor` (of float32) and
`torch.frombuffer` over read-only memory: that of a `bytes` object (`np.frombuffer`), of
`np.broadcast_to`, `np.diagonal` or a sliding window, of a file mapped with mode `"r"`, of an image
of Pillow seen through `np.asarray`, and of an array whose `writeable` flag is switched off.

## Why is this bad?

Tensors know no read-only memory. Whoever writes to the tensor writes to the memory regardless:
constants change, all elements of a broadcast change together, and a mapped file raises no exception
but kills the process. torch warns once in a process: "The given NumPy array is not writable".

## Example

```python
import numpy as np
import torch

pixels = np.frombuffer(bytes(4), dtype=np.uint8)
print(torch.from_numpy(pixels))
```

## Use instead

```python
import numpy as np
import torch

pixels = np.frombuffer(bytes(4), dtype=np.uint8)
print(torch.from_numpy(pixels.copy()))
```

## Fix safety

The fix is safe where only read-only arrays arrive. Where a writable array may arrive as well, it is
unsafe: the tensor would no longer share that one's memory.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [`torch.frombuffer`](https://docs.pytorch.org/docs/stable/generated/torch.frombuffer.html)
- [`numpy.frombuffer`](https://numpy.org/doc/stable/reference/generated/numpy.frombuffer.html)
- [`numpy.ndarray.setflags`](https://numpy.org/doc/stable/reference/generated/numpy.ndarray.setflags.html)
""",
    examples=(
        Example(
            bad="""\
import warnings

import numpy as np
import torch

warnings.simplefilter("error")
torch.set_warn_always(True)
pixels = np.frombuffer(bytes(4), dtype=np.uint8)
print(torch.from_numpy(pixels.reshape(2, 2)))  # <- TNC303
""",
            fixed="""\
import warnings

import numpy as np
import torch

warnings.simplefilter("error")
torch.set_warn_always(True)
pixels = np.frombuffer(bytes(4), dtype=np.uint8)
print(torch.from_numpy(pixels.reshape(2, 2).copy()))  # <- TNC303
""",
            cpu=WARNING,
            accelerator=WARNING,
        ),
        Example(
            bad="""\
import numpy as np
import torch

weights = torch.as_tensor(np.broadcast_to(np.zeros(1), (3,)))  # <- TNC303
weights[0] = 1.0
assert weights.tolist() == [1.0, 0.0, 0.0], weights.tolist()
""",
            fixed="""\
import numpy as np
import torch

weights = torch.as_tensor(np.broadcast_to(np.zeros(1), (3,)).copy())  # <- TNC303
weights[0] = 1.0
assert weights.tolist() == [1.0, 0.0, 0.0], weights.tolist()
""",
            cpu="AssertionError: [1.0, 1.0, 1.0]",
            accelerator="AssertionError: [1.0, 1.0, 1.0]",
        ),
        Example(
            bad="""\
import torch

header = bytes([97, 98])
codes = torch.frombuffer(header, dtype=torch.uint8)  # <- TNC303
codes[0] = 90
assert list(header) == [97, 98], list(header)
""",
            fixed="""\
import torch

header = bytes([97, 98])
codes = torch.frombuffer(bytearray(header), dtype=torch.uint8)  # <- TNC303
codes[0] = 90
assert list(header) == [97, 98], list(header)
""",
            cpu="AssertionError: [90, 98]",
            accelerator="AssertionError: [90, 98]",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

raw = bytes(4)
print(torch.from_numpy(np.frombuffer(bytearray(raw), dtype=np.uint8)))
print(torch.from_numpy(np.frombuffer(raw, dtype=np.uint8).copy()))
print(torch.frombuffer(bytearray(raw), dtype=torch.uint8))
""",
        """\
import numpy as np
import torch

ones = np.broadcast_to(np.ones(1), (3,))
print(torch.tensor(ones), torch.from_numpy(ones + 1), torch.Tensor(ones))
print(torch.as_tensor(ones, dtype=torch.float32), torch.from_numpy(np.array(ones)))
""",
        """\
import numpy as np
import torch


def window(values: np.ndarray):
    return torch.from_numpy(values[1:3])


print(window(np.arange(5)), torch.from_numpy(np.diag(np.ones(2))))
""",
    ),
    event=ToTensor,
    check=check,
)
