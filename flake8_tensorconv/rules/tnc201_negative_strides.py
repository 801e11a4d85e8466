"""TNC201: an array with negative strides is made a tensor."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.lattice.values import ArrayLayout
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report an array that some axis of is stepped through backwards."""
    bad = [array for array in making.arrays(event) if array.layout & ArrayLayout.REVERSED]
    if not bad or making.is_expected(event, "ValueError"):
        return None
    message = (
        f"{making.called(event)} of an array with negative strides, which tensors cannot have; "
        "call `.copy()` on it first"
    )
    return Report(message, Certainty.PROVEN, bad[0].layout_reason, _fix(event))


def _fix(event: ToTensor) -> Replacement | None:
    if not making.may_be_array(event):
        return None
    every = making.arrays_everywhere(event)
    if every is None:
        return making.with_method(event, "copy", safe=False)
    surely = not any(array.layout & ArrayLayout.PLAIN for array in every)
    return making.with_method(event, "copy", safe=surely or event.via in making.COPYING)


NEGATIVE = "ValueError: At least one stride in the given numpy array is negative"

RULE = Rule(
    code="TNC201",
    name="negative-strides",
    summary="a tensor is made of an array with negative strides, such as `a[::-1]` or `np.flip(a)`",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.from_numpy`, `torch.as_tensor`, `torch.asarray`, `torch.tensor`, `torch.Tensor` and
its like of an array that steps backwards through memory: `a[::-1]`, `image[..., ::-1]`, the results
of `np.flip`, `np.fliplr`, `np.flipud` and `np.rot90`, and views of those.

## Why is this bad?

A tensor has no negative strides, so the conversion raises `ValueError: At least one stride in the
given numpy array is negative`. Even `torch.tensor`, which copies, refuses. Augmentations flip only
some of the samples, so the exception may come late in a run.

Nothing is reported where the array is put in order before: by `.copy()`, `np.ascontiguousarray`,
arithmetic, or indexing with an array.

## Example

```python
import numpy as np
import torch

image = np.zeros((4, 4, 3), dtype=np.uint8)
print(torch.from_numpy(image[..., ::-1]).shape)
```

## Use instead

```python
import numpy as np
import torch

image = np.zeros((4, 4, 3), dtype=np.uint8)
print(torch.from_numpy(image[..., ::-1].copy()).shape)
```

## Fix safety

The fix is safe where only such arrays arrive, or where the conversion copies anyway. Where an array
in plain order may arrive as well, it is unsafe: the tensor would no longer share that one's memory.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [`numpy.flip`](https://numpy.org/doc/stable/reference/generated/numpy.flip.html)
- [`numpy.ndarray.strides`](https://numpy.org/doc/stable/reference/generated/numpy.ndarray.strides.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

image = np.zeros((4, 4, 3), dtype=np.uint8)
print(torch.from_numpy(image[..., ::-1]).shape)  # <- TNC201
""",
            fixed="""\
import numpy as np
import torch

image = np.zeros((4, 4, 3), dtype=np.uint8)
print(torch.from_numpy(image[..., ::-1].copy()).shape)  # <- TNC201
""",
            cpu=NEGATIVE,
            accelerator=NEGATIVE,
        ),
        Example(
            bad="""\
import numpy as np
import torch


def to_tensor(image, mirrored):
    if mirrored:
        image = np.fliplr(image)
    return torch.as_tensor(image.transpose(2, 0, 1))  # <- TNC201


photo = np.zeros((4, 4, 3), dtype=np.float32)
print(to_tensor(photo, False).shape)
print(to_tensor(photo, True).shape)
""",
            fixed="""\
import numpy as np
import torch


def to_tensor(image, mirrored):
    if mirrored:
        image = np.fliplr(image)
    return torch.as_tensor(image.transpose(2, 0, 1).copy())  # <- TNC201


photo = np.zeros((4, 4, 3), dtype=np.float32)
print(to_tensor(photo, False).shape)
print(to_tensor(photo, True).shape)
""",
            cpu=NEGATIVE,
            accelerator=NEGATIVE,
        ),
        Example(
            bad="""\
import numpy as np
import torch

scores = np.array([0.3, 0.1, 0.2])
ranking = np.argsort(scores)[::-1]
print(torch.tensor(ranking))  # <- TNC201
""",
            fixed="""\
import numpy as np
import torch

scores = np.array([0.3, 0.1, 0.2])
ranking = np.argsort(scores)[::-1]
print(torch.tensor(ranking.copy()))  # <- TNC201
""",
            cpu=NEGATIVE,
            accelerator=NEGATIVE,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

image = np.arange(48, dtype=np.float32).reshape(4, 4, 3)
print(torch.from_numpy(image[..., ::-1].copy()).shape)
print(torch.from_numpy(np.ascontiguousarray(np.flip(image, 1))).shape)
print(torch.from_numpy(image[::-1] / 255.0).shape)
print(torch.from_numpy(image[:, ::-1][:, [0, 2]]).shape)
""",
        """\
import numpy as np
import torch

rows = np.arange(6.0).reshape(3, 2)
print(torch.from_numpy(rows[::-1][0]))
print([torch.from_numpy(row) for row in rows[::-1]])
print(torch.from_numpy(rows[::-1][::-1]), torch.from_numpy(np.flip(np.flip(rows, 0), 0)))
""",
        """\
import numpy as np
import torch

steps = np.arange(6.0)
steps = steps[::-1]
steps = steps - steps.mean()
print(torch.as_tensor(steps), torch.from_numpy(np.rot90(np.eye(2), 4)))
""",
    ),
    event=ToTensor,
    check=check,
)
