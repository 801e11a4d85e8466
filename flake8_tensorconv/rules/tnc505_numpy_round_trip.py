"""TNC505: a tensor goes through NumPy and straight back."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.index.syntax import call_args
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report `torch.from_numpy(x.numpy())` and its like."""
    if not event.converted or not all(tensor.sure for tensor in event.converted):
        return None
    if making.legacy_dtype(event) is not None:
        return None
    advice = "`.detach().clone()`" if event.via in making.COPYING else "`.detach().cpu()`"
    message = (
        f"{making.called(event)} of what `.numpy()` just gave: the tensor goes through NumPy for "
        f"nothing; use {advice} on it"
    )
    return Report(message, Certainty.PROVEN, None, _fix(event))


def _fix(event: ToTensor) -> Replacement | None:
    operand = event.operand
    asked = making.keywords(event, ("dtype", "device"))
    if asked is None or not isinstance(operand, ast.Call):
        return None
    if not isinstance(operand.func, ast.Attribute) or operand.func.attr != "numpy":
        return None
    new = operand.func.value
    names = _methods(new)
    if "detach" not in names:
        new = method_call(new, "detach")
    if call_args(operand) and "cpu" not in names:  # force=True
        new = method_call(new, "cpu")
    if event.via in making.COPYING:
        new = method_call(new, "clone")
    if asked:
        new = method_call(new, "to", *asked.values())
    return making.instead(event, new, safe=False)


def _methods(expression: ast.expr) -> set[str]:
    """The methods called last on an expression, one after the other."""
    names: set[str] = set()
    while isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        names.add(expression.func.attr)
        expression = expression.func.value
    return names


RULE = Rule(
    code="TNC505",
    name="numpy-round-trip",
    summary="a tensor is converted to NumPy and straight back",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.from_numpy(x.numpy())`, `torch.tensor(x.cpu().numpy())` and their like, where `x` is
a tensor and nothing in between needs NumPy.

## Why is this bad?

The detour says nothing about what is meant: a tensor without its graph, a copy, or a move to the
CPU. It raises for tensors that require grad and for dtypes that NumPy does not have, such as
bfloat16, and `torch.tensor` copies once more than needed.

## Example

```python
import torch

scores = torch.ones(3)
kept = torch.tensor(scores.numpy())
```

## Use instead

```python
import torch

scores = torch.ones(3)
kept = scores.detach().clone()
```

## Fix safety

The fix is unsafe: tensors that raised before, such as those that require grad, go through. Numbers,
dtype and device are the same; `from_numpy` shares memory with the tensor, and so does the fix.

## References

- [`torch.Tensor.detach`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html)
- [`torch.Tensor.clone`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.clone.html)
""",
    examples=(
        Example(
            bad="""\
import torch

scores = torch.ones(3)
print(torch.tensor(scores.numpy()))  # <- TNC505
""",
            fixed="""\
import torch

scores = torch.ones(3)
print(scores.detach().clone())  # <- TNC505
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import torch

scores = torch.ones(3, requires_grad=True)
print(torch.from_numpy(scores.detach().cpu().numpy()))  # <- TNC505
""",
            fixed="""\
import torch

scores = torch.ones(3, requires_grad=True)
print(scores.detach().cpu())  # <- TNC505
""",
            cpu=None,
            accelerator=None,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

scores = torch.ones(3)
print(torch.from_numpy(np.cumsum(scores.numpy())), torch.tensor(scores.numpy()[:2]))
""",
        """\
import torch

scores = torch.ones(3)
table = scores.numpy()
table = table.astype("float64")
print(torch.from_numpy(table), scores.clone())
""",
    ),
    event=ToTensor,
    check=check,
)
