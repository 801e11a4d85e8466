"""TNC105: a method of one library's arrays is asked of the other's."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ForeignMember
from flake8_tensorconv.knowledge.equivalents import FOR_ARRAYS, FOR_TENSORS, Equivalent, Form
from flake8_tensorconv.knowledge.torch_operators import array_only_attributes
from flake8_tensorconv.lattice.values import Array, Tensor
from flake8_tensorconv.locations.provenance import Reason
from flake8_tensorconv.rules import building, foreign
from flake8_tensorconv.rules.building import attribute, method_call, name
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ForeignMember, options: Options) -> Report | None:
    """Report a method or attribute that nothing which arrives here has."""
    of_arrays = event.name in array_only_attributes()
    are_foreign = foreign.are_tensors if of_arrays else foreign.are_arrays
    if not are_foreign(event.receiver):
        return None
    what = "a tensor" if of_arrays else "an array"
    problem = f"`.{event.name}` on {what}, which has no such attribute"
    if isinstance(event.call, ast.Call):
        problem = f"`.{event.name}()` on {what}, which has no such method"
    fix = _fix(event, of_arrays) if are_foreign(event.elsewhere) else None
    if fix is not None:
        problem += f"; {_advice(event, fix)}"
    claim = "is a torch tensor" if of_arrays else "is a NumPy array"
    return Report(problem, Certainty.PROVEN, _reason(event), fix, claim)


def _reason(event: ForeignMember) -> Reason | None:
    found = (e for e in event.receiver.alternatives if isinstance(e, (Tensor, Array)))
    return next((each.dtype_reason for each in found if each.dtype_reason), None)


def _advice(event: ForeignMember, fix: Replacement) -> str:
    if fix.new is event.operand:
        return "leave it out"
    return "write `{fix}`"


def _fix(event: ForeignMember, of_arrays: bool) -> Replacement | None:
    call = event.call
    known = (FOR_TENSORS if of_arrays else FOR_ARRAYS).get(event.name)
    if known is None or not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if known.form is Form.NOTHING:
        return foreign.replacement(call, event.operand)
    plain = not call.keywords and not any(isinstance(each, ast.Starred) for each in call.args)
    if len(call.args) > known.arguments or not plain:
        return None
    new = _written(event, known, call, of_arrays)
    return None if new is None else foreign.replacement(call, new)


def _written(
    event: ForeignMember, known: Equivalent, call: ast.Call, of_arrays: bool
) -> ast.expr | None:
    match known.form:
        case Form.METHOD:
            if len(call.args) < min(known.arguments, 1):
                return None
            return method_call(event.operand, known.name, *call.args)
        case Form.ATTRIBUTE:
            return attribute(event.operand, known.name)
        case Form.FUNCTION:
            if event.numpy_name is None or len(call.args) != known.arguments:
                return None
            function = attribute(name(event.numpy_name), known.name)
            return building.call(function, event.operand, *call.args)
        case Form.CAST:
            dtype = foreign.dtype_of_library(known.name, "numpy", event.numpy_name)
            return None if dtype is None else method_call(event.operand, "astype", dtype)
        case _:
            return _cast(event, call, of_arrays)


def _cast(event: ForeignMember, call: ast.Call, of_arrays: bool) -> ast.expr | None:
    """`t.astype(np.float32)` as `t.to(torch.float32)`, or the reverse."""
    names = event.torch_name, event.numpy_name
    if event.dtype is None or len(event.dtype) != 1 or len(call.args) != 1:
        return None
    if not foreign.is_spelled_out(call.args[0], *names):
        return None
    library, used = ("torch", names[0]) if of_arrays else ("numpy", names[1])
    dtype = foreign.dtype_of_library(next(iter(event.dtype)), library, used)
    if dtype is None:
        return None
    return method_call(event.operand, "to" if of_arrays else "astype", dtype)


ASTYPE = "AttributeError: 'Tensor' object has no attribute 'astype'"

RULE = Rule(
    code="TNC105",
    name="wrong-library-method",
    summary="a method that only NumPy arrays have is called on a tensor, or the reverse",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a method or attribute of NumPy arrays that is asked of a torch tensor (`.astype()`,
`.copy()`, `.tobytes()`, `.strides` ...), and one of tensors that is asked of an array (`.numpy()`,
`.detach()`, `.cpu()`, `.clone()`, `.unsqueeze()`, `.requires_grad` ...).

Only what surely is a tensor or an array is reported. Code that asks first, with `isinstance`,
`hasattr` or `try`, is left alone.

## Why is this bad?

It raises `AttributeError`. Often a helper was written for one library and is called with the
other's data: a `DataLoader` hands out tensors where the data set holds arrays, and an array that
was converted once is converted again.

## Example

```python
import numpy as np
import torch

labels = torch.tensor([1, 0, 1])
print(labels.astype(np.float32))
```

## Use instead

```python
import numpy as np
import torch

labels = torch.tensor([1, 0, 1])
print(labels.to(torch.float32))
```

## Fix safety

The fix is safe: what raised before is replaced by what does exactly the same in the other library.
There is none where no single expression does, where the file has no name for the library that it
needs, or where the other kind of array arrives there as well.

## References

- [`torch.Tensor`](https://docs.pytorch.org/docs/stable/tensors.html)
- [`numpy.ndarray`](https://numpy.org/doc/stable/reference/arrays.ndarray.html)
- [`torch.utils.data.default_collate`](https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.default_collate)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

labels = torch.tensor([1, 0, 1])
print(labels.astype(np.float32).sum())  # <- TNC105
""",
            fixed="""\
import numpy as np
import torch

labels = torch.tensor([1, 0, 1])
print(labels.to(torch.float32).sum())  # <- TNC105
""",
            cpu=ASTYPE,
            accelerator=ASTYPE,
        ),
        Example(
            bad="""\
import torch

weights = torch.ones(3)
kept = weights.copy()  # <- TNC105
weights.zero_()
print(kept.tolist())
""",
            fixed="""\
import torch

weights = torch.ones(3)
kept = weights.clone()  # <- TNC105
weights.zero_()
print(kept.tolist())
""",
            cpu="AttributeError: 'Tensor' object has no attribute 'copy'",
            accelerator="AttributeError: 'Tensor' object has no attribute 'copy'",
        ),
        Example(
            bad="""\
import numpy as np
import torch


def evaluate(model, inputs):
    with torch.no_grad():
        return model(torch.from_numpy(inputs)).numpy()


scores = evaluate(torch.nn.Identity(), np.ones((2, 3)))
print(scores.numpy().mean())  # <- TNC105
""",
            fixed="""\
import numpy as np
import torch


def evaluate(model, inputs):
    with torch.no_grad():
        return model(torch.from_numpy(inputs)).numpy()


scores = evaluate(torch.nn.Identity(), np.ones((2, 3)))
print(scores.mean())  # <- TNC105
""",
            cpu="AttributeError: 'numpy.ndarray' object has no attribute 'numpy'",
            accelerator="AttributeError: 'numpy.ndarray' object has no attribute 'numpy'",
        ),
        Example(
            bad="""\
import numpy as np
import torch

image = np.zeros((4, 4, 3))
batch = torch.from_numpy(image.permute(2, 0, 1))  # <- TNC105
print(batch.shape)
""",
            fixed="""\
import numpy as np
import torch

image = np.zeros((4, 4, 3))
batch = torch.from_numpy(image.transpose(2, 0, 1))  # <- TNC105
print(batch.shape)
""",
            cpu="AttributeError: 'numpy.ndarray' object has no attribute 'permute'",
            accelerator="AttributeError: 'numpy.ndarray' object has no attribute 'permute'",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch


def to_array(data):
    if hasattr(data, "detach"):
        return data.detach().cpu().numpy().copy()
    return np.asarray(data).copy()


print(to_array(torch.ones(2)), to_array(np.ones(2)))
""",
        """\
import numpy as np
import torch

data = np.ones(2)
try:
    array = data.numpy()
except AttributeError:
    array = data
print(torch.from_numpy(array.astype(np.float32)))
""",
        """\
import torch


class Box:
    def __init__(self, corners):
        self.corners = corners

    def copy(self):
        return Box(self.corners.clone())


print(Box(torch.ones(4)).copy().corners.numpy().copy())
""",
        """\
import numpy as np
import torch


def double(data: np.ndarray | torch.Tensor):
    if isinstance(data, torch.Tensor):
        return data.clone().mul_(2)
    return data.copy() * 2


print(double(torch.ones(2)), double(np.ones(2)))
""",
    ),
    event=ForeignMember,
    check=check,
)
