"""TNC208: an index, class or target is of a dtype that torch does not take there."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.computations import IndexDtype
from flake8_tensorconv.knowledge.dtypes import is_floating
from flake8_tensorconv.rules.building import method_call
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: IndexDtype, options: Options) -> Report | None:
    """Report an index that is surely refused."""
    names = " or ".join(sorted(event.tensor.dtype))
    safe = not any(map(is_floating, event.tensor.dtype))
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    fix = Replacement(applicability, event.operand, method_call(event.operand, "long"))
    function = event.via.rpartition(".")[2]
    return Report(
        f"`{function}` refuses positions of dtype {names}; call `.long()` on them",
        Certainty.PROVEN,
        event.tensor.dtype_reason,
        fix,
        f"is of dtype {names}",
    )


ONE_HOT = "RuntimeError: one_hot is only applicable to index tensor of type LongTensor"

RULE = Rule(
    code="TNC208",
    name="index-dtype",
    summary="an index, class or target is of a dtype that torch refuses there",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports tensors that hold positions or classes and are of a dtype that the function does not take:
the classes of `F.one_hot`, the targets of `cross_entropy` and `nll_loss`, the indices of
embeddings, `gather`, `take`, `index_select`, `index_add`, `index_copy`, `index_fill` and the
`scatter` family. Which dtypes each of them refuses was measured.

## Why is this bad?

torch wants int64 positions (some of its functions also take int32, and losses uint8), while arrays
of labels are int32, uint8, int16 or float64 as the file or the computation has it, and
`torch.from_numpy` keeps the dtype: `RuntimeError: one_hot is only applicable to index tensor of
type LongTensor`.

## Example

```python
import numpy as np
import torch

labels = torch.from_numpy(np.array([0, 2, 1], dtype=np.int32))
print(torch.nn.functional.one_hot(labels))
```

## Use instead

```python
import numpy as np
import torch

labels = torch.from_numpy(np.array([0, 2, 1], dtype=np.int32))
print(torch.nn.functional.one_hot(labels.long()))
```

or make the array `np.int64` in the first place.

## Fix safety

The fix adds `.long()`. Integers stay what they are; for floats, which it cuts to whole numbers, it
is unsafe.

## References

- [`torch.nn.functional.one_hot`](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html)
- [`torch.nn.CrossEntropyLoss`](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch
import torch.nn.functional as F

labels = torch.from_numpy(np.array([0, 2, 1], dtype=np.int32))
print(F.one_hot(labels, num_classes=3).shape)  # <- TNC208
""",
            fixed="""\
import numpy as np
import torch
import torch.nn.functional as F

labels = torch.from_numpy(np.array([0, 2, 1], dtype=np.int32))
print(F.one_hot(labels.long(), num_classes=3).shape)  # <- TNC208
""",
            cpu=ONE_HOT,
            accelerator=ONE_HOT,
        ),
        Example(
            bad="""\
import numpy as np
import torch

scores = torch.ones(3, 2)
labels = torch.as_tensor(np.array([0, 1, 1], dtype=np.int16))
print(scores.gather(1, labels.view(-1, 1)).shape)  # <- TNC208
""",
            fixed="""\
import numpy as np
import torch

scores = torch.ones(3, 2)
labels = torch.as_tensor(np.array([0, 1, 1], dtype=np.int16))
print(scores.gather(1, labels.view(-1, 1).long()).shape)  # <- TNC208
""",
            cpu="RuntimeError: gather(): Expected dtype int",
            accelerator="RuntimeError: gather(): Expected dtype int",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch
import torch.nn.functional as F

labels = torch.from_numpy(np.array([0, 2, 1]))
print(F.one_hot(labels).shape, F.cross_entropy(torch.ones(3, 3), labels).item())
""",
        """\
import numpy as np
import torch
import torch.nn.functional as F

labels = torch.from_numpy(np.array([0, 1, 1], dtype=np.int32))
table = torch.nn.Embedding(2, 4)
shares = torch.from_numpy(np.full((3, 2), 0.5, dtype=np.float32))
print(table(labels).shape, F.one_hot(labels.to(torch.int64)).shape)
print(F.cross_entropy(torch.ones(3, 2), shares).item(), torch.ones(3)[labels.long()].shape)
""",
    ),
    event=IndexDtype,
    check=check,
)
