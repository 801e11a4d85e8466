"""TNC108: a tensor is sliced with a negative step."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import NegativeStep
from flake8_tensorconv.index.syntax import subscripts
from flake8_tensorconv.lattice.array_layout import is_dots
from flake8_tensorconv.rules import foreign
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: NegativeStep, options: Options) -> Report | None:
    """Report a slice that steps backwards through what surely is a tensor."""
    if not foreign.are_tensors(event.given):
        return None
    fix = _flipped(event)
    advice = "use `.flip(...)`" if fix is None else f"use `.{_told(fix.new)}`"
    return Report(
        f"a tensor takes no negative step; {advice}",
        Certainty.PROVEN,
        None,
        fix,
    )


def _flipped(event: NegativeStep) -> Replacement | None:
    axes = _axes(event.call)
    if event.stored or axes is None or not foreign.are_tensors(event.elsewhere):
        return None
    new = method_call(event.operand, "flip", *map(ast.Constant, axes))
    known = not all(tensor.declared for tensor in event.elsewhere.tensors)
    return foreign.replacement(event.call, new, safe=known)


def _told(flip: ast.expr) -> str:
    return ast.unparse(flip).rpartition(".")[2]


def _axes(node: ast.Subscript) -> list[int] | None:
    """The axes that it turns round; None if it does anything else as well."""
    indices = subscripts(node)
    dots = [place for place, index in enumerate(indices) if is_dots(index)]
    axes: list[int] = []
    for place, index in enumerate(indices):
        if place in dots:
            continue
        if not isinstance(index, ast.Slice) or index.lower is not None or index.upper is not None:
            return None
        if index.step is not None:
            if ast.unparse(index.step) != "-1":
                return None
            axes.append(place - len(indices) if dots and place > dots[0] else place)
    return axes


RULE = Rule(
    code="TNC108",
    name="negative-step",
    summary="a tensor is sliced with a negative step, such as `x[::-1]`",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports slices with a negative step, such as `x[::-1]` and `x[:, ::-1]`, of what is known to be a
torch tensor. The finding is possible where only an annotation says so.

## Why is this bad?

In NumPy this is the usual way to turn an array round, and it costs nothing: the result is a view
with negative strides. Tensors have no negative strides, and torch raises `ValueError: step must be
greater than zero` on every call.

## Example

```python
import torch

window = torch.arange(4)
print(torch.cat((window, window[::-1])))
```

## Use instead

```python
import torch

window = torch.arange(4)
print(torch.cat((window, window.flip(0))))
```

## Fix safety

The fix is safe: the old code raises in any case. Unlike the view of an array, `x.flip(0)` is a
copy: changing it does not change `x`. The fix is unsafe where only an annotation says that `x` is a
tensor. There is none for assignments, for steps other than `-1`, nor where the slice has bounds or
stands beside an index.

## References

- [`torch.flip`](https://docs.pytorch.org/docs/stable/generated/torch.flip.html)
- [pytorch/pytorch#59786](https://github.com/pytorch/pytorch/issues/59786), which asks for them
""",
    examples=(
        Example(
            bad="""\
import torch

window = torch.arange(4)
print(torch.cat((window, window[::-1])))  # <- TNC108
""",
            fixed="""\
import torch

window = torch.arange(4)
print(torch.cat((window, window.flip(0))))  # <- TNC108
""",
            cpu="ValueError: step must be greater than zero",
            accelerator="ValueError: step must be greater than zero",
        ),
        Example(
            bad="""\
import torch

image = torch.zeros(3, 4, 5)
print(image[..., ::-1].shape, image.permute(1, 2, 0)[:, ::-1].shape)  # <- TNC108 TNC108
""",
            fixed="""\
import torch

image = torch.zeros(3, 4, 5)
print(image.flip(-1).shape, image.permute(1, 2, 0).flip(1).shape)  # <- TNC108 TNC108
""",
            cpu="ValueError: step must be greater than zero",
            accelerator="ValueError: step must be greater than zero",
        ),
        Example(
            bad="""\
import torch

scores = torch.tensor([3.0, 1.0, 2.0])
best = torch.sort(scores).values[:-3:-1]  # <- TNC108
print(best)
""",
            fixed=None,
            cpu="ValueError: step must be greater than zero",
            accelerator="ValueError: step must be greater than zero",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

image = np.zeros((4, 5, 3))
print(torch.from_numpy(image[..., ::-1].copy()), torch.zeros(3).numpy()[::-1])
""",
        """\
import torch

scores = torch.zeros(2, 3)
print(scores.flip(0), scores[::2], scores[:-1], scores.shape[::-1], scores.tolist()[::-1])
""",
        """\
import torch

layers = [torch.zeros(n) for n in range(3)]
for layer in layers[::-1]:
    print(layer)
try:
    print(layers[0][::-1])
except ValueError:
    print(layers[0].flip(0))
""",
    ),
    event=NegativeStep,
    check=check,
)
