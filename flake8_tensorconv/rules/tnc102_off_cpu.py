"""TNC102: a tensor that is not in the CPU's memory is handed to NumPy."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToNumpy
from flake8_tensorconv.lattice.values import Device
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToNumpy, options: Options) -> Report | None:
    """Report a tensor on an accelerator, or one without data."""
    if guards.device_state(event, options) is not guards.State.PROVEN:
        return None
    reason = guards.device_reason(event)
    if any(Device.META in tensor.device for tensor in event.tensors):
        words = "that is on the meta device", "that are on the meta device"
        message = f"{guards.describe(event, *words)} and has no data"
        return Report(message, Certainty.PROVEN, reason, None, guards.claim(event, *words))
    words = "that is on an accelerator", "that are on an accelerator"
    return Report(
        f"{guards.describe(event, *words)}; {guards.advice(event, options, ('cpu',))}",
        Certainty.PROVEN,
        reason,
        guards.guard(event, options, ("cpu",)),
        guards.claim(event, *words),
    )


RAISES = "TypeError: can't convert cuda:0 device type tensor to numpy."
META = "TypeError: can't convert meta device type tensor to numpy."

RULE = Rule(
    code="TNC102",
    name="off-cpu",
    summary="a tensor on an accelerator is converted to a NumPy array",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a tensor that is converted to a NumPy array although it is on an accelerator (CUDA, MPS,
XPU ...), or would be on a machine that has one: `"cuda" if torch.cuda.is_available() else "cpu"`
counts as both. A tensor on the `meta` device is reported too.

## Why is this bad?

A NumPy array lives in the CPU's memory. torch does not copy behind your back and raises
`TypeError: can't convert cuda:0 device type tensor to numpy`. On a machine without an
accelerator the same program runs, so tests there do not find the mistake.

## Example

```python
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
ramp = torch.arange(3.0, device=device)
print(ramp.numpy())
```

## Use instead

```python
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
ramp = torch.arange(3.0, device=device)
print(ramp.cpu().numpy())
```

## Fix safety

Safe: `.cpu()` returns the tensor itself if it is on the CPU already. A tensor on the `meta`
device has no data, so nothing can be inserted there. With the option `device = cpu` the project
says that it never uses an accelerator; then only the `meta` device is reported.

## References

- [`torch.Tensor.cpu`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.cpu.html)
- [`torch.Tensor.numpy`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.numpy.html)
- [CUDA semantics](https://docs.pytorch.org/docs/stable/notes/cuda.html)
- [Meta device](https://docs.pytorch.org/docs/stable/meta.html)
""",
    examples=(
        Example(
            bad="""\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
ramp = torch.arange(3.0, device=device)
print(ramp.numpy())  # <- TNC102
""",
            fixed="""\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
ramp = torch.arange(3.0, device=device)
print(ramp.cpu().numpy())  # <- TNC102
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import numpy as np
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
model = torch.nn.Linear(2, 1).to(device)
with torch.no_grad():
    scores = model(torch.ones(4, 2, device=device))
print(np.asarray(scores).shape)  # <- TNC102
""",
            fixed="""\
import numpy as np
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
model = torch.nn.Linear(2, 1).to(device)
with torch.no_grad():
    scores = model(torch.ones(4, 2, device=device))
print(np.asarray(scores.cpu()).shape)  # <- TNC102
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
weight = torch.ones(3, device=device, requires_grad=True)
print((weight * 2).detach().numpy())  # <- TNC102
""",
            fixed="""\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
weight = torch.ones(3, device=device, requires_grad=True)
print((weight * 2).detach().cpu().numpy())  # <- TNC102
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
rows = [torch.zeros(2, device=device) for _ in range(3)]
print(np.stack([row + 1 for row in rows]).shape)  # <- TNC102
""",
            fixed="""\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
rows = [torch.zeros(2, device=device) for _ in range(3)]
print(np.stack([(row + 1).cpu() for row in rows]).shape)  # <- TNC102
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
frame = torch.zeros(2, 2, device=device)
frame.to("cpu")
print(frame.numpy())  # <- TNC102
""",
            fixed="""\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
frame = torch.zeros(2, 2, device=device)
frame.to("cpu")
print(frame.cpu().numpy())  # <- TNC102
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch

shape_only = torch.empty(3, device="meta")
print(shape_only.numpy())  # <- TNC102
""",
            fixed=None,
            cpu=META,
            accelerator=META,
        ),
    ),
    silent=(
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
ramp = torch.arange(3.0, device=device)
print(ramp.cpu().numpy(), ramp.to("cpu").numpy(), ramp.numpy(force=True))
""",
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
model = torch.nn.Linear(2, 1).to(device)
model.to("cpu")
with torch.no_grad():
    print(model(torch.ones(4, 2)).numpy())
""",
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
frame = torch.zeros(2, 2, device=device)
if frame.is_cuda:
    frame = frame.cpu()
print(frame.numpy())
""",
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
total = torch.ones(3, device=device).sum()
print(total.item(), torch.ones(3, device=device).tolist())
""",
        """\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
rows = []
for _ in range(3):
    rows.append(torch.zeros(2, device=device).cpu())
print(np.stack(rows).shape)
""",
        """\
import torch

batch = torch.zeros(4, 2)
print(batch.numpy())
if torch.cuda.is_available():
    batch = batch.to("cuda")
print(batch.sum())
""",
    ),
    event=ToNumpy,
    check=check,
)
