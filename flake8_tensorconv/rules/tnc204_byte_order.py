"""TNC204: an array in foreign byte order is made a tensor."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.knowledge.numpy_dtypes import is_foreign, native
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report an array whose bytes lie in the order of another machine."""
    bad = [array for array in making.arrays(event) if any(map(is_foreign, array.dtype))]
    error = "BufferError" if event.via.endswith("from_dlpack") else "ValueError"
    if not bad or making.is_expected(event, error):
        return None
    dtype = native(min(name for name in bad[0].dtype if is_foreign(name)))
    message = (
        f"{making.called(event)} of an array in big-endian byte order, which tensors cannot have; "
        f"call `.astype('{dtype}')` on it first"
    )
    return Report(message, Certainty.PROVEN, making.dtype_reason(tuple(bad)), _fix(event))


def _fix(event: ToTensor) -> Replacement | None:
    every = making.arrays_everywhere(event)
    names = {name for array in every or () for name in array.dtype}
    natives = set(map(native, names))
    if len(natives) != 1:
        return None
    dtype = ast.Constant(natives.pop())
    safe = all(map(is_foreign, names)) or event.via in making.COPYING
    return making.with_method(event, "astype", safe=safe, args=(dtype,))


FOREIGN = "ValueError: given numpy array has byte order different from the native byte order"

RULE = Rule(
    code="TNC204",
    name="byte-order",
    summary="a tensor is made of an array in big-endian byte order",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports arrays of a big-endian dtype (`">f4"`, `np.dtype(np.int16).newbyteorder(">")`) that reach
`torch.from_numpy`, `torch.as_tensor`, `torch.tensor`, `torch.Tensor` and its like.

## Why is this bad?

Tensors have the byte order of the machine, and the conversion does not swap bytes: it raises
`ValueError: given numpy array has byte order different from the native byte order`. Such arrays are
read from files and network protocols; slices, views and copies of them stay big-endian, while
results of arithmetic do not.

## Example

```python
import numpy as np
import torch

samples = np.frombuffer(bytearray(4), dtype=">i2")
print(torch.from_numpy(samples))
```

## Use instead

```python
import numpy as np
import torch

samples = np.frombuffer(bytearray(4), dtype=">i2")
print(torch.from_numpy(samples.astype("int16")))
```

## Fix safety

The fix is safe where only big-endian arrays arrive. Where an array in the machine's own order may
arrive as well, it is unsafe: the tensor would no longer share that one's memory. There is no fix
where the dtype is not known.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [Byte-swapping](https://numpy.org/doc/stable/user/byteswapping.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

samples = np.frombuffer(bytearray(4), dtype=">i2")
print(torch.from_numpy(samples))  # <- TNC204
""",
            fixed="""\
import numpy as np
import torch

samples = np.frombuffer(bytearray(4), dtype=">i2")
print(torch.from_numpy(samples.astype("int16")))  # <- TNC204
""",
            cpu=FOREIGN,
            accelerator=FOREIGN,
        ),
        Example(
            bad="""\
import numpy as np
import torch

order = np.dtype(np.float32).newbyteorder(">")
grid = np.zeros((2, 2), dtype=order)
print(torch.tensor(grid[0].copy()))  # <- TNC204
""",
            fixed="""\
import numpy as np
import torch

order = np.dtype(np.float32).newbyteorder(">")
grid = np.zeros((2, 2), dtype=order)
print(torch.tensor(grid[0].copy().astype("float32")))  # <- TNC204
""",
            cpu=FOREIGN,
            accelerator=FOREIGN,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

samples = np.frombuffer(bytearray(4), dtype=">i2")
print(torch.from_numpy(samples.astype(np.int16)), torch.from_numpy(samples / 2))
print(torch.from_numpy(samples.astype(samples.dtype.newbyteorder("="))))
""",
        """\
import numpy as np
import torch

codes = np.frombuffer(bytearray(4), dtype=">u1")
steps = np.arange(3, dtype="<i4")
print(torch.from_numpy(codes), torch.as_tensor(steps))
""",
    ),
    event=ToTensor,
    check=check,
)
