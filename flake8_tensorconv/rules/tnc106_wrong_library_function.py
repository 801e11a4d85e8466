"""TNC106: a function or operator is given an array of the other library, and refuses every one."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import DevicePolicy, FixStyle, Options
from flake8_tensorconv.events.records import STORED_IN_TENSOR, Refused
from flake8_tensorconv.index.syntax import Sign, sign_text
from flake8_tensorconv.lattice.values import (
    Array,
    ArrayLayout,
    Device,
    Grad,
    Layout,
    Tensor,
    Value,
)
from flake8_tensorconv.rules import foreign
from flake8_tensorconv.rules.building import chained, keyword, method_call, name
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.rules.tnc103_no_numpy_dtype import CASTS
from flake8_tensorconv.source.findings import Applicability, Certainty

#: They refuse some tensors only: those of real dtypes, those that would be copied.
_PICKY = frozenset({"numpy.imag", "numpy.isreal", "numpy.rollaxis"})


def check(event: Refused, options: Options) -> Report | None:
    """Report a tensor where NumPy passes on to the tensor what that does not understand."""
    if event.via.startswith("torch."):
        return _array(event)
    if event.via in _PICKY or not foreign.are_tensors(event.given):
        return None
    if isinstance(event.call, ast.Call) and event.via != "operator":
        spelled = _spelled(event.call)
        problem = f"`{spelled}()` raises {event.error} for every tensor"
    else:
        operator = sign_text(event.at) if isinstance(event.at, Sign) else event.via
        problem = f"`{operator}` of an array with a tensor raises {event.error}"
    fix = _fix(event, options) if foreign.are_tensors(event.elsewhere) else None
    problem += "; convert the tensor first, or compute with torch"
    reason = next((t.dtype_reason for t in event.given.tensors if t.dtype_reason), None)
    return Report(problem, Certainty.PROVEN, reason, fix, "is a torch tensor")


def _array(event: Refused) -> Report | None:
    """`torch.exp(array)`, `tensor[0] = array`."""
    stored = event.via == STORED_IN_TENSOR
    if not stored and not foreign.are_arrays(event.given):
        return None
    what = "an array" if any(_arrays(event.given)) else "a NumPy scalar"
    if isinstance(event.call, ast.Call):
        what += " among its tensors" if event.element else ""
        problem = f"`{_spelled(event.call)}()` raises {event.error} for {what}"
    else:
        problem = f"storing {what} in the tensor's item `{{call}}` raises {event.error}"
    problem += "; make a tensor of it first"
    fix = None
    backwards = any(array.layout & ArrayLayout.REVERSED for array in _arrays(event.elsewhere))
    elsewhere = event.elsewhere.alternatives
    convertible = all(map(foreign.is_array, elsewhere)) and not backwards
    if event.torch_name and not event.element and convertible:
        new = method_call(name(event.torch_name), "as_tensor", event.operand)
        fix = Replacement(Applicability.UNSAFE, event.operand, new)
    return Report(problem, Certainty.PROVEN, None, fix, "is an array")


def _arrays(given: Value) -> list[Array]:
    return [each for each in given.alternatives if isinstance(each, Array)]


def _spelled(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _fix(event: Refused, options: Options) -> Replacement | None:
    tensors = event.elsewhere.tensors
    if any(t.dtype & CASTS.keys() or t.layout & ~Layout.STRIDED for t in tensors):
        return None
    guards = _guards(tensors, options)
    new = event.operand
    if guards and options.fix_style is FixStyle.FORCE:
        new = method_call(new, "numpy", keyword("force", ast.Constant(True)))
    else:
        new = chained(new, *guards, "numpy")
    return Replacement(Applicability.UNSAFE, event.operand, new)


def _guards(tensors: tuple[Tensor, ...], options: Options) -> list[str]:
    """The methods that have to come before `.numpy()`."""
    guards = []
    if any(t.grad != Grad.NO for t in tensors):
        guards.append("detach")
    anywhere = options.device is not DevicePolicy.CPU
    if anywhere and any(t.device != Device.CPU for t in tensors):
        guards.append("cpu")
    return guards


UNSUPPORTED = "TypeError: unsupported operand type(s) for *: 'numpy.ndarray' and 'Tensor'"
TRANSPOSE = "TypeError: transpose(): argument 'dim0' (position 1) must be int, not list"

RULE = Rule(
    code="TNC106",
    name="wrong-library-function",
    summary="a tensor is given to a NumPy function, an array to a torch function, or the two are "
    "combined, in a way that always raises",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports NumPy functions that refuse every tensor, whatever its gradient or device: `np.mean`,
`np.sum`, `np.max`, `np.min`, `np.std`, `np.var`, `np.prod`, `np.any`, `np.all`, `np.moveaxis`,
`np.flip`, `np.copyto` and a few more. And the operators that fail with an array on the left and a
tensor on the right (`array * tensor`, also `+`, `-`, `//`, `%`, `**`, `@`, `&`, `|`, `^`, shifts
and their in-place forms), and `<`, `<=`, `>`, `>=` between the two in either order.

Also reports an array, or a list of arrays, given to a function of torch that takes tensors only:
`torch.exp`, `torch.stack`, `torch.matmul`, `torch.nn.functional.softmax` and some 600 more. And
`tensor[...] = array`: a tensor stores tensors and Python's numbers, no array, and of NumPy's
scalars neither `float32`, `float16`, `complex64` nor `bool`.

## Why is this bad?

These functions call the method of the same name with NumPy's arguments, which the tensor's method
does not take: `TypeError: mean() got an unexpected keyword argument 'axis'`. The operators leave
the work to the tensor, which does not know arrays. What confuses is that other functions do work
(`np.sqrt`, `np.argmax`, `np.median`), as do `tensor * array` and `array / tensor`. The functions of
torch convert nothing: `TypeError: exp(): argument 'input' (position 1) must be Tensor, not
numpy.ndarray`.

## Example

```python
import numpy as np
import torch

scores = torch.rand(5)
print(np.mean(scores))
```

## Use instead

```python
import numpy as np
import torch

scores = torch.rand(5)
print(np.mean(scores.numpy()))
```

or stay with torch: `scores.mean()`.

## Fix safety

The fix converts the tensor, with the guards (`.detach()`, `.cpu()`) that are not known to be
superfluous. It is unsafe, as the result is an array where a tensor may be wanted: in a computation
that is to be differentiated, convert the array instead. An array given to torch is wrapped in
`torch.as_tensor`, which shares its memory.

## References

- [NumPy's array dispatch](https://numpy.org/doc/stable/user/basics.dispatch.html)
- [`torch.mean`](https://docs.pytorch.org/docs/stable/generated/torch.mean.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

torch.manual_seed(0)
scores = torch.rand(5)
print(np.mean(scores))  # <- TNC106
""",
            fixed="""\
import numpy as np
import torch

torch.manual_seed(0)
scores = torch.rand(5)
print(np.mean(scores.numpy()))  # <- TNC106
""",
            cpu="TypeError: mean() got an unexpected keyword argument 'axis'",
            accelerator="TypeError: mean() got an unexpected keyword argument 'axis'",
            otherwise="TypeError: mean() received an invalid combination of arguments",
        ),
        Example(
            bad="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 2)
weights = np.array([0.25, 0.75])
print((weights * layer(torch.ones(3))).shape)  # <- TNC106
""",
            fixed="""\
import numpy as np
import torch

layer = torch.nn.Linear(3, 2)
weights = np.array([0.25, 0.75])
print((weights * layer(torch.ones(3)).detach().numpy()).shape)  # <- TNC106
""",
            cpu=UNSUPPORTED,
            accelerator=UNSUPPORTED,
        ),
        Example(
            bad="""\
import numpy as np
import torch

images = [torch.zeros(3, 4, 4) for _ in range(2)]
for image in images:
    print(np.moveaxis(image, 0, -1).shape)  # <- TNC106
""",
            fixed="""\
import numpy as np
import torch

images = [torch.zeros(3, 4, 4) for _ in range(2)]
for image in images:
    print(np.moveaxis(image.numpy(), 0, -1).shape)  # <- TNC106
""",
            cpu=TRANSPOSE,
            accelerator=TRANSPOSE,
            otherwise="TypeError: transpose() received an invalid combination of arguments",
        ),
        Example(
            bad="""\
import numpy as np
import torch

limits = np.array([0.5, 0.5])
print(torch.ones(2) > limits)  # <- TNC106
""",
            fixed="""\
import numpy as np
import torch

limits = np.array([0.5, 0.5])
print(torch.ones(2).numpy() > limits)  # <- TNC106
""",
            cpu="TypeError: '>' not supported between instances of 'Tensor' and 'numpy.ndarray'",
            accelerator="TypeError: '>' not supported between instances of 'Tensor' and "
            "'numpy.ndarray'",
        ),
        Example(
            bad="""\
import numpy as np
import torch

logits = np.array([0.5, 1.5])
print(torch.softmax(logits, dim=0))  # <- TNC106
""",
            fixed="""\
import numpy as np
import torch

logits = np.array([0.5, 1.5])
print(torch.softmax(torch.as_tensor(logits), dim=0))  # <- TNC106
""",
            cpu="TypeError: softmax(): argument 'input' (position 1) must be Tensor",
            accelerator="TypeError: softmax(): argument 'input' (position 1) must be Tensor",
            otherwise="TypeError: softmax() received an invalid combination of arguments",
        ),
        Example(
            bad="""\
import numpy as np
import torch

rows = [np.ones(2), np.zeros(2)]
print(torch.stack(rows))  # <- TNC106
""",
            fixed=None,
            cpu="TypeError: expected Tensor as element 0 in argument 0, but got numpy.ndarray",
            accelerator="TypeError: expected Tensor as element 0 in argument 0, but got "
            "numpy.ndarray",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

scores = torch.ones(5)
print(np.mean(scores.numpy()), scores.mean(), np.sqrt(scores), np.median(scores))
""",
        """\
import numpy as np
import torch

weights = np.array([0.25, 0.75])
print(torch.ones(2) * weights, weights / torch.ones(2), weights == torch.ones(2))
""",
        """\
import numpy as np
import torch

scores = np.array([0.25, 0.75])
print(scores.mean() * torch.ones(2), np.float64(2.0) * torch.ones(2), scores[0] < torch.ones(2))
""",
        """\
import numpy as np
import torch


def spread(values):
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu().numpy()
    return np.max(values) - np.min(values)


print(spread(torch.ones(2)), spread(np.ones(2)), spread([1.0, 2.0]))
""",
        """\
import numpy as np
import torch


def soft(values):
    if isinstance(values, np.ndarray):
        values = torch.from_numpy(values)
    return torch.softmax(values, dim=0)


rows = [np.ones(2), np.zeros(2)]
print(soft(np.ones(2)), torch.stack([torch.from_numpy(row) for row in rows]))
""",
        """\
import numpy as np
import torch

array = np.arange(6.0).reshape(2, 3)
print(torch.tensor(array).exp(), np.exp(array), torch.is_tensor(array), torch.as_tensor(array).T)
try:
    grown = torch.exp(array)
except TypeError:
    grown = torch.exp(torch.from_numpy(array))
print(grown)
""",
    ),
    event=Refused,
    check=check,
)
