"""TNC301: an array and a tensor share memory, one is changed, the other is used afterwards."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import SharedMemory, Trouble
from flake8_tensorconv.rules import sharing
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: SharedMemory, options: Options) -> Report | None:
    """Report a conversion whose two sides see each other's changes."""
    if event.trouble is not Trouble.CHANGED:
        return None
    what = "one of them is changed in place while the other is still in use"
    if event.outside:
        what = "one of them is changed in place while a caller may still use the other"
    message = f"{sharing.conversion(event)}, and {what}; {sharing.advice(event)}"
    certainty = Certainty.POSSIBLE if event.outside or event.perhaps else Certainty.PROVEN
    return Report(message, certainty, event.story, sharing.copying(event))


RULE = Rule(
    code="TNC301",
    name="shared-then-changed",
    summary="an array and a tensor share memory; one is changed in place, the other used later",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a conversion that gives memory a second name (`torch.from_numpy`, `torch.as_tensor`,
`torch.asarray`, `torch.Tensor` of a float32 array, `torch.from_dlpack`, `.numpy()`, `np.asarray`,
`np.from_dlpack`) if the memory is changed in place through one name and used afterwards through
the other: in the same function, over the rounds of a loop, through attributes, containers,
generators and helpers of the file.

## Why is this bad?

Nothing copies, so nothing protects. The usual form is a buffer that is filled anew in every round
while tensors made from it are kept in a list: in the end all of them show the last round. No
exception is raised and no warning is given; the numbers are wrong.

Where one name is given to callers outside the file and the memory is changed by a later call, as of
a method of the same object, the finding is a *possible* one: nothing in the file shows that a
caller still uses what he was given, and views may be what he is promised.

Sharing itself is no mistake, and often the point. Nothing is reported where the array is fresh and
never touched again, where it is bound to another object (`a = a + 1`), where the change comes
before the conversion, where a copy was taken, or where a buffer is only ever written through one
name and read through the other right afterwards, and nothing older is kept.

## Example

```python
import numpy as np
import torch

frame = np.empty(2)
history = []
for step in range(3):
    frame.fill(step)
    history.append(torch.from_numpy(frame))
print(history)  # three times the last frame
```

## Use instead

```python
import numpy as np
import torch

frame = np.empty(2)
history = []
for step in range(3):
    frame.fill(step)
    history.append(torch.from_numpy(frame).clone())
print(history)
```

## Fix safety

The fix copies at the conversion: `.clone()` for a tensor, `.copy()` for an array. It changes
behaviour on purpose and costs a copy, so it is unsafe. Where the sharing is meant, a
`# noqa: TNC301` says so to the next reader as well.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [`torch.as_tensor`](https://docs.pytorch.org/docs/stable/generated/torch.as_tensor.html)
- [NumPy: copies and views](https://numpy.org/doc/stable/user/basics.copies.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch

frame = np.empty(2)
history = []
for step in range(3):
    frame.fill(step)
    history.append(torch.from_numpy(frame))  # <- TNC301
first = history[0].tolist()
assert first == [0.0, 0.0], f"the first frame is {first}"
""",
            fixed="""\
import numpy as np
import torch

frame = np.empty(2)
history = []
for step in range(3):
    frame.fill(step)
    history.append(torch.from_numpy(frame).clone())  # <- TNC301
first = history[0].tolist()
assert first == [0.0, 0.0], f"the first frame is {first}"
""",
            cpu="AssertionError: the first frame is [2.0, 2.0]",
            accelerator="AssertionError: the first frame is [2.0, 2.0]",
        ),
        Example(
            bad="""\
import torch

weights = torch.ones(3)
before = weights.numpy()  # <- TNC301
weights.mul_(2)
change = (weights.numpy() - before).tolist()
assert change == [1.0, 1.0, 1.0], f"changed by {change}"
""",
            fixed="""\
import torch

weights = torch.ones(3)
before = weights.numpy().copy()  # <- TNC301
weights.mul_(2)
change = (weights.numpy() - before).tolist()
assert change == [1.0, 1.0, 1.0], f"changed by {change}"
""",
            cpu="AssertionError: changed by [0.0, 0.0, 0.0]",
            accelerator="AssertionError: changed by [0.0, 0.0, 0.0]",
        ),
        Example(
            bad="""\
import numpy as np
import torch


class Walker:
    def __init__(self):
        self.position = np.arange(2.0)

    def step(self):
        self.position += 1.0
        return torch.as_tensor(self.position)  # <- TNC301


walker = Walker()
first = walker.step()
walker.step()
assert first.tolist() == [1.0, 2.0], f"the first step ends at {first.tolist()}"
""",
            fixed="""\
import numpy as np
import torch


class Walker:
    def __init__(self):
        self.position = np.arange(2.0)

    def step(self):
        self.position += 1.0
        return torch.as_tensor(self.position).clone()  # <- TNC301


walker = Walker()
first = walker.step()
walker.step()
assert first.tolist() == [1.0, 2.0], f"the first step ends at {first.tolist()}"
""",
            cpu="AssertionError: the first step ends at [2.0, 3.0]",
            accelerator="AssertionError: the first step ends at [2.0, 3.0]",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch

totals = np.ones(3)
shared = torch.from_numpy(totals)
totals = totals + 1
print(shared, totals)
""",
        """\
import numpy as np
import torch

frame = np.ones((2, 3))
frame[0] = 5
tensor = torch.from_numpy(frame)
print(tensor, frame)
""",
        """\
import numpy as np
import torch

frame = np.ones(3)
history = []
for step in range(3):
    frame += 1
    history.append(torch.tensor(frame))
print(history)
""",
        """\
import numpy as np
import torch

model = torch.nn.Linear(3, 1, dtype=torch.float64)
staging = np.empty(3)
view = torch.from_numpy(staging)
with torch.no_grad():
    for step in range(3):
        staging[:] = step
        print(model(view))
""",
        """\
import numpy as np
import torch

counts = np.arange(3)
as_floats = torch.from_numpy(counts).float()
counts += 1
print(as_floats, counts)
""",
        """\
import numpy as np
import torch

rows = np.arange(6.0).reshape(3, 2)
head = torch.from_numpy(rows[:1])
rows[2] = 0
print(head, rows)
""",
    ),
    event=SharedMemory,
    check=check,
)
