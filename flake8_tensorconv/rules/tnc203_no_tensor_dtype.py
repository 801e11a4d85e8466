"""TNC203: an array of a dtype that tensors do not have is made one."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import Collated, ToTensor
from flake8_tensorconv.knowledge.numpy_dtypes import WITHOUT_TENSOR
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Certainty

#: What to do about each dtype.
ADVICE = {
    "object": "see which element is no number, and name a dtype: `np.array(x, dtype=...)`",
    "str": "convert the texts: `.astype(np.float32)`, or `np.unique(x, return_inverse=True)[1]`",
    "bytes": "convert the texts: `.astype(np.float32)`, or `np.unique(x, return_inverse=True)[1]`",
    "datetime64": "count from some moment on: `.astype(np.int64)`",
    "timedelta64": "count in a unit: `x / np.timedelta64(1, 's')`",
    "longdouble": "cast it: `.astype(np.float64)`",
    "clongdouble": "cast it: `.astype(np.complex128)`",
    "void": "convert its fields one by one: `x['name']`",
}


def check(event: ToTensor | Collated, options: Options) -> Report | None:
    """Report an array of texts, objects, dates, records or long doubles."""
    if isinstance(event, Collated):
        dtype = min(event.array.dtype)
        message = (
            f"the loader makes tensors of arrays of dtype {dtype}, which they do not have; "
            f"{ADVICE[dtype]}"
        )
        return Report(message, Certainty.PROVEN, event.array.dtype_reason, None)
    known = [array for array in making.arrays(event) if "?" not in array.dtype]
    bad = [array for array in known if array.dtype & WITHOUT_TENSOR]
    if not bad or making.is_expected(event, "TypeError"):
        return None
    dtype = min(bad[0].dtype & WITHOUT_TENSOR)
    message = (
        f"{making.called(event)} of an array of dtype {dtype}, which tensors do not have; "
        f"{ADVICE[dtype]}"
    )
    return Report(message, Certainty.PROVEN, making.dtype_reason(tuple(bad)), None)


COLLATE = "TypeError: default_collate: batch must contain tensors, numpy arrays, numbers, dicts"
NO_DTYPE = "TypeError: can't convert np.ndarray of type numpy."

RULE = Rule(
    code="TNC203",
    name="no-tensor-dtype",
    summary="a tensor is made of an array of objects, texts, dates, records or long doubles",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=None,
    min_torch=None,
    doc="""\
## What it does

Reports arrays that reach `torch.from_numpy`, `torch.as_tensor`, `torch.tensor`, `torch.Tensor` and
its like with a dtype that tensors do not have: `object`, `str`, `bytes`, `datetime64`,
`timedelta64`, `longdouble`, or the fields of a record. A `DataLoader` refuses to put such arrays
together to batches, which is reported where its batches are taken.

## Why is this bad?

The conversion raises `TypeError: can't convert np.ndarray of type numpy.object_`. Such arrays look
harmless when they are printed: numbers that were read as text, a column with a missing value, a
list with a `None` in it.

## Example

```python
import numpy as np
import torch

cells = np.array([["5.1", "0"], ["4.9", "1"]])
print(torch.from_numpy(cells[:, 1]))
```

## Use instead

```python
import numpy as np
import torch

cells = np.array([["5.1", "0"], ["4.9", "1"]])
print(torch.from_numpy(cells[:, 1].astype(np.int64)))
```

## Fix safety

There is no fix, as nobody but you knows which numbers are meant. Texts are parsed by
`.astype(np.float32)`, classes are numbered by `np.unique(x, return_inverse=True)`, dates are
counted by `.astype(np.int64)` or by division through `np.timedelta64(1, "s")`, a `longdouble` is
rounded by `.astype(np.float64)`, and records are converted field by field.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [NumPy data types](https://numpy.org/doc/stable/user/basics.types.html)
- [`numpy.unique`](https://numpy.org/doc/stable/reference/generated/numpy.unique.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

cells = np.array([["5.1", "0"], ["4.9", "1"]])
print(torch.from_numpy(cells[:, 1]))  # <- TNC203
""",
            fixed=None,
            cpu=NO_DTYPE + "str_",
            accelerator=NO_DTYPE + "str_",
        ),
        Example(
            bad="""\
import numpy as np
import torch

ages = np.array([31, None, 45])
print(torch.tensor(ages))  # <- TNC203
""",
            fixed=None,
            cpu=NO_DTYPE + "object_",
            accelerator=NO_DTYPE + "object_",
        ),
        Example(
            bad="""\
import numpy as np
import torch

days = np.array(["2026-01-01", "2026-01-03"], dtype="datetime64[D]")
print(torch.from_numpy(days - days[0]))  # <- TNC203
""",
            fixed=None,
            cpu=NO_DTYPE + "timedelta64",
            accelerator=NO_DTYPE + "timedelta64",
        ),
        Example(
            bad="""\
import numpy as np
from torch.utils.data import DataLoader

rows = np.empty((4, 3), dtype=object)
rows[:] = 0.5
for batch in DataLoader(rows, batch_size=2):  # <- TNC203
    print(batch)
""",
            fixed=None,
            cpu=COLLATE,
            accelerator=COLLATE,
        ),
    ),
    silent=(
        """\
import numpy as np
from torch.utils.data import DataLoader

rows = np.full((4, 3), None)
rows[:] = 0.5
print(len(list(DataLoader(rows, collate_fn=list))), len(list(DataLoader(rows, batch_size=None))))
print(next(iter(DataLoader(rows.astype(np.float32), batch_size=2))))
""",
        """\
import numpy as np
import torch

cells = np.array([["5.1", "0"], ["4.9", "1"]])
print(torch.from_numpy(cells[:, 1].astype(np.int64)), torch.tensor(cells.astype("f4")))
names, numbers = np.unique(cells[:, 0], return_inverse=True)
print(torch.from_numpy(numbers))
""",
        """\
import numpy as np
import torch

days = np.array(["2026-01-01", "2026-01-03"], dtype="datetime64[D]")
print(torch.from_numpy((days - days[0]) / np.timedelta64(1, "D")))
print(torch.from_numpy(days.astype(np.int64)))
""",
        """\
import numpy as np
import torch

points = np.zeros(3, dtype=[("x", "f4"), ("y", "f4")])
print(torch.from_numpy(points["x"]), torch.from_numpy(np.ones(2, np.uint8)))
""",
    ),
    event=(ToTensor, Collated),
    check=check,
)
