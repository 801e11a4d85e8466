"""TNC202: `torch.from_numpy` of something that is no array."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.lattice.values import Alternative, Array, Constant, Many, Plain, Tensor
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report what `from_numpy` takes for no array."""
    if event.via != "torch.from_numpy" or making.is_expected(event, "TypeError"):
        return None
    names = ["a list"] if event.sequence else [_name(e) for e in event.given.alternatives]
    scalars = [each for each in event.given.alternatives if _is_numpy_scalar(each)]
    tested = [each for each in event.given.alternatives if isinstance(each, Many) and each.plain]
    if not names or (None in names and not scalars and not tested):
        return None
    certain = scalars or None not in names
    what = _name((scalars or tested)[0]) if scalars or tested else names[0]
    message = (
        f"{making.called(event)} of {what}, but it takes nothing but arrays; "
        "use `torch.as_tensor` instead"
    )
    # An array in another context is what as_tensor shares memory with just as well.
    known = event.sequence or all(
        isinstance(e, Array) or _name(e) for e in event.elsewhere.alternatives
    )
    fix = making.with_function(event, "as_tensor", safe=known)
    return Report(message, Certainty.PROVEN if certain else Certainty.POSSIBLE, None, fix)


def _is_numpy_scalar(each: Alternative) -> bool:
    return isinstance(each, Plain) and bool(each.dtype)


def _name(each: Alternative) -> str | None:
    """What it surely is, unless that is an array or not known."""
    match each:
        case Plain(dtype=dtype) if dtype:
            return "a NumPy scalar"
        case Constant(value=bool() | int() | float()):
            return "a number"
        case Tensor(sure=True):
            return "a tensor"
        case Many(plain=True):
            return "a list or tuple"
        case _:
            return None


NO_ARRAY = "TypeError: expected np.ndarray"

RULE = Rule(
    code="TNC202",
    name="not-an-ndarray",
    summary="`torch.from_numpy` of a list, a number, a NumPy scalar or a tensor",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.from_numpy` of something that is no array: a list or tuple, a Python number, a
tensor, and above all a NumPy scalar, which full reductions (`a.mean()`), elements of vectors
(`targets[i]`), arithmetic on scalars and `np.float64(...)` give.

## Why is this bad?

`torch.from_numpy` raises `TypeError: expected np.ndarray (got numpy.float64)`. A NumPy scalar
passes for an array nearly everywhere else: it has a shape, a dtype and even `.astype`.

## Example

```python
import numpy as np
import torch

targets = np.linspace(0.0, 1.0, 5)
print(torch.from_numpy(targets[2]))
```

## Use instead

```python
import numpy as np
import torch

targets = np.linspace(0.0, 1.0, 5)
print(torch.as_tensor(targets[2]))
```

## Fix safety

The fix is safe: `torch.as_tensor` takes all of these, and of an array it makes the same tensor over
the same memory as `torch.from_numpy`. It is unsafe where nothing is known of what else may arrive.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [`torch.as_tensor`](https://docs.pytorch.org/docs/stable/generated/torch.as_tensor.html)
- [NumPy scalars](https://numpy.org/doc/stable/reference/arrays.scalars.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

targets = np.linspace(0.0, 1.0, 5)
print(torch.from_numpy(targets[2]))  # <- TNC202
""",
            fixed="""\
import numpy as np
import torch

targets = np.linspace(0.0, 1.0, 5)
print(torch.as_tensor(targets[2]))  # <- TNC202
""",
            cpu=NO_ARRAY,
            accelerator=NO_ARRAY,
        ),
        Example(
            bad="""\
import numpy as np
import torch

losses = np.array([0.5, 0.25])
print(torch.from_numpy(losses.mean()))  # <- TNC202
""",
            fixed="""\
import numpy as np
import torch

losses = np.array([0.5, 0.25])
print(torch.as_tensor(losses.mean()))  # <- TNC202
""",
            cpu=NO_ARRAY,
            accelerator=NO_ARRAY,
        ),
        Example(
            bad="""\
import torch

lengths = [len(word) for word in ("one", "three")]
print(torch.from_numpy(lengths))  # <- TNC202
""",
            fixed="""\
import torch

lengths = [len(word) for word in ("one", "three")]
print(torch.as_tensor(lengths))  # <- TNC202
""",
            cpu=NO_ARRAY,
            accelerator=NO_ARRAY,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

table = np.zeros((3, 2))
print(torch.from_numpy(table[1]), torch.from_numpy(table.mean(axis=0)))
print(torch.as_tensor(table.mean()), torch.tensor(table[1, 1]))
print(torch.from_numpy(np.asarray(table.mean())), torch.from_numpy(table.sum(keepdims=True)))
""",
        """\
import numpy as np
import torch


def to_tensor(values):
    if isinstance(values, (list, tuple)):
        values = np.array(values)
    return torch.from_numpy(values)


print(to_tensor([1, 2]), to_tensor(np.ones(2)))
""",
        """\
import numpy as np
import torch

values = [1.0, 2.0]
try:
    tensor = torch.from_numpy(values)
except TypeError:
    tensor = torch.from_numpy(np.array(values))
print(tensor)
""",
    ),
    event=ToTensor,
    check=check,
)
