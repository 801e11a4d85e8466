"""TNC113: a tensor of unknown state is read as an array."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToNumpy
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.guards import State
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToNumpy, options: Options) -> Report | None:
    """Report a tensor that a function reads as an array, if nothing shows that it can."""
    if guards.is_explicit(event) or not guards.is_sure(event):
        return None
    grad, device = guards.grad_state(event), guards.device_state(event, options)
    if State.PROVEN in (grad, device) or grad is device is State.SAFE:
        return None
    problems = []
    methods = []
    if grad is State.MAYBE:
        problems.append("require grad")
        methods.append("detach")
    if device is State.MAYBE:
        problems.append("be on an accelerator")
        methods.append("cpu")
    problem = f"that may {' or '.join(problems)}"
    advice = guards.advice(event, options, tuple(methods))
    return Report(
        f"{guards.describe(event, problem, problem)}; {advice}",
        Certainty.POSSIBLE,
        guards.grad_reason(event) if grad is State.MAYBE else guards.device_reason(event),
        guards.guard(event, options, tuple(methods)),
        guards.claim(event, problem, problem),
    )


RULE = Rule(
    code="TNC113",
    name="implicit-conversion",
    summary="a tensor of unknown state is handed to a function that reads it as an array",
    certainty=Certainty.POSSIBLE,
    default=False,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a tensor that is handed to NumPy, or to a library that reads its arguments as arrays, if
nothing in the file says whether it requires grad or on which device it is. The conversion is
implicit: the function calls `Tensor.__array__`, which does what `.numpy()` does. Where a tensor and
nothing else is given to `np.asarray` or one of its like, the conversion is as explicit as
`.numpy()`; TNC110, TNC111 and TNC112 report that.

This rule is off by default: such calls are everywhere, and most are fine.

## Why is this bad?

If the tensor requires grad or is on an accelerator, the call raises from inside the other library.

## Example

```python
import numpy as np
import torch


def quantile(values: torch.Tensor):
    return np.quantile(values, 0.9)
```

## Use instead

```python
import numpy as np
import torch


def quantile(values: torch.Tensor):
    return np.quantile(values.detach().cpu(), 0.9)
```

## Fix safety

Safe: only what is known to be a torch tensor is reported, and both guards return it as it is if
there is nothing to do. Only the missing guards are inserted.

## References

- [Interoperability with NumPy](https://numpy.org/doc/stable/user/basics.interoperability.html)
- [`torch.Tensor.detach`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.detach.html)
- [pytorch/pytorch#136264](https://github.com/pytorch/pytorch/issues/136264), on
  `Tensor.__array__` and NumPy 2
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch


def quantile(values: torch.Tensor):
    return np.quantile(values, 0.9)  # <- TNC113
""",
            fixed="""\
import numpy as np
import torch


def quantile(values: torch.Tensor):
    return np.quantile(values.detach().cpu(), 0.9)  # <- TNC113
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import numpy as np
import torch


def spread(weights: torch.Tensor):
    return np.percentile(weights.cpu(), [5, 95])  # <- TNC113
""",
            fixed="""\
import numpy as np
import torch


def spread(weights: torch.Tensor):
    return np.percentile(weights.detach().cpu(), [5, 95])  # <- TNC113
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import numpy as np
import torch


def bounds(values: torch.Tensor | np.ndarray):
    array = np.asarray(values)  # <- TNC113
    return array.min(), array.max()
""",
            fixed=None,
            cpu=None,
            accelerator=None,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch


def quantile(values: torch.Tensor):
    return np.quantile(values.detach().cpu(), 0.9)
""",
        """\
import numpy as np


def quantile(values):
    return np.quantile(values, 0.9)
""",
        """\
import numpy as np
import torch


def total(values: np.ndarray):
    return np.asarray(values).sum() + float(torch.ones(3).sum())
""",
    ),
    event=ToNumpy,
    check=check,
)
