"""TNC111: a tensor that needs no detach but may be on an accelerator is made an array."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToNumpy
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToNumpy, options: Options) -> Report | None:
    """Report a conversion where the gradient is settled and the device is not."""
    if not guards.is_explicit(event) or guards.grad_state(event) is not guards.State.SAFE:
        return None
    if event.blind or guards.device_state(event, options) is not guards.State.MAYBE:
        return None
    problem = "that may be on an accelerator"
    return Report(
        f"{guards.describe(event, problem, problem)}; {guards.advice(event, options, ('cpu',))}",
        Certainty.POSSIBLE,
        guards.device_reason(event),
        guards.guard(event, options, ("cpu",)),
        guards.claim(event, problem, problem),
    )


RAISES = "TypeError: can't convert cuda:0 device type tensor to numpy."

RULE = Rule(
    code="TNC111",
    name="detached-maybe-off-cpu",
    summary="`.numpy()` after `.detach()` or under `no_grad`, on a tensor of unknown device",
    certainty=Certainty.POSSIBLE,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `.numpy()` on a tensor that is detached (or converted while no gradients are recorded, or of
a dtype that has none), if nothing in the file says on which device it is. `np.asarray`, `np.stack`
and their like are reported as well, where they are given tensors and nothing else. Of what is from
where the file shows nothing, this rule says nothing, as [TNC110](TNC110.md).

## Why is this bad?

Whoever wrote `.detach().numpy()` thought of one of the two ways in which the conversion fails.
A tensor on an accelerator raises `TypeError: can't convert cuda:0 device type tensor to numpy`,
and tests on a machine without one do not show it.

## Example

```python
import torch


def to_image(frame: torch.Tensor):
    return frame.detach().permute(1, 2, 0).numpy()
```

## Use instead

```python
import torch


def to_image(frame: torch.Tensor):
    return frame.detach().permute(1, 2, 0).cpu().numpy()
```

## Fix safety

Safe where the receiver is known to be a torch tensor: `.cpu()` returns a tensor on the CPU as it
is. Unsafe where its type is unknown. With the option `device = cpu` this rule is silent.

## References

- [`torch.Tensor.cpu`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.cpu.html)
- [`torch.Tensor.numpy`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.numpy.html)
- [pytorch/pytorch#20778](https://github.com/pytorch/pytorch/issues/20778), on
  `.detach().cpu().numpy()`
""",
    examples=(
        Example(
            bad="""\
from concurrent.futures import ThreadPoolExecutor

import torch


def to_array(frame: torch.Tensor):
    return frame.detach().numpy()  # <- TNC111


device = "cuda" if torch.cuda.is_available() else "cpu"
with ThreadPoolExecutor() as pool:
    frame = torch.zeros(2, 2, device=device)
    print(pool.submit(to_array, frame).result())
""",
            fixed="""\
from concurrent.futures import ThreadPoolExecutor

import torch


def to_array(frame: torch.Tensor):
    return frame.detach().cpu().numpy()  # <- TNC111


device = "cuda" if torch.cuda.is_available() else "cpu"
with ThreadPoolExecutor() as pool:
    frame = torch.zeros(2, 2, device=device)
    print(pool.submit(to_array, frame).result())
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch


def to_image(frame: torch.Tensor):
    return frame.detach().permute(1, 2, 0).numpy()  # <- TNC111
""",
            fixed="""\
import torch


def to_image(frame: torch.Tensor):
    return frame.detach().permute(1, 2, 0).cpu().numpy()  # <- TNC111
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import torch


@torch.no_grad()
def predict(model: torch.nn.Module, batch: torch.Tensor):
    return model(batch).argmax(dim=1).numpy()  # <- TNC111
""",
            fixed="""\
import torch


@torch.no_grad()
def predict(model: torch.nn.Module, batch: torch.Tensor):
    return model(batch).argmax(dim=1).cpu().numpy()  # <- TNC111
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import numpy as np
import torch


def stacked(first: torch.Tensor, second: torch.Tensor):
    return np.stack([first.detach(), second.detach()])  # <- TNC111
""",
            fixed="""\
import numpy as np
import torch


def stacked(first: torch.Tensor, second: torch.Tensor):
    return np.stack([first.detach().cpu(), second.detach().cpu()])  # <- TNC111
""",
            cpu=None,
            accelerator=None,
        ),
    ),
    silent=(
        """\
import torch


def to_image(frame: torch.Tensor):
    return frame.detach().cpu().numpy(), frame.detach().to("cpu").numpy()
""",
        """\
import torch


@torch.no_grad()
def predict(model: torch.nn.Module, batch: torch.Tensor):
    return model(batch).to(torch.device("cpu")).numpy()
""",
        """\
import torch


def mask(frame: torch.Tensor):
    kept = frame.detach()
    if kept.device.type != "cpu":
        kept = kept.cpu()
    return kept.numpy()
""",
        """\
import torch

weight = torch.ones(3, requires_grad=True)
print(weight.detach().numpy())
""",
    ),
    event=ToNumpy,
    check=check,
)
