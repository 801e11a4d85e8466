"""TNC209: a tensor of uint16, uint32 or uint64 is given to what torch has no kernel for."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import UnsignedDtype
from flake8_tensorconv.index.syntax import Sign, sign_text
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: UnsignedDtype, options: Options) -> Report | None:
    """Report a function, method or operator that surely refuses the tensor."""
    names = " or ".join(sorted(event.tensor.dtype))
    cast = "int" if event.tensor.dtype == {"uint16"} else "long"
    wider = {"int": "int32", "long": "int64"}[cast]
    if isinstance(event.at, Sign):
        refusing = sign_text(event.at)
    elif isinstance(event.at, ast.UnaryOp):
        refusing = "-" if isinstance(event.at.op, ast.USub) else "~"
    else:
        refusing = event.via.rpartition(".")[2]
    fix = None
    if event.fixable:
        fix = Replacement(Applicability.UNSAFE, event.operand, method_call(event.operand, cast))
    return Report(
        f"`{refusing}` refuses tensors of dtype {names}; make the array {wider} or float32 first",
        Certainty.PROVEN,
        event.tensor.dtype_reason,
        fix,
        f"is of dtype {names}",
    )


PROMOTION = "RuntimeError: Promotion for uint16, uint32, uint64 types is not supported"

RULE = Rule(
    code="TNC209",
    name="unsigned-dtype",
    summary="torch has no kernel for what is computed of a uint16, uint32 or uint64 tensor",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports functions, methods and operators of Python that are given a tensor of dtype `uint16`,
`uint32` or `uint64` and refuse it. Which ones do was measured with torch 2.13: among them are
`clamp` with integers, `max`, `min`, `mean`, `abs`, `masked_fill`, `F.interpolate`, `x + 1`, `x > 0`
and `x // 2`. Others have kernels (`sum`, `sort`, indexing, `cat`, casts), or compute in floats if
there is a float beside (`x * 0.5`, `x.clamp(0.0, 1.0)`); nothing is said of those.

## Why is this bad?

Depth maps, microscope and satellite images, and what is read with `np.frombuffer`, are often of 16
or 32 bits without sign. `torch.from_numpy` takes such arrays since torch 2.3 and keeps the dtype,
and only the next operation fails: `RuntimeError: Promotion for uint16, uint32, uint64 types is not
supported`, or `NotImplementedError: "abs_cpu" not implemented for 'UInt16'`. Older versions refuse
the array itself.

## Example

```python
import numpy as np
import torch

depth = torch.from_numpy(np.array([[1000, 7000]], dtype=np.uint16))
print(depth - torch.tensor([[1, 2]]))
```

## Use instead

```python
import numpy as np
import torch

depth = torch.from_numpy(np.array([[1000, 7000]], dtype=np.uint16).astype(np.int32))
print(depth - torch.tensor([[1, 2]]))
```

or `.astype(np.float32)`, if floats are wanted anyway.

## Fix safety

The fix adds `.int()` to a tensor of uint16, and `.long()` to the others. It is unsafe, as what
follows may be meant for another dtype, and as large numbers of 64 bits become negative.

## References

- [`torch.dtype`](https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.dtype)
- [pytorch/pytorch#58734](https://github.com/pytorch/pytorch/issues/58734)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

depth = torch.from_numpy(np.array([[1000, 7000]], dtype=np.uint16))
print(depth - torch.tensor([[1, 2]]))  # <- TNC209
""",
            fixed="""\
import numpy as np
import torch

depth = torch.from_numpy(np.array([[1000, 7000]], dtype=np.uint16))
print(depth.int() - torch.tensor([[1, 2]]))  # <- TNC209
""",
            cpu=PROMOTION,
            accelerator=PROMOTION,
        ),
        Example(
            bad="""\
import numpy as np
import torch

counts = torch.as_tensor(np.frombuffer(bytearray(16), dtype="<u4"))
print(counts == torch.arange(4))  # <- TNC209
""",
            fixed="""\
import numpy as np
import torch

counts = torch.as_tensor(np.frombuffer(bytearray(16), dtype="<u4"))
print(counts.long() == torch.arange(4))  # <- TNC209
""",
            cpu=PROMOTION,
            accelerator=PROMOTION,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

pixels = torch.from_numpy(np.array([[10, 200]], dtype=np.uint8))
depth = torch.from_numpy(np.array([[1000, 7000]], dtype=np.uint16).astype(np.float32))
print(pixels.clamp(max=100) + 1, depth.clamp(max=5000), depth > 0)
""",
        """\
import numpy as np
import torch

depth = torch.from_numpy(np.array([[1000, 7000]], dtype=np.uint16))
print(depth.sum(), depth[0], depth.float().clamp(max=5000.0), depth * 0.001, depth.clamp(0.0, 1.0))
print(torch.cat([depth, depth]), depth.sort(), depth.to(torch.int32) + 1)
""",
    ),
    event=UnsignedDtype,
    check=check,
)
