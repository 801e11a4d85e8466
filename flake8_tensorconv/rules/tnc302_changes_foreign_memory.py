"""TNC302: through the second name of a conversion, memory is changed that belongs to the caller."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import SharedMemory, Trouble
from flake8_tensorconv.rules import sharing
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: SharedMemory, options: Options) -> Report | None:
    """Report a conversion through which somebody else's memory is changed."""
    if event.trouble is not Trouble.FOREIGN:
        return None
    message = (
        f"{sharing.conversion(event)}, and what is changed in place here belongs to the caller; "
        f"{sharing.advice(event)}"
    )
    certainty = Certainty.POSSIBLE if event.perhaps else Certainty.PROVEN
    return Report(message, certainty, event.story, sharing.copying(event))


RULE = Rule(
    code="TNC302",
    name="changes-foreign-memory",
    summary="memory of the caller is changed in place through the alias that a conversion made",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a conversion of an argument that shares its memory, if the function then changes the result
in place and goes on with it: an in-place method, an augmented assignment, an item assignment, an
optimizer that trains a parameter made over the argument's memory.

## Why is this bad?

The caller's array or tensor changes as well, far away from any line that names it. A second call
with the same argument then starts from the changed data: images are normalised twice, the
pretrained vectors are no longer the pretrained ones.

Nothing is reported where the alias is not kept (`torch.from_numpy(out).copy_(result)`): there the
change of the argument is the purpose.

## Example

```python
import numpy as np
import torch


def normalized(image: np.ndarray) -> torch.Tensor:
    tensor = torch.from_numpy(image)
    tensor.div_(255)
    return tensor
```

## Use instead

```python
import numpy as np
import torch


def normalized(image: np.ndarray) -> torch.Tensor:
    tensor = torch.from_numpy(image).clone()
    tensor.div_(255)
    return tensor
```

## Fix safety

The fix copies at the conversion: `.clone()` for a tensor, `.copy()` for an array. It changes
behaviour on purpose, so it is unsafe: some caller may rely on seeing the change.

## References

- [`torch.from_numpy`](https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html)
- [In-place operations](https://docs.pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch


def normalized(image: np.ndarray) -> torch.Tensor:
    tensor = torch.from_numpy(image)  # <- TNC302
    tensor.div_(255)
    return tensor


photo = np.full(3, 255.0)
globals().get("normalized")(photo)
assert photo[0] == 255.0, f"the photo holds {photo[0]}"
""",
            fixed="""\
import numpy as np
import torch


def normalized(image: np.ndarray) -> torch.Tensor:
    tensor = torch.from_numpy(image).clone()  # <- TNC302
    tensor.div_(255)
    return tensor


photo = np.full(3, 255.0)
globals().get("normalized")(photo)
assert photo[0] == 255.0, f"the photo holds {photo[0]}"
""",
            cpu="AssertionError: the photo holds 1.0",
            accelerator="AssertionError: the photo holds 1.0",
        ),
        Example(
            bad="""\
import numpy as np
import torch


def shifted(points: torch.Tensor):
    assert points.device.type == "cpu" and not points.requires_grad
    values = np.asarray(points)  # <- TNC302
    values -= values.mean()
    return values


cloud = torch.tensor([1.0, 3.0])
globals().get("shifted")(cloud)
assert cloud.tolist() == [1.0, 3.0], f"the cloud holds {cloud.tolist()}"
""",
            fixed="""\
import numpy as np
import torch


def shifted(points: torch.Tensor):
    assert points.device.type == "cpu" and not points.requires_grad
    values = np.asarray(points).copy()  # <- TNC302
    values -= values.mean()
    return values


cloud = torch.tensor([1.0, 3.0])
globals().get("shifted")(cloud)
assert cloud.tolist() == [1.0, 3.0], f"the cloud holds {cloud.tolist()}"
""",
            cpu="AssertionError: the cloud holds [-1.0, 1.0]",
            accelerator="AssertionError: the cloud holds [-1.0, 1.0]",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch


def normalized(image: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(image).div(255)


print(normalized(np.full(3, 255.0)))
""",
        """\
import numpy as np
import torch


def store(result: torch.Tensor, out: np.ndarray) -> None:
    torch.from_numpy(out).copy_(result)


store(torch.ones(3, dtype=torch.float64), np.zeros(3))
""",
        """\
import numpy as np
import torch


def normalized(image: np.ndarray) -> torch.Tensor:
    tensor = torch.from_numpy(image.astype(np.float32))
    tensor.div_(255)
    return tensor


print(normalized(np.full(3, 255.0)))
""",
    ),
    event=SharedMemory,
    check=check,
)
