"""TNC205: `torch.Tensor(..., device="cuda")`."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.lattice.values import Array, Device
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import attribute, keyword, method_call, name
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report a constructor of CPU tensors that is asked for another device."""
    dtype = making.legacy_dtype(event)
    elsewhere = Device.ACCELERATOR | Device.META
    if dtype is None or ".cuda." in event.via or event.device is None:
        return None
    if not event.device & elsewhere or making.is_expected(event, "RuntimeError"):
        return None
    message = (
        f"{making.called(event)} makes tensors on the CPU and takes no other device; "
        f"use `torch.tensor(..., dtype=torch.{dtype}, device=...)`"
    )
    return Report(message, Certainty.PROVEN, None, _fix(event, dtype))


def _fix(event: ToTensor, dtype: str) -> Replacement | None:
    data = all(isinstance(each, Array) for each in event.elsewhere.alternatives)
    device = making.keywords(event, ("device",))
    if event.torch_name is None or not device or not (event.sequence or data):
        return None
    torch = name(event.torch_name)
    named = keyword("dtype", attribute(torch, dtype))
    new = method_call(torch, "tensor", event.operand, named, device["device"])
    return making.instead(event, new, safe=event.device == Device.ACCELERATOR)


LEGACY = "RuntimeError: legacy constructor expects device type: cpu"

RULE = Rule(
    code="TNC205",
    name="legacy-constructor-device",
    summary="`torch.Tensor`, `torch.FloatTensor` or its like is asked for another device",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.Tensor(data, device="cuda")`, and the same with `torch.FloatTensor`,
`torch.LongTensor` and the other classes that name a dtype.

## Why is this bad?

These constructors know the CPU only. They have a `device` parameter, but raise `RuntimeError:
legacy constructor expects device type: cpu but device type: cuda was passed` for any other device.

## Example

```python
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
scores = torch.Tensor(np.ones(3), device=device)
```

## Use instead

```python
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
scores = torch.tensor(np.ones(3), dtype=torch.float32, device=device)
```

## Fix safety

The fix is safe where the device is never the CPU, since the old code cannot have run. Where it may
be the CPU, it is unsafe: `torch.Tensor` shares the memory of a float32 array, `torch.tensor` copies
it. Where sizes are given instead of data, there is no fix; `torch.empty` is what is meant.

## References

- [`torch.Tensor`](https://docs.pytorch.org/docs/stable/tensors.html#torch.Tensor)
- [`torch.tensor`](https://docs.pytorch.org/docs/stable/generated/torch.tensor.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
print(torch.Tensor(np.ones(3), device=device))  # <- TNC205
""",
            fixed="""\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
print(torch.tensor(np.ones(3), dtype=torch.float32, device=device))  # <- TNC205
""",
            cpu=None,
            accelerator=LEGACY,
        ),
        Example(
            bad="""\
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print(torch.LongTensor([1, 2], device=device))  # <- TNC205
""",
            fixed="""\
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print(torch.tensor([1, 2], dtype=torch.int64, device=device))  # <- TNC205
""",
            cpu=None,
            accelerator=LEGACY,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
print(torch.Tensor(np.ones(3)).to(device), torch.tensor([1.0], device=device))
""",
        """\
import torch

print(torch.Tensor([1.0], device="cpu"), torch.FloatTensor(2, 3).shape)
""",
    ),
    event=ToTensor,
    check=check,
)
