"""TNC402: a gradient is lost on the way through NumPy, or by `torch.tensor(tensor)`."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.computations import GradientCut
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Certainty


def check(event: GradientCut, options: Options) -> Report | None:
    """Report a conversion behind which a gradient is expected."""
    ends = "the graph ends here, and no gradient gets through to what comes before"
    if event.loss:
        ends = "the loss is cut off from the parameters: nothing is learned through it"
    advice = "use `torch.stack(...)`" if event.listed else "compute this with torch"
    if isinstance(event.call, ast.Attribute):
        advice = "use the parameter itself instead of its `.data`"
    return Report(f"{ends}; {advice}", Certainty.PROVEN, event.use, None)


NO_GRAPH = "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn"

RULE = Rule(
    code="TNC402",
    name="gradient-lost",
    summary="a tensor that requires grad goes through NumPy or `torch.tensor` to where its "
    "gradient is needed",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=None,
    min_torch=None,
    doc="""\
## What it does

Reports a conversion that ends the graph of a tensor, such as `x.detach().numpy()` or
`torch.tensor(x)`, where the values go on, as a tensor again, to a place that needs the gradient:
into a layer with parameters in the same `forward`, or to a `backward()` call.

Reports also a tensor that is made of a list of tensors, `torch.tensor([a.mean(), b.mean()])`, if a
`backward()` begins at it, or if a `forward`, a `training_step` or a function that is called a loss
returns it or what is computed of it: `torch.tensor` reads the elements as numbers. Elsewhere it is
left to [TNC503](TNC503.md). `requires_grad=True` does not help: it begins a new graph, behind which
there are no parameters. The same holds for numbers that `.item()` or `float()` reads of a loss.

Reports also what a `forward` returns if it was computed from the `.data` of a parameter
(`self.scale.data`) that the class neither uses without `.data` nor changes by hand.

Metrics, logs, plots and targets are not reported, nor is a tensor that is merely detached, nor what
becomes an index or a label.

## Why is this bad?

Autograd does not see what NumPy does. The parameters before the conversion get no gradient from
what follows and are never trained, without any error; or nothing of the graph is left, and
`backward()` raises.

## Example

```python
import numpy as np
import torch


class Scaled(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(3))
        self.head = torch.nn.Linear(3, 1)

    def forward(self, x):
        factor = torch.from_numpy(np.exp(self.scale.detach().numpy()))
        return self.head(x * factor)
```

## Use instead

```python
import torch


class Scaled(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(3))
        self.head = torch.nn.Linear(3, 1)

    def forward(self, x):
        return self.head(x * self.scale.exp())
```

## Fix safety

There is no fix: the computation has to be written with torch's functions, or as a
`torch.autograd.Function` with a `backward` of its own.

## References

- [Autograd mechanics](https://docs.pytorch.org/docs/stable/notes/autograd.html)
- [Extending PyTorch](https://docs.pytorch.org/docs/stable/notes/extending.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch


class Scaled(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(3))
        self.head = torch.nn.Linear(3, 1)

    def forward(self, x):
        factor = np.exp(self.scale.detach().cpu().numpy())  # <- TNC402
        return self.head(x * torch.from_numpy(factor))


model = Scaled()
model(torch.ones(2, 3)).sum().backward()
assert model.scale.grad is not None, "no gradient"
""",
            fixed=None,
            cpu="AssertionError: no gradient",
            accelerator="AssertionError: no gradient",
        ),
        Example(
            bad="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
scores = layer(torch.ones(2, 3))
torch.from_numpy(np.square(scores.detach().numpy())).mean().backward()  # <- TNC402
""",
            fixed=None,
            cpu=NO_GRAPH,
            accelerator=NO_GRAPH,
        ),
        Example(
            bad="""\
import torch

layer = torch.nn.Linear(3, 3)


def sharpness_loss(batch):
    scores = layer(batch)
    return torch.tensor([scores.max(), scores.std()]).sum()  # <- TNC402


assert sharpness_loss(torch.ones(2, 3)).requires_grad, "nothing is learned"
""",
            fixed=None,
            cpu="AssertionError: nothing is learned",
            accelerator="AssertionError: nothing is learned",
        ),
        Example(
            bad="""\
import torch


class Gated(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.nn.Linear(3, 3)
        self.gate = torch.nn.Parameter(torch.zeros(3))

    def forward(self, x):
        return self.body(x) * torch.sigmoid(self.gate.data)  # <- TNC402


model = Gated()
model(torch.ones(2, 3)).sum().backward()
assert model.gate.grad is not None, "no gradient"
""",
            fixed=None,
            cpu="AssertionError: no gradient",
            accelerator="AssertionError: no gradient",
        ),
    ),
    silent=(
        """\
import torch

layer = torch.nn.Linear(3, 3)
log = []


def sharpness_loss(batch):
    scores = layer(batch)
    log.append(torch.tensor([scores.max().item(), scores.std().item()]))
    return torch.stack([scores.max(), scores.std()]).sum()


sharpness_loss(torch.ones(2, 3)).backward()
print(len(log), layer.weight.grad is not None)
""",
        """\
import torch


class Gated(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.nn.Linear(3, 3)
        self.gate = torch.nn.Parameter(torch.zeros(3))

    def forward(self, x):
        self.gate.data.clamp_(0, 1)
        return self.body(x) * (self.gate + (self.gate.data.round() - self.gate.data))


model = Gated()
model(torch.ones(2, 3)).sum().backward()
print(model.gate.data.tolist(), model.gate.grad)
""",
        """\
import numpy as np
import torch

torch.manual_seed(0)
layer = torch.nn.Linear(3, 1)
scores = layer(torch.ones(2, 3))
target = torch.from_numpy(np.round(scores.detach().cpu().numpy()))
loss = torch.nn.functional.mse_loss(scores, target)
loss.backward()
print(float(np.mean(scores.detach().cpu().numpy())) == scores.mean().item())
""",
        """\
import torch


class Encoder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.nn.Linear(3, 3)
        self.head = torch.nn.Linear(3, 1)
        self.seen = []

    def forward(self, x):
        hidden = self.body(x)
        self.seen.append(hidden.detach().cpu().numpy())
        return self.head(hidden.detach())


Encoder()(torch.ones(2, 3)).sum().backward()
""",
    ),
    event=GradientCut,
    check=check,
)
