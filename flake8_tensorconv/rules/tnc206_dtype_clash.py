"""TNC206: a float64 tensor meets float32 parameters or tensors where torch takes one dtype."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.computations import DtypeClash
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.rules.sides import both_sides
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: DtypeClash, options: Options) -> Report | None:
    """Report a computation that raises because of two floating dtypes."""
    fix = None
    if not isinstance(event.operand, ast.Constant):
        new = method_call(event.operand, "float")
        fix = Replacement(Applicability.UNSAFE, event.operand, new)
    message = (
        f"a float64 tensor meets {event.expected} ones, which torch does not mix here; "
        "call `.float()` on it"
    )
    reason = both_sides(event.other, event.expected, event.reason)
    claim = "is float64"
    if event.met is not None:
        claim = ""
        message = (
            f"a loss of a float64 tensor and {event.expected} ones has no gradient: torch refuses "
            "to compute it; call `.float()` on the tensor"
        )
        told = "is float64, and met float32 in `{code}`"
        reason = reason.then(event.met, told) if reason is not None else Reason(event.met, told)
    return Report(message, Certainty.PROVEN, reason, fix, claim)


LINEAR = "RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float"

RULE = Rule(
    code="TNC206",
    name="dtype-clash",
    summary="a float64 tensor, such as one made of a NumPy array, meets float32 parameters",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a float64 tensor that is given to a layer with float32 parameters (`Linear`, `Conv2d`,
`LSTM`, `LayerNorm` ...), or to a function that takes one floating dtype only, together with a
float32 tensor: `torch.matmul`, `@`, `torch.mm`, `torch.linalg.solve`, `F.linear`, `F.conv2d`,
`F.binary_cross_entropy` and so on. The class weights of `nn.CrossEntropyLoss` count as well. The
Huber loss takes two dtypes and its `backward()` does not: then the finding stands there.

Where modules are made `.double()`, under `torch.autocast` and in files that set another default
dtype nothing is reported.

## Why is this bad?

NumPy computes in float64, torch's layers in float32, and `torch.from_numpy` keeps the dtype. Sums
and products of single elements promote silently, but matrix products and layers raise
`RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float`.

## Example

```python
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
print(layer(torch.from_numpy(np.ones((2, 3)))))
```

## Use instead

```python
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
print(layer(torch.from_numpy(np.ones((2, 3))).float()))
```

or give the array the right dtype at once: `np.ones((2, 3), dtype=np.float32)`.

## Fix safety

The fix adds `.float()`, which rounds. It is unsafe, as the computation may be meant to be done in
float64: then the module should be made `.double()` instead.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [Type promotion](https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
points = torch.from_numpy(np.random.default_rng(0).random((2, 3)))
print(layer(points).shape)  # <- TNC206
""",
            fixed="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
points = torch.from_numpy(np.random.default_rng(0).random((2, 3)))
print(layer(points.float()).shape)  # <- TNC206
""",
            cpu=LINEAR,
            accelerator=LINEAR,
        ),
        Example(
            bad="""\
import numpy as np
import torch

rotation = torch.tensor(np.eye(3))
points = torch.ones(3, 2)
print((rotation @ points).tolist())  # <- TNC206
""",
            fixed="""\
import numpy as np
import torch

rotation = torch.tensor(np.eye(3))
points = torch.ones(3, 2)
print((rotation.float() @ points).tolist())  # <- TNC206
""",
            cpu="RuntimeError: expected m1 and m2 to have the same dtype, but got: double != float",
            accelerator="RuntimeError: expected m1 and m2 to have the same dtype, but got: "
            "double != float",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

layer = torch.nn.Linear(3, 1)
points = torch.from_numpy(np.ones((2, 3)))
print(layer(points.float()).shape, layer.double()(points).shape, (points * torch.ones(3)).dtype)
""",
        """\
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
layer = torch.nn.Linear(3, 1)
print(layer(torch.from_numpy(np.ones((2, 3)))).shape)
torch.set_default_dtype(torch.float32)
""",
    ),
    event=DtypeClash,
    check=check,
)
