"""TNC310: an alias of memory that the function does not own is returned or stored."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import SharedMemory, Trouble
from flake8_tensorconv.rules import sharing
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: SharedMemory, options: Options) -> Report | None:
    """Report a conversion whose result, an alias of the caller's memory, is given away."""
    if event.trouble is not Trouble.ESCAPES:
        return None
    message = (
        f"{sharing.conversion(event)}, which belongs to the caller, and is returned or stored: "
        f"later changes of the one show in the other; {sharing.advice(event)}"
    )
    return Report(message, Certainty.POSSIBLE, event.story, sharing.copying(event))


RULE = Rule(
    code="TNC310",
    name="escaping-alias",
    summary="an alias of memory that the function does not own is returned, stored or kept",
    certainty=Certainty.POSSIBLE,
    default=False,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a conversion of an argument that shares its memory, if the result is returned, stored in an
attribute or kept in a container. Off by default.

## Why is this bad?

Who called the function holds one name of the memory, and who gets the result another. Whether that
is harmful depends on code that is not in this file: as long as nobody changes the data in place,
not copying is the better choice, which is why this rule has to be asked for. It is meant for
libraries whose data must not change under their feet, such as data sets and replay buffers.

## Example

```python
import numpy as np
import torch


class Table(torch.utils.data.Dataset):
    def __init__(self, rows: np.ndarray):
        self.rows = torch.as_tensor(rows)
```

## Use instead

```python
import numpy as np
import torch


class Table(torch.utils.data.Dataset):
    def __init__(self, rows: np.ndarray):
        self.rows = torch.as_tensor(rows).clone()
```

## Fix safety

The fix copies at the conversion: `.clone()` for a tensor, `.copy()` for an array. It changes
behaviour on purpose and costs memory, so it is unsafe.

## References

- [`torch.as_tensor`](https://docs.pytorch.org/docs/stable/generated/torch.as_tensor.html)
- [NumPy: copies and views](https://numpy.org/doc/stable/user/basics.copies.html)
""",
    examples=(
        Example(
            bad="""\
import numpy as np
import torch


class Table(torch.utils.data.Dataset):
    def __init__(self, rows: np.ndarray):
        self.rows = torch.as_tensor(rows)  # <- TNC310


scratch = np.ones(3)
table = globals().get("Table")(scratch)
scratch[0] = 7
first = table.rows[0].item()
assert first == 1.0, f"the table begins with {first}"
""",
            fixed="""\
import numpy as np
import torch


class Table(torch.utils.data.Dataset):
    def __init__(self, rows: np.ndarray):
        self.rows = torch.as_tensor(rows).clone()  # <- TNC310


scratch = np.ones(3)
table = globals().get("Table")(scratch)
scratch[0] = 7
first = table.rows[0].item()
assert first == 1.0, f"the table begins with {first}"
""",
            cpu="AssertionError: the table begins with 7.0",
            accelerator="AssertionError: the table begins with 7.0",
        ),
    ),
    silent=(
        """\
import numpy as np
import torch


class Table(torch.utils.data.Dataset):
    def __init__(self, rows: np.ndarray):
        self.rows = torch.tensor(rows)


print(Table(np.ones(3)).rows)
""",
        """\
import numpy as np
import torch


def mean(values: np.ndarray) -> float:
    return torch.from_numpy(values).mean().item()


print(mean(np.ones(3)))
""",
    ),
    event=SharedMemory,
    check=check,
)
