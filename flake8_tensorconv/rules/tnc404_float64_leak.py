"""TNC404: a float64 array becomes a float64 tensor by default."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report a float64 array that nobody casts."""
    if event.via not in _KEEPING or event.dtype is not None or event.followed in _CASTS:
        return None
    if event.stored:
        return None  # whatever it is stored into keeps its dtype
    bad = [array for array in making.arrays(event) if "float64" in array.dtype]
    if not bad:
        return None
    message = (
        f"{making.called(event)} of a float64 array makes a float64 tensor, which parameters and "
        "tensors of float32 do not mix with; add `.float()`"
    )
    fix = Replacement(Applicability.UNSAFE, event.call, method_call(event.call, "float"))
    return Report(message, Certainty.POSSIBLE, making.dtype_reason(tuple(bad)), fix)


#: Constructors that keep the dtype of an array.
_KEEPING = {*making.SHARING, *making.COPYING, "torch.from_dlpack"}
#: What settles the dtype right away.
_CASTS = {
    "float", "double", "half", "bfloat16", "to", "type", "type_as", "long", "int", "bool",
    "float32", "float16", "float64", "int64", "int32",
}  # fmt: skip

MISMATCH = "RuntimeError: mat1 and mat2 must have the same dtype"

RULE = Rule(
    code="TNC404",
    name="float64-leak",
    summary="a float64 array becomes a float64 tensor by default",
    certainty=Certainty.POSSIBLE,
    default=False,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.from_numpy`, `torch.as_tensor`, `torch.asarray` and `torch.tensor` of a float64 array
if neither a dtype is asked for nor a cast follows at once.

## Why is this bad?

NumPy computes in float64 unless told otherwise, torch in float32. A float64 tensor raises
`RuntimeError: mat1 and mat2 must have the same dtype` where it meets the parameters of a module,
and where it meets other tensors, it makes float64 of them: twice the memory, and on most
accelerators a fraction of the speed.

The rule is off by default, since a cast may follow later, or float64 may be meant.

## Example

```python
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
print(layer(torch.from_numpy(np.eye(3))))
```

## Use instead

```python
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
print(layer(torch.from_numpy(np.eye(3)).float()))
```

## Fix safety

The fix is unsafe: it changes the dtype, on purpose, and the tensor no longer shares the memory of
the array.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [`torch.Tensor.float`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.float.html)
- [Type promotion](https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
print(layer(torch.from_numpy(np.eye(3))))  # <- TNC206 TNC404
""",
            fixed="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
print(layer(torch.from_numpy(np.eye(3)).float()))  # <- TNC206 TNC404
""",
            cpu=MISMATCH,
            accelerator=MISMATCH,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

print(torch.from_numpy(np.eye(3)).float(), torch.tensor(np.eye(3), dtype=torch.float32))
print(torch.from_numpy(np.eye(3, dtype=np.float32)), torch.from_numpy(np.arange(3)))
""",
        """\
import numpy as np
import torch

kept = torch.zeros(4, 3)
for i in range(2):
    kept[i] = torch.from_numpy(np.ones(3))
kept[2:] = torch.from_numpy(np.ones((2, 3)))
kept[..., 0] += torch.from_numpy(np.ones(4))
assert kept.dtype == torch.float32 and kept.sum() == 16
""",
    ),
    event=ToTensor,
    check=check,
)
