"""TNC405: data are given to `torch.Tensor` or one of its like."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.index.syntax import call_args
from flake8_tensorconv.lattice.values import Alternative, Constant, Plain, Tensor
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import attribute, keyword, method_call, name
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report a legacy constructor that is given one thing which is not surely a size."""
    dtype = making.legacy_dtype(event)
    if dtype is None or len(call_args(event.call)) != 1:
        return None
    if _is_shape(event.operand) or all(map(_is_number, event.elsewhere.alternatives)):
        return None
    message = (
        f"{making.called(event)} casts data to {dtype} without a word, may share their memory, and "
        f"takes a number for a size; use `torch.tensor(..., dtype=torch.{dtype})`"
    )
    return Report(message, Certainty.POSSIBLE, None, _fix(event, dtype))


def _is_shape(operand: ast.expr) -> bool:
    """`x.shape` or `x.size()`: a size as well."""
    name = operand.func if isinstance(operand, ast.Call) and not call_args(operand) else operand
    return isinstance(name, ast.Attribute) and name.attr in ("shape", "size")


def _is_number(each: Alternative) -> bool:
    """A size, or (if it is NumPy's) what TNC401 reports."""
    if isinstance(each, Constant):
        return isinstance(each.value, (int, float))
    return isinstance(each, Plain) and (bool(each.dtype) or each.is_number)


def _fix(event: ToTensor, dtype: str) -> Replacement | None:
    if event.torch_name is None or ".cuda." in event.via:
        return None
    if event.followed in making.WHOLE and dtype == "float32":
        return None  # `torch.Tensor(x).long()` means another dtype
    if any(isinstance(each, Tensor) and each.sure for each in event.elsewhere.alternatives):
        return None
    torch = name(event.torch_name)
    named = keyword("dtype", attribute(torch, dtype))
    new = method_call(torch, "tensor", event.operand, named)
    return making.instead(event, new, safe=False)


MISSING = "AssertionError: torch.Size([3])"

RULE = Rule(
    code="TNC405",
    name="legacy-constructor",
    summary="`torch.Tensor(data)` or its like instead of `torch.tensor(data, dtype=...)`",
    certainty=Certainty.POSSIBLE,
    default=False,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.Tensor`, `torch.FloatTensor`, `torch.LongTensor` and the other classes that name a
dtype, called with one argument that is not surely a size.

## Why is this bad?

What these constructors do depends on what they are given, and they say none of it:

- a list of numbers is cast: to float32 by `torch.Tensor`, so that a module that was made
  `.double()` computes with numbers of single precision;
- an array of the same dtype is *shared*, one of any other dtype is copied;
- a number is a size: `torch.Tensor(3)` is a tensor of three numbers that nobody has written;
- the result is on the CPU, whatever the tensors around it are on, and no argument changes that.

`torch.tensor` copies always, takes `dtype` and `device`, and a number is a number. PyTorch's own
documentation recommends it. Where harm is certain, TNC401 and TNC205 report it; this rule is for
projects that want none of the old constructors, and off by default.

## Example

```python
import torch

classes = 3
weight = torch.Tensor(float(classes) if classes > 9 else classes)
```

## Use instead

```python
import torch

classes = 3
weight = torch.tensor(float(classes) if classes > 9 else classes, dtype=torch.float32)
```

## Fix safety

The fix is unsafe. It copies where memory was shared, makes a number of what was a size, and follows
the default device, which the old constructors ignore.

## References

- [`torch.Tensor`](https://docs.pytorch.org/docs/stable/tensors.html#torch.Tensor)
- [`torch.tensor`](https://docs.pytorch.org/docs/stable/generated/torch.tensor.html)
""",
    examples=(
        Example(
            bad="""\
import json
import torch

threshold = json.loads("3")
limit = torch.Tensor(threshold)  # <- TNC405
assert limit.shape == (), limit.shape
""",
            fixed="""\
import json
import torch

threshold = json.loads("3")
limit = torch.tensor(threshold, dtype=torch.float32)  # <- TNC405
assert limit.shape == (), limit.shape
""",
            cpu=MISSING,
            accelerator=MISSING,
        ),
    ),
    silent=(
        """\
import torch

print(torch.Tensor(2, 3).shape, torch.Tensor(3).shape, torch.FloatTensor().shape)
given = torch.tensor([1, 2], dtype=torch.float32)
print(torch.Tensor(given.shape).shape, torch.Tensor(given.size()).shape)
""",
    ),
    event=ToTensor,
    check=check,
)
