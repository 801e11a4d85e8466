"""TNC601: an accelerator is asked for, and nothing in the file asks whether there is one."""

from __future__ import annotations

from flake8_tensorconv.config import DevicePolicy, Options
from flake8_tensorconv.events.computations import AcceleratorNamed
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Certainty


def check(event: AcceleratorNamed, options: Options) -> Report | None:
    """Report a device that not every machine has."""
    if options.device is DevicePolicy.CPU:
        return None
    message = (
        f"the device {event.device!r} is used whether or not there is one; choose it by "
        "`torch.accelerator.is_available()` or `torch.cuda.is_available()`"
    )
    return Report(message, Certainty.POSSIBLE, None, None)


RULE = Rule(
    code="TNC601",
    name="unguarded-accelerator",
    summary='`.cuda()`, `.to("cuda")` or `device="cuda"` where nothing asks if there is one',
    certainty=Certainty.POSSIBLE,
    default=False,
    fixes=None,
    min_torch=None,
    doc="""\
## What it does

Reports `.cuda()`, `.to("cuda")`, `device="cuda"` and `torch.device("cuda")`, and the same of other
accelerators, in a file in which nothing asks whether there is one: no `is_available()`, no
`device_count()`. A device that is chosen by a condition, read from an option or handed in is not
reported.

## Why is this bad?

On a machine without the device the line raises: "Torch not compiled with CUDA enabled" with a CPU
build of torch, "Found no NVIDIA driver" with another. A script that only its author runs may well
insist on a GPU, so the rule is off unless it is selected; examples, libraries and tests had better
run anywhere.

## Example

```python
import torch

model = torch.nn.Linear(3, 1).to("cuda")
```

## Use instead

```python
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
model = torch.nn.Linear(3, 1).to(device)
```

## Fix safety

There is no fix: where the device should be chosen, and what else depends on it, the line does not
tell.

## References

- [`torch.cuda.is_available`](https://docs.pytorch.org/docs/stable/generated/torch.cuda.is_available.html)
- [`torch.accelerator.is_available`](https://docs.pytorch.org/docs/stable/generated/torch.accelerator.is_available.html)
""",
    examples=(
        Example(
            bad="""\
import torch

model = torch.nn.Linear(3, 1).to("cuda")  # <- TNC601
print(type(model).__name__)
""",
            fixed=None,
            cpu="AssertionError: Torch not compiled with CUDA enabled",
            accelerator=None,
            otherwise="RuntimeError: Found no NVIDIA driver on your system",
        ),
        Example(
            bad="""\
import torch

weights = torch.ones(3, device="cuda")  # <- TNC601
print(weights.cpu().sum().item())
""",
            fixed=None,
            cpu="AssertionError: Torch not compiled with CUDA enabled",
            accelerator=None,
            otherwise="RuntimeError: Found no NVIDIA driver on your system",
        ),
    ),
    silent=(
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
print(torch.nn.Linear(3, 1).to(device)(torch.ones(1, 3, device=device)).shape)
""",
        """\
import os

import torch

device = torch.device(os.environ.get("EXAMPLE_DEVICE", "cpu"))
print(torch.ones(3).to(device).sum().item())
""",
        """\
import torch

weights = torch.ones(3)
if torch.cuda.is_available():
    weights = weights.cuda()
print(weights.sum().item())
""",
    ),
    event=AcceleratorNamed,
    check=check,
)
