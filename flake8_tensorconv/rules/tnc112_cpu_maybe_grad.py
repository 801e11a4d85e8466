"""TNC112: a CPU tensor that may require grad is turned into an array."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToNumpy
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToNumpy, options: Options) -> Report | None:
    """Report a conversion where the device is settled and the gradient is not."""
    if not guards.is_explicit(event) or guards.grad_state(event) is not guards.State.MAYBE:
        return None
    if guards.device_state(event, options) is not guards.State.SAFE:
        return None
    if guards.device_unknown(event):  # under `device = cpu`; nothing guards it at all: TNC110
        return None
    problem = "that may require grad"
    return Report(
        f"{guards.describe(event, problem, problem)}; {guards.advice(event, options, ('detach',))}",
        Certainty.POSSIBLE,
        guards.grad_reason(event),
        guards.guard(event, options, ("detach",)),
        guards.claim(event, problem, problem),
    )


GRAD = "RuntimeError: Can't call numpy() on Tensor that requires grad."

RULE = Rule(
    code="TNC112",
    name="cpu-maybe-grad",
    summary="`.cpu().numpy()` without `.detach()`, on a tensor that may require grad",
    certainty=Certainty.POSSIBLE,
    default=False,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `.numpy()` on a tensor that is known to be on the CPU, typically after `.cpu()`, if
gradients may be recorded and nothing in the file says whether the tensor requires grad.
`np.asarray`, `np.stack` and their like are reported as well, where they are given tensors and
nothing else.

This rule is off by default: most such code runs under a `torch.no_grad()` that its callers set,
or handles data that never has a gradient.

## Why is this bad?

If the tensor does require grad, the conversion raises `RuntimeError: Can't call numpy() on Tensor
that requires grad`.

## Example

```python
import torch


def to_image(frame: torch.Tensor):
    return frame.permute(1, 2, 0).cpu().numpy()
```

## Use instead

```python
import torch


def to_image(frame: torch.Tensor):
    return frame.permute(1, 2, 0).detach().cpu().numpy()
```

## Fix safety

Safe where the receiver is known to be a torch tensor, else unsafe. `.detach()` goes before the move
to the CPU, which is not recorded then.

## References

- [`torch.Tensor.detach`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html)
- [Locally disabling gradient computation](https://docs.pytorch.org/docs/stable/torch.html#locally-disabling-gradient-computation)
""",
    examples=(
        Example(
            bad="""\
import queue

import torch

results: queue.Queue = queue.Queue()
results.put(torch.nn.Linear(2, 1)(torch.ones(2)))
print(results.get().cpu().numpy())  # <- TNC112
""",
            fixed="""\
import queue

import torch

results: queue.Queue = queue.Queue()
results.put(torch.nn.Linear(2, 1)(torch.ones(2)))
print(results.get().detach().cpu().numpy())  # <- TNC112
""",
            cpu=GRAD,
            accelerator=GRAD,
        ),
        Example(
            bad="""\
import torch


def to_image(frame: torch.Tensor):
    return frame.permute(1, 2, 0).to("cpu").numpy()  # <- TNC112
""",
            fixed="""\
import torch


def to_image(frame: torch.Tensor):
    return frame.permute(1, 2, 0).detach().to("cpu").numpy()  # <- TNC112
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import numpy as np
import torch


def export(weights: torch.Tensor):
    return np.asarray(weights.cpu())  # <- TNC112
""",
            fixed="""\
import numpy as np
import torch


def export(weights: torch.Tensor):
    return np.asarray(weights.detach().cpu())  # <- TNC112
""",
            cpu=None,
            accelerator=None,
        ),
    ),
    silent=(
        """\
import torch


def to_image(frame: torch.Tensor):
    return frame.permute(1, 2, 0).detach().cpu().numpy()
""",
        """\
import torch


@torch.inference_mode()
def predict(model: torch.nn.Module, batch: torch.Tensor):
    return model(batch).cpu().numpy()
""",
        """\
import torch


def best(scores: torch.Tensor):
    return scores.argmax(dim=-1).cpu().numpy(), (scores > 0.5).cpu().numpy()
""",
    ),
    event=ToNumpy,
    check=check,
)
