"""TNC504: a tensor is moved to the CPU before it is detached."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import DevicePolicy, Options
from flake8_tensorconv.events.computations import Detour
from flake8_tensorconv.lattice.values import Device, Grad, Tensor
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: Detour, options: Options) -> Report | None:
    """Report `x.cpu().detach()` where the copy may become part of a graph."""
    if event.via != "cpu" or event.mixed or options.device is DevicePolicy.CPU:
        return None
    suspects = [
        t
        for t in event.tensors
        if t.grad & ~Grad.NO and t.device & ~(Device.CPU | Device.META) and not _is_moved_input(t)
    ]
    if event.grad_mode == Grad.NO or not suspects:
        return None
    proven = event.grad_mode & Grad.YES and any(
        t.grad & Grad.YES and t.device & Device.ACCELERATOR for t in suspects
    )
    sure = all(t.sure for t in event.tensors)
    applicability = Applicability.SAFE if sure else Applicability.UNSAFE
    return Report(
        "the copy to the CPU is recorded in the graph of a tensor that requires grad; call "
        "`.detach()` first",
        Certainty.PROVEN if proven else Certainty.POSSIBLE,
        guards.first(t.grad_reason for t in suspects),
        _swapped(event, applicability),
    )


def _is_moved_input(tensor: Tensor) -> bool:
    """Was it given from outside, and put on its device here? That is how batches come in."""
    grad, device = tensor.grad_reason, tensor.device_reason
    if tensor.grad & Grad.YES or device is None:
        return False
    if grad is not None and not isinstance(grad.root, ast.arg):
        return False
    place = device.root
    method = place.func if isinstance(place, ast.Call) else None
    return isinstance(method, ast.Attribute) and method.attr in ("to", "cuda")


def _swapped(event: Detour, applicability: Applicability) -> Replacement:
    detach = event.call
    assert isinstance(detach, ast.Call) and isinstance(detach.func, ast.Attribute)
    move = detach.func.value
    assert isinstance(move, ast.Call) and isinstance(move.func, ast.Attribute)
    detached = method_call(move.func.value, detach.func.attr, *detach.args, *detach.keywords)
    new = method_call(detached, move.func.attr, *move.args, *move.keywords)
    return Replacement(applicability, event.call, new)


RULE = Rule(
    code="TNC504",
    name="cpu-before-detach",
    summary="a tensor is moved to the CPU before it is detached, which records the copy",
    certainty=Certainty.POSSIBLE,
    default=False,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `.cpu().detach()` and `.to("cpu").detach()` on a tensor that may require grad and may be on
an accelerator. The finding is proven where the file shows that it does and is. What the file is
given and has put on its device itself is left alone: batches have no graph.

## Why is this bad?

While gradients are recorded, the copy becomes a node of the graph, made only to be thrown away by
the `.detach()` that follows. The other way round nothing is recorded, and the result is the same.

## Example

```python
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(2, 2).to(device)
print(layer(torch.ones(1, 2, device=device)).cpu().detach())
```

## Use instead

```python
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(2, 2).to(device)
print(layer(torch.ones(1, 2, device=device)).detach().cpu())
```

## Fix safety

The fix swaps the two calls. It is safe where the receiver is known to be a tensor: the values are
the same. It is unsafe where nothing in the file says what the receiver is.

## References

- [`torch.Tensor.detach`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html)
- [`torch.Tensor.cpu`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.cpu.html)
""",
    examples=(
        Example(
            bad="""\
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(2, 2).to(device)
scores = layer(torch.ones(1, 2, device=device)).cpu().detach()  # <- TNC504
print(scores.numpy().shape)
""",
            fixed="""\
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(2, 2).to(device)
scores = layer(torch.ones(1, 2, device=device)).detach().cpu()  # <- TNC504
print(scores.numpy().shape)
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import torch


def to_numpy(tensor: torch.Tensor):
    return tensor.to("cpu").detach().numpy()  # <- TNC504


device = "cuda" if torch.cuda.is_available() else "cpu"
print(to_numpy(torch.ones(3, requires_grad=True, device=device)).tolist())
""",
            fixed="""\
import torch


def to_numpy(tensor: torch.Tensor):
    return tensor.detach().to("cpu").numpy()  # <- TNC504


device = "cuda" if torch.cuda.is_available() else "cpu"
print(to_numpy(torch.ones(3, requires_grad=True, device=device)).tolist())
""",
            cpu=None,
            accelerator=None,
        ),
    ),
    silent=(
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
layer = torch.nn.Linear(2, 2).to(device)
with torch.no_grad():
    print(layer(torch.ones(1, 2, device=device)).cpu().detach().shape)
""",
        """\
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"


def feed(batch):
    labels = batch["label"].to(device)
    return labels.squeeze(0).cpu().detach().numpy()


print(feed({"label": torch.ones(1, 3)}))
""",
        """\
import torch

weights = torch.ones(3, requires_grad=True)
print(weights.detach().cpu().numpy(), weights.cpu().detach().numpy())
""",
    ),
    event=Detour,
    check=check,
)
