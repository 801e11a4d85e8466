"""TNC501: `torch.tensor(tensor)`."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import chained, method_call
from flake8_tensorconv.rules.chains import missing
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report a tensor that is copied as if it were data."""
    if event.via != "torch.tensor":
        return None
    if making.tensors(event) is not None:
        message = (
            f"{making.called(event)} of a tensor, about which torch warns; "
            "use `.detach().clone()` instead"
        )
        return Report(message, Certainty.PROVEN, None, _fix(event))
    if event.rebound:
        message = (
            f"{making.called(event)} of what is a tensor already on one path, about which torch "
            "warns; leave that as it is"
        )
        return Report(message, Certainty.PROVEN, None, None)
    return None


def _fix(event: ToTensor) -> Replacement | None:
    every = event.elsewhere
    asked = making.keywords(event, ("dtype", "device", "requires_grad"))
    if asked is None or len(every.tensors) < len(every.alternatives):
        return None
    new = chained(event.operand, *missing(event.operand, ("detach", "clone")))
    placed = [given for name, given in asked.items() if name != "requires_grad"]
    if placed:
        new = method_call(new, "to", *placed)
    if "requires_grad" in asked:
        new = method_call(new, "requires_grad_", asked["requires_grad"].value)
    return making.instead(event, new, safe=every.is_tensor)


WARNING = "UserWarning: To copy construct from a tensor"

RULE = Rule(
    code="TNC501",
    name="copy-construct",
    summary="`torch.tensor` of a tensor, about which torch warns",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.tensor(x)` where `x` is a tensor already, also if that is so on one path only: after
`if scaled: x = torch.tensor(x) / 2`.

## Why is this bad?

`torch.tensor` is made for Python data. Of a tensor it makes a copy that is cut off from the graph,
and torch warns each time: "To copy construct from a tensor, it is recommended to use
sourceTensor.detach().clone()". The warning is about the reader: nobody can tell whether the copy
and the cut are meant.

## Example

```python
import warnings

import torch

warnings.simplefilter("error")
signal = torch.ones(3)
padded = torch.tensor(signal, dtype=torch.float64)
```

## Use instead

```python
import warnings

import torch

warnings.simplefilter("error")
signal = torch.ones(3)
padded = signal.detach().clone().to(dtype=torch.float64)
```

## Fix safety

The fix is safe: dtype, device and `requires_grad` are kept, the numbers and the missing graph as
well. It is unsafe where something else than a tensor may arrive in another call.

## References

- [`torch.tensor`](https://docs.pytorch.org/docs/stable/generated/torch.tensor.html)
- [`torch.Tensor.detach`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html)
- [`torch.Tensor.clone`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.clone.html)
""",
    examples=(
        Example(
            bad="""\
import warnings

import torch

warnings.simplefilter("error")
signal = torch.ones(3)
print(torch.tensor(signal, dtype=torch.float64))  # <- TNC501
""",
            fixed="""\
import warnings

import torch

warnings.simplefilter("error")
signal = torch.ones(3)
print(signal.detach().clone().to(dtype=torch.float64))  # <- TNC501
""",
            cpu=WARNING,
            accelerator=WARNING,
        ),
        Example(
            bad="""\
import warnings

import torch

warnings.simplefilter("error")
starts = [torch.tensor(row, requires_grad=True) for row in torch.zeros(2, 3)]  # <- TNC501
print(starts)
""",
            fixed="""\
import warnings

import torch

warnings.simplefilter("error")
starts = [row.detach().clone().requires_grad_(True) for row in torch.zeros(2, 3)]  # <- TNC501
print(starts)
""",
            cpu=WARNING,
            accelerator=WARNING,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

signal = np.ones(3)
print(torch.tensor(signal), torch.tensor([1.0]), torch.tensor(signal.sum()))
print(torch.as_tensor(torch.ones(3)), torch.ones(3).clone())
""",
        """\
import torch


def to_tensor(values):
    if not torch.is_tensor(values):
        values = torch.tensor(values)
    return values


print(to_tensor(torch.ones(3)), to_tensor([1.0]), torch.tensor(torch.ones(3).tolist()))
""",
    ),
    event=ToTensor,
    check=check,
)
