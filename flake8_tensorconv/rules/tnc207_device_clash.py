"""TNC207: a tensor that stayed on the CPU meets tensors on an accelerator."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import DevicePolicy, Options
from flake8_tensorconv.events.computations import DeviceClash
from flake8_tensorconv.index.syntax import dotted_name
from flake8_tensorconv.lattice.values import Device
from flake8_tensorconv.rules.building import attribute, method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.rules.sides import both_sides
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: DeviceClash, options: Options) -> Report | None:
    """Report a computation that raises because of two devices."""
    if options.device is DevicePolicy.CPU:
        return None
    if event.guest.device == Device.UNKNOWN:
        message = (
            "a tensor made on the CPU meets one that may be on an accelerator; "
            "make it there with `device=...`, or move it with `.to(...)`"
        )
        return Report(message, Certainty.POSSIBLE, event.guest.device_reason, _fix(event))
    if event.host.role == "parameter":
        message = (
            "the parameters are on the CPU, and what they are given is on an accelerator; "
            "move the module there with `.to(...)`"
        )
        claim = "is on an accelerator"
    else:
        what = "parameters" if event.guest.role == "parameter" else "a tensor"
        message = (
            f"a tensor on the CPU meets {what} on an accelerator; move it there with `.to(...)`"
        )
        claim = ""
    made = event.host.device_reason or event.host.dtype_reason
    reason = both_sides(made, "on the CPU", event.guest.device_reason)
    return Report(message, Certainty.PROVEN, reason, _fix(event), claim)


def _fix(event: DeviceClash) -> Replacement | None:
    """Move the one to where the other is, if that has a name."""
    host, guest = event.host_node, event.guest_node
    if host is None or guest is None or dotted_name(guest) is None:
        return None
    if isinstance(host, ast.Starred):
        return None  # a list of tensors
    new = method_call(host, "to", attribute(guest, "device"))
    return Replacement(Applicability.UNSAFE, host, new)


RAISES = "RuntimeError: Expected all tensors to be on the same device"

RULE = Rule(
    code="TNC207",
    name="device-clash",
    summary="a tensor on the CPU, such as one made of a NumPy array, meets one on an accelerator",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a computation of a tensor on the CPU with one on an accelerator (CUDA, MPS, XPU ...), and a
module whose parameters are in another place than what it is given. `"cuda" if
torch.cuda.is_available() else "cpu"` counts as both: the program runs on a machine without an
accelerator and raises on one that has it. Looked at are operators of Python (`+`, `@` ...),
functions and methods of torch that refuse two devices, and the layers of `torch.nn`. A tensor
without axes, such as `torch.tensor(0.5)`, may stay on the CPU and is not reported.

Also reports, as *possible*, a function that makes a tensor of a list or an array, without asking
for a device, and computes with it and a tensor that its callers give; and a `forward` that does so
with what it computes, wherever the file itself has put the module: others may move it.

## Why is this bad?

A NumPy array lives in the CPU's memory, and so do the tensors that `torch.from_numpy`,
`torch.tensor`, `torch.Tensor` and a `DataLoader` make. torch does not copy them behind your back
and raises `RuntimeError: Expected all tensors to be on the same device`. Tests on a machine without
an accelerator do not find the mistake. `Tensor.to` gives a new tensor: `batch.to(device)` alone, on
a line of its own, moves nothing. A function that is given a tensor does best to follow it:
`torch.tensor([0.5, 0.2], device=x.device)` or `x.new_tensor([0.5, 0.2])`.

## Example

```python
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(3, 1).to(device)
points = torch.from_numpy(np.ones((2, 3), dtype=np.float32))
print(layer(points).shape)
```

## Use instead

```python
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(3, 1).to(device)
points = torch.from_numpy(np.ones((2, 3), dtype=np.float32)).to(device)
print(layer(points).shape)
```

## Fix safety

Where the other tensor has a name, `.to(other.device)` is added to the one on the CPU. This is
unsafe: it costs a copy wherever it stands, and the better place is often where the tensor is made.
With a module there is no fix, as its parameters need not be in one place. With the option
`device = cpu` the project says that it never uses an accelerator; then nothing is reported.

## References

- [CUDA semantics](https://docs.pytorch.org/docs/stable/notes/cuda.html)
- [`torch.Tensor.to`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
scores = torch.ones(3, device=device)
weights = torch.from_numpy(np.array([0.2, 0.3, 0.5]))
print((scores * weights).sum().item())  # <- TNC207
""",
            fixed="""\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
scores = torch.ones(3, device=device)
weights = torch.from_numpy(np.array([0.2, 0.3, 0.5]))
print((scores * weights.to(scores.device)).sum().item())  # <- TNC207
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import numpy as np
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
layer = torch.nn.Linear(3, 1).to(device)
points = torch.from_numpy(np.ones((2, 3), dtype=np.float32))
points.to(device)
print(layer(points).shape)  # <- TNC207
""",
            fixed=None,
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
logits = torch.zeros(2, 3, device=device)
target = torch.tensor([0, 2])
loss = torch.nn.functional.cross_entropy(logits, target)  # <- TNC207
print(loss.item())
""",
            fixed="""\
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
logits = torch.zeros(2, 3, device=device)
target = torch.tensor([0, 2])
loss = torch.nn.functional.cross_entropy(logits, target.to(logits.device))  # <- TNC207
print(loss.item())
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
rows = torch.zeros(2, 3, device=device)
print(torch.cat([rows, torch.ones(1, 3)]).shape)  # <- TNC207
""",
            fixed="""\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
rows = torch.zeros(2, 3, device=device)
print(torch.cat([rows, torch.ones(1, 3).to(rows.device)]).shape)  # <- TNC207
""",
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch

layer = torch.nn.Linear(3, 1)
device = "cuda" if torch.cuda.is_available() else "cpu"
batch = torch.ones(2, 3).to(device)
print(layer(batch).shape)  # <- TNC207
""",
            fixed=None,
            cpu=None,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch


def normalized(images: torch.Tensor):
    mean = torch.tensor([0.485, 0.456, 0.406])
    return images - mean[:, None, None]  # <- TNC207


images = torch.zeros(1, 3, 2, 2, device="cuda" if torch.cuda.is_available() else "cpu")
print(globals().get("normalized")(images).shape)
""",
            fixed="""\
import torch


def normalized(images: torch.Tensor):
    mean = torch.tensor([0.485, 0.456, 0.406])
    return images - mean[:, None, None].to(images.device)  # <- TNC207


images = torch.zeros(1, 3, 2, 2, device="cuda" if torch.cuda.is_available() else "cpu")
print(globals().get("normalized")(images).shape)
""",
            cpu=None,
            accelerator=RAISES,
        ),
    ),
    silent=(
        """\
import torch


def normalized(images: torch.Tensor):
    mean = torch.tensor([0.485, 0.456, 0.406], device=images.device)
    scale = images.new_tensor([0.229, 0.224, 0.225])
    return (images - mean[:, None, None]) / scale[:, None, None] * torch.tensor(2.0)


print(normalized(torch.zeros(1, 3, 2, 2)).shape)
""",
        """\
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
scores = torch.ones(3, device=device)
half = torch.tensor(0.5)
print((scores * half).sum(), scores * 2, scores[torch.tensor([0, 1])], half * np.ones(1)[0])
weights = torch.from_numpy(np.ones(3)).to(device)
print(scores * weights, torch.zeros_like(scores) + scores, scores.new_tensor([1.0]) * scores)
""",
        """\
import torch

layer = torch.nn.Linear(3, 1)
batch = torch.ones(2, 3)
if torch.cuda.is_available():
    layer = layer.cuda()
    batch = batch.cuda()
print(layer(batch).shape)
""",
        """\
import torch

use_cuda = torch.cuda.is_available()
layer = torch.nn.Linear(3, 1)
if use_cuda:
    layer.cuda()
batch = torch.ones(2, 3)
if use_cuda:
    batch = batch.to("cuda")
print(layer(batch).shape, layer(batch).cpu() + torch.ones(2, 1))
""",
        """\
import torch


def scale(values):
    return values * torch.tensor([1.0, 2.0])


target = torch.zeros(2, device="cuda" if torch.cuda.is_available() else "cpu")
print(target.copy_(torch.ones(2)), scale(torch.ones(2)), torch.ones(2).type_as(target) + target)
""",
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(3, 1).to(device)
loader = torch.utils.data.DataLoader([torch.ones(3) for _ in range(4)], batch_size=2)
for batch in loader:
    print(layer(batch.to(device)).mean().item() + batch.mean())
""",
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
scores = torch.ones(3, device=device)
try:
    print(scores + torch.ones(3))
except RuntimeError:
    print(scores + torch.ones(3, device=scores.device))
""",
    ),
    event=DeviceClash,
    check=check,
)
