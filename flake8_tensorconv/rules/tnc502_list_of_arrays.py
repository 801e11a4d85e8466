"""TNC502: a tensor is made of a list of arrays."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.lattice.values import Array
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import method_call, name
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report a list or tuple of arrays that torch reads number by number."""
    if event.via in _TAKING_NO_LIST or not _are_arrays(event):
        return None
    message = (
        f"{making.called(event)} of a list of arrays reads it number by number, which is slow; "
        "make one array of it first: `np.array(...)`"
    )
    return Report(message, Certainty.PROVEN, None, _fix(event))


#: They raise for lists.
_TAKING_NO_LIST = {"torch.from_numpy", "torch.from_dlpack", "torch.frombuffer"}


def _are_arrays(event: ToTensor) -> bool:
    inside = event.inside.alternatives
    sequences = event.inside and not event.given.of(Array) and not event.given.tensors
    return bool(sequences) and all(isinstance(e, Array) and e.sure and e.ndim != 0 for e in inside)


def _fix(event: ToTensor) -> Replacement | None:
    if event.numpy_name is None or event.elsewhere.of(Array) or event.elsewhere.tensors:
        return None
    if isinstance(event.operand, ast.GeneratorExp):
        return None
    new = method_call(name(event.numpy_name), "array", event.operand)
    # torch makes float32 of an empty list, and NumPy float64.
    same = event.filled or event.dtype is not None or making.legacy_dtype(event) is not None
    safe = Applicability.SAFE if same else Applicability.UNSAFE
    return Replacement(safe, event.operand, new)


WARNING = "UserWarning: Creating a tensor from a list of numpy.ndarrays is extremely slow"

RULE = Rule(
    code="TNC502",
    name="list-of-arrays",
    summary="a tensor is made of a list of arrays, number by number",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.tensor`, `torch.as_tensor`, `torch.asarray`, `torch.Tensor`, `torch.FloatTensor` and
their like of a list or tuple whose elements are NumPy arrays.

## Why is this bad?

torch walks through the list number by number and makes a Python object of each. It warns, once in
a process: "Creating a tensor from a list of numpy.ndarrays is extremely slow". Measured with torch
2.13 and NumPy 2.4 on 500 arrays of 1,000 numbers, one `np.array` in between is 5 times faster; with
more and smaller arrays the gain is less, with larger ones it is more.

## Example

```python
import warnings

import numpy as np
import torch

warnings.simplefilter("error")
torch.set_warn_always(True)
states = [np.zeros(4, dtype=np.float32) for _ in range(64)]
batch = torch.tensor(states)
```

## Use instead

```python
import warnings

import numpy as np
import torch

warnings.simplefilter("error")
torch.set_warn_always(True)
states = [np.zeros(4, dtype=np.float32) for _ in range(64)]
batch = torch.tensor(np.array(states))
```

## Fix safety

The fix is safe: dtype, shape and numbers are the same, and lists of arrays of different shapes
raise as before. It is unsafe where the list may be empty and no dtype is named: of no arrays torch
makes float32, NumPy float64. It is offered where the file imports NumPy.

## References

- [`torch.tensor`](https://docs.pytorch.org/docs/stable/generated/torch.tensor.html)
- [`numpy.array`](https://numpy.org/doc/stable/reference/generated/numpy.array.html)
""",
    examples=(
        Example(
            bad="""\
import warnings

import numpy as np
import torch

warnings.simplefilter("error")
torch.set_warn_always(True)
states = [np.zeros(4, dtype=np.float32) for _ in range(64)]
print(torch.tensor(states).shape)  # <- TNC502
""",
            fixed="""\
import warnings

import numpy as np
import torch

warnings.simplefilter("error")
torch.set_warn_always(True)
states = [np.zeros(4, dtype=np.float32) for _ in range(64)]
print(torch.tensor(np.array(states)).shape)  # <- TNC502
""",
            cpu=WARNING,
            accelerator=WARNING,
        ),
        Example(
            bad="""\
import warnings

import numpy as np
import torch

warnings.simplefilter("error")
torch.set_warn_always(True)
print(torch.FloatTensor([np.ones(2), np.zeros(2)]))  # <- TNC502
""",
            fixed="""\
import warnings

import numpy as np
import torch

warnings.simplefilter("error")
torch.set_warn_always(True)
print(torch.FloatTensor(np.array([np.ones(2), np.zeros(2)])))  # <- TNC502
""",
            cpu=WARNING,
            accelerator=WARNING,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

states = [np.zeros(4, dtype=np.float32) for _ in range(64)]
print(torch.from_numpy(np.stack(states)).shape, torch.tensor(np.array(states)).shape)
print(torch.tensor([state.tolist() for state in states]).shape)
""",
        """\
import numpy as np
import torch

scores = np.linspace(0.0, 1.0, 4)
print(torch.tensor([scores.mean(), scores.std()]), torch.tensor([scores[0], scores[1]]))
print(torch.tensor([float(score) for score in scores]), torch.tensor(list(scores)))
""",
    ),
    event=ToTensor,
    check=check,
)
