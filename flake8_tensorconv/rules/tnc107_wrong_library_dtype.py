"""TNC107: a dtype of one library is given to a function of the other."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ForeignDtype
from flake8_tensorconv.rules import foreign
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty

_LIBRARIES = {"torch": "torch", "numpy": "NumPy"}


def check(event: ForeignDtype, options: Options) -> Report | None:
    """Report a dtype that the function does not know."""
    mine = _LIBRARIES[event.library]
    other = _LIBRARIES["numpy" if event.library == "torch" else "torch"]
    fix = _fix(event)
    problem = f"a dtype of {other}'s is given to {mine}, which does not take it"
    return Report(problem, Certainty.PROVEN, None, fix)


def _fix(event: ForeignDtype) -> Replacement | None:
    names = event.torch_name, event.numpy_name
    if len(event.dtype) != 1 or not foreign.is_spelled_out(event.operand, *names):
        return None
    name = names[0] if event.library == "torch" else names[1]
    new = foreign.dtype_of_library(next(iter(event.dtype)), event.library, name)
    return None if new is None else foreign.replacement(event.operand, new)


RULE = Rule(
    code="TNC107",
    name="wrong-library-dtype",
    summary="a NumPy dtype is given to torch, or a torch dtype to NumPy",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a dtype of one library among the arguments of the other: `torch.zeros(3, dtype=np.float32)`,
`tensor.to(np.float32)`, `tensor.type(np.float32)`, `np.zeros(3, dtype=torch.float32)`,
`array.astype(torch.float32)`, `torch.tensor(data, dtype=array.dtype)`.

## Why is this bad?

Both libraries have a `float32`, but neither knows the other's: torch raises `TypeError: zeros():
argument 'dtype' must be torch.dtype, not type` (`Tensor.type` a `ValueError`), NumPy raises
`TypeError: Cannot interpret 'torch.float32' as a data type`. Only Python's own `float`, `int` and
`bool` mean something to both.

## Example

```python
import numpy as np
import torch

mask = np.ones(4, dtype=torch.float32)
print(torch.from_numpy(mask).to(np.float64))
```

## Use instead

```python
import numpy as np
import torch

mask = np.ones(4, dtype=np.float32)
print(torch.from_numpy(mask).to(torch.float64))
```

## Fix safety

The fix is safe: it names the dtype of the same kind and size of the library that is called. There
is none where that library has no such dtype (`torch.bfloat16`) or no name in the file, nor where
the dtype comes out of a variable.

## References

- [`torch.dtype`](https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.dtype)
- [NumPy data types](https://numpy.org/doc/stable/user/basics.types.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

weights = torch.zeros(3, dtype=np.float32)  # <- TNC107
print(weights)
""",
            fixed="""\
import numpy as np
import torch

weights = torch.zeros(3, dtype=torch.float32)  # <- TNC107
print(weights)
""",
            cpu="TypeError: zeros(): argument 'dtype' must be torch.dtype, not type",
            accelerator="TypeError: zeros(): argument 'dtype' must be torch.dtype, not type",
            otherwise="TypeError: zeros() received an invalid combination of arguments",
        ),
        Example(
            bad="""\
import numpy as np
import torch

mask = np.ones(4, dtype=torch.bool)  # <- TNC107
print(torch.from_numpy(mask))
""",
            fixed="""\
import numpy as np
import torch

mask = np.ones(4, dtype=np.bool_)  # <- TNC107
print(torch.from_numpy(mask))
""",
            cpu="TypeError: Cannot interpret 'torch.bool' as a data type",
            accelerator="TypeError: Cannot interpret 'torch.bool' as a data type",
        ),
        Example(
            bad="""\
import numpy as np
import torch

image = np.arange(4).reshape(2, 2)
print(torch.from_numpy(image.astype(torch.float32)))  # <- TNC107
""",
            fixed="""\
import numpy as np
import torch

image = np.arange(4).reshape(2, 2)
print(torch.from_numpy(image.astype(np.float32)))  # <- TNC107
""",
            cpu="TypeError: Cannot interpret 'torch.float32' as a data type",
            accelerator="TypeError: Cannot interpret 'torch.float32' as a data type",
        ),
        Example(
            bad="""\
import numpy as np
import torch

labels = torch.tensor([0, 1, 1])
print(labels.type(np.float32))  # <- TNC107
""",
            fixed="""\
import numpy as np
import torch

labels = torch.tensor([0, 1, 1])
print(labels.type(torch.float32))  # <- TNC107
""",
            cpu="ValueError: invalid type: 'numpy.float32'",
            accelerator="ValueError: invalid type: 'numpy.float32'",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

print(torch.zeros(3, dtype=float), np.zeros(3, dtype=float), torch.ones(2).to(int))
""",
        """\
import numpy as np
import torch

image = np.arange(4).astype(np.float32)
print(torch.from_numpy(image).to(torch.float64), torch.tensor(image, dtype=torch.float16))
""",
        """\
import numpy as np
import torch

DTYPES = {"torch": torch.float32, "numpy": np.float32}


def zeros(library, count):
    if library == "torch":
        return torch.zeros(count, dtype=DTYPES["torch"])
    return np.zeros(count, dtype=DTYPES["numpy"])


print(zeros("torch", 2), zeros("numpy", 2))
""",
        """\
import numpy as np
import torch

data = np.ones(3)
try:
    made = torch.zeros(3, dtype=data.dtype)
except TypeError:
    made = torch.zeros(3, dtype=torch.float64)
print(made)
""",
    ),
    event=ForeignDtype,
    check=check,
)
