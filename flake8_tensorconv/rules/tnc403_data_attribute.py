"""TNC403: a tensor is detached through its `.data` attribute on the way to NumPy."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.computations import Detour
from flake8_tensorconv.lattice.values import Grad
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: Detour, options: Options) -> Report | None:
    """Report `x.data.numpy()` on what is a tensor, or by its text seems to be one."""
    if event.via != "data" or event.mixed:
        return None
    if event.grad_mode == Grad.NO or all(t.grad == Grad.NO for t in event.tensors):
        return None
    read = event.call
    assert isinstance(read, ast.Attribute)
    sure = all(t.sure for t in event.tensors)
    if not sure and not _is_moved(read.value):
        return None
    new = method_call(read.value, "detach")
    reason = guards.first(t.grad_reason for t in event.tensors if t.grad != Grad.NO)
    return Report(
        "`.data` hides the tensor from autograd, which no longer notices changes of its memory; "
        "call `.detach()`",
        Certainty.PROVEN if sure else Certainty.POSSIBLE,
        reason,
        Replacement(Applicability.SAFE if sure else Applicability.UNSAFE, read, new),
    )


def _is_moved(node: ast.expr) -> bool:
    """Is it `x.cpu()` or `x.cuda()`? Hardly anything but a tensor has these and `.data`."""
    method = node.func if isinstance(node, ast.Call) else None
    return isinstance(method, ast.Attribute) and method.attr in ("cpu", "cuda")


RULE = Rule(
    code="TNC403",
    name="data-attribute",
    summary="a tensor is detached through `.data` on its way to NumPy",
    certainty=Certainty.PROVEN,
    default=False,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `.data.numpy()` and `.data.cpu().numpy()` on a tensor that may require grad. Where gradients
are off, on tensors that do not require any, and on objects of other classes that have a `data`
attribute, nothing is reported. What nothing is known of is taken for a tensor, and the finding is
*possible*, where it is moved first: `output.cpu().data.numpy()`.

## Why is this bad?

`.data` is what remains of the API before torch 0.4. Like `.detach()` it gives a tensor that shares
memory and has no graph, but it also leaves autograd's version counter behind. If the array is then
changed in place, and torch is told of it through that tensor, `backward()` cannot notice: it
computes wrong gradients where it would have raised an error after `.detach()`.

## Example

```python
import torch

weights = torch.ones(3, requires_grad=True)
print(weights.data.numpy())
```

## Use instead

```python
import torch

weights = torch.ones(3, requires_grad=True)
print(weights.detach().numpy())
```

## Fix safety

The fix is safe: `.detach()` gives a tensor with the same memory, dtype and device. It is unsafe
where nothing but `.cpu()` says that it is a tensor.

## References

- [`torch.Tensor.detach`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html)
- [In-place correctness checks](https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-correctness-checks)
""",
    examples=(
        Example(
            bad="""\
import torch

weights = torch.tensor([1.0, 2.0], requires_grad=True)
print(weights.data.numpy().tolist())  # <- TNC403
""",
            fixed="""\
import torch

weights = torch.tensor([1.0, 2.0], requires_grad=True)
print(weights.detach().numpy().tolist())  # <- TNC403
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import torch

torch.manual_seed(0)
layer = torch.nn.Linear(2, 2)
scores = layer(torch.ones(1, 2)).data.cpu().numpy()  # <- TNC403
print(scores.shape)
""",
            fixed="""\
import torch

torch.manual_seed(0)
layer = torch.nn.Linear(2, 2)
scores = layer(torch.ones(1, 2)).detach().cpu().numpy()  # <- TNC403
print(scores.shape)
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import torch


def best(model, batch):
    return model(batch).cpu().data.numpy().argmax()  # <- TNC403


print(best(torch.nn.Linear(2, 2), torch.ones(1, 2)).shape)
""",
            fixed="""\
import torch


def best(model, batch):
    return model(batch).cpu().detach().numpy().argmax()  # <- TNC403


print(best(torch.nn.Linear(2, 2), torch.ones(1, 2)).shape)
""",
            cpu=None,
            accelerator=None,
        ),
    ),
    silent=(
        """\
import torch


class Image:
    def __init__(self, data):
        self.data = data


print(Image(torch.zeros(2, 2)).data.numpy())
""",
        """\
import torch


def pixels(image):
    return image.data.numpy()


print(pixels(torch.zeros(2, 2)))
""",
        """\
import torch

layer = torch.nn.Linear(2, 2)
with torch.no_grad():
    print(layer(torch.ones(1, 2)).data.numpy().shape)
print(torch.ones(3).data.numpy())
""",
    ),
    event=Detour,
    check=check,
)
