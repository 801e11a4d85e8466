"""TNC101: a tensor that requires grad is handed to NumPy."""

from __future__ import annotations

import re

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import Route, ToNumpy
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToNumpy, options: Options) -> Report | None:
    """Report a tensor that requires grad while gradients are recorded."""
    if guards.grad_state(event) is not guards.State.PROVEN:
        return None
    words = "that requires grad", "that require grad"
    learns = _is_learnt_from(event)
    advice = _COMPUTE if learns else guards.advice(event, options, ("detach",))
    return Report(
        f"{guards.describe(event, *words)}; {advice}",
        Certainty.PROVEN,
        guards.grad_reason(event),
        guards.guard(event, options, ("detach",), safe=not learns),
        guards.claim(event, *words),
    )


_COMPUTE = "use torch's function, as `.detach()` would stop the gradient that is wanted here"
#: Functions whose results a model learns from.
_LEARNING = re.compile(r"(?i)^forward$|^training_step$|loss|criterion|objective")
#: They merely make an array.
_MAKING = {
    "asarray",
    "array",
    "asanyarray",
    "copy",
    "save",
    "savez",
    "savetxt",
    "ascontiguousarray",
}


def _is_learnt_from(event: ToNumpy) -> bool:
    """Does NumPy compute something of the tensor where a gradient is needed?"""
    computes = event.route is Route.ARRAY and event.via.startswith("numpy.")
    name = event.via.rpartition(".")[2]
    return computes and name not in _MAKING and bool(_LEARNING.search(event.function))


RAISES = "RuntimeError: Can't call numpy() on Tensor that requires grad."

RULE = Rule(
    code="TNC101",
    name="requires-grad",
    summary="a tensor that requires grad is converted to a NumPy array",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a tensor that requires grad and reaches NumPy while gradient recording is on: through
`.numpy()`, through a function that reads it as an array (`np.asarray`, `np.stack`, a ufunc,
a plotting call), as an element of a list that such a function reads, through `np.from_dlpack`, or
as what is stored in rows of an array (`table[start:stop] = x`; a single element takes the number
of any tensor). The trace of the finding names the place where the gradient comes from.

## Why is this bad?

NumPy cannot record what happens to the values, so torch refuses with `RuntimeError: Can't call
numpy() on Tensor that requires grad`. Inside `torch.no_grad()` and `torch.inference_mode()` the
conversion works, and what is computed there does not require grad. A view of a parameter does
require grad again once the block is left. `np.from_dlpack` refuses in every grad mode.

## Example

```python
import torch

model = torch.nn.Linear(2, 1)
scores = model(torch.ones(4, 2))
print(scores.numpy())
```

## Use instead

```python
import torch

model = torch.nn.Linear(2, 1)
scores = model(torch.ones(4, 2))
print(scores.detach().numpy())
```

Where no gradient is needed at all, compute the scores under `torch.no_grad()`, which also saves
the memory of the graph.

## Fix safety

Safe: `.detach()` returns the same tensor without its history, and does nothing to one that has
none. It goes before an existing `.cpu()`, so that the copy to the CPU is not recorded. Where the
tensors are elements of a list that is built elsewhere, or where an array may arrive as well, no
fix is offered.

## References

- [`torch.Tensor.numpy`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.numpy.html)
- [`torch.Tensor.detach`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html)
- [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html)
- [Interoperability with NumPy](https://numpy.org/doc/stable/user/basics.interoperability.html)
""",
    examples=(
        Example(
            bad="""\
import torch

weight = torch.ones(3, requires_grad=True)
print(weight.numpy())  # <- TNC101
""",
            fixed="""\
import torch

weight = torch.ones(3, requires_grad=True)
print(weight.detach().numpy())  # <- TNC101
""",
            cpu=RAISES,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import numpy as np
import torch

model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
scores = model(torch.ones(4, 2))
print(np.asarray(scores).shape)  # <- TNC101
""",
            fixed="""\
import numpy as np
import torch

model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
scores = model(torch.ones(4, 2))
print(np.asarray(scores.detach()).shape)  # <- TNC101
""",
            cpu=RAISES,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 3)
flat = np.concatenate([p.reshape(-1) for p in layer.parameters()])  # <- TNC101
print(flat.shape)
""",
            fixed="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 3)
flat = np.concatenate([p.reshape(-1).detach() for p in layer.parameters()])  # <- TNC101
print(flat.shape)
""",
            cpu=RAISES,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch


def to_numpy(tensor):
    return tensor.cpu().numpy()  # <- TNC101


layer = torch.nn.Linear(2, 2)
print(to_numpy(layer(torch.zeros(2))))
""",
            fixed="""\
import torch


def to_numpy(tensor):
    return tensor.detach().cpu().numpy()  # <- TNC101


layer = torch.nn.Linear(2, 2)
print(to_numpy(layer(torch.zeros(2))))
""",
            cpu=RAISES,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import torch

layer = torch.nn.Linear(3, 2)
with torch.no_grad():
    row = layer.weight[0]
print(row.numpy())  # <- TNC101
""",
            fixed="""\
import torch

layer = torch.nn.Linear(3, 2)
with torch.no_grad():
    row = layer.weight[0]
print(row.detach().numpy())  # <- TNC101
""",
            cpu=RAISES,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import numpy as np
import torch

weight = torch.ones(3, requires_grad=True)
losses = []
for step in range(3):
    losses.append((step * weight).sum())
print(np.array(losses))  # <- TNC101
""",
            fixed=None,
            cpu=RAISES,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import numpy as np
import torch

weight = torch.ones(3, requires_grad=True)
rows = [weight, np.zeros(3)]
print(np.stack([weight, np.zeros(3)]), np.stack(rows))  # <- TNC101 TNC101
""",
            fixed=None,
            cpu=RAISES,
            accelerator=RAISES,
        ),
        Example(
            bad="""\
import numpy as np
import torch

weight = torch.ones(3, requires_grad=True)
with torch.no_grad():
    print(np.from_dlpack(weight))  # <- TNC101
""",
            fixed="""\
import numpy as np
import torch

weight = torch.ones(3, requires_grad=True)
with torch.no_grad():
    print(np.from_dlpack(weight.detach()))  # <- TNC101
""",
            cpu="BufferError: Can't export tensors that require gradient",
            accelerator="BufferError: Can't export tensors that require gradient",
            otherwise="RuntimeError: Can't export tensors that require gradient",
        ),
    ),
    silent=(
        """\
import torch

counts = torch.zeros(3, dtype=torch.int64)
frozen = torch.nn.Linear(2, 1).requires_grad_(False)
print(counts.numpy(), frozen(torch.ones(2)).numpy())
""",
        """\
import torch

weight = torch.ones(3, requires_grad=True)
print(weight.detach().numpy())
print(weight.numpy(force=True))
print(weight.tolist(), weight[0].item())
""",
        """\
import torch

model = torch.nn.Linear(2, 1)
with torch.no_grad():
    scores = model(torch.ones(4, 2))
print(scores.numpy())
""",
        """\
import numpy as np
import torch

weight = torch.ones(3, requires_grad=True)
with torch.inference_mode():
    print(np.asarray(weight), weight.numpy())
""",
        """\
import torch


@torch.no_grad()
def predict(model, batch):
    return model(batch).cpu().numpy()


print(predict(torch.nn.Linear(2, 1), torch.ones(4, 2)))
""",
        """\
import torch

model = torch.nn.Linear(2, 3)
logits = model(torch.ones(4, 2))
print(logits.argmax(dim=1).numpy(), (logits > 0).numpy())
""",
        """\
import torch


def to_numpy(tensor):
    if tensor.requires_grad:
        tensor = tensor.detach()
    return tensor.cpu().numpy()


print(to_numpy(torch.ones(3, requires_grad=True)))
""",
        """\
import numpy as np
import torch


class Signal:
    def __init__(self, values):
        self.values = values

    def numpy(self):
        return np.asarray(self.values)


weight = torch.ones(3, requires_grad=True)
signal = Signal(weight.tolist())
print(signal.numpy())
""",
    ),
    event=ToNumpy,
    check=check,
)
