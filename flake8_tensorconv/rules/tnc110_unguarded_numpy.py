"""TNC110: a tensor of which neither gradient nor device is known is turned into an array."""

from __future__ import annotations

from flake8_tensorconv.config import DevicePolicy, Options
from flake8_tensorconv.events.records import ToNumpy
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToNumpy, options: Options) -> Report | None:
    """Report a conversion without any guard, of something that nothing shows to be safe."""
    if not guards.is_explicit(event) or guards.grad_state(event) is not guards.State.MAYBE:
        return None
    if guards.device_state(event, options) is guards.State.PROVEN:
        return None
    if event.blind or not guards.device_unknown(event):
        return None
    if options.device is DevicePolicy.CPU:
        problem = "that may require grad"
        methods: tuple[str, ...] = ("detach",)
    else:
        problem = "that may require grad or be on an accelerator"
        methods = ("detach", "cpu")
    return Report(
        f"{guards.describe(event, problem, problem)}; {guards.advice(event, options, methods)}",
        Certainty.POSSIBLE,
        guards.grad_reason(event) or guards.device_reason(event),
        guards.guard(event, options, methods),
        guards.claim(event, problem, problem),
    )


GRAD = "RuntimeError: Can't call numpy() on Tensor that requires grad."

RULE = Rule(
    code="TNC110",
    name="unguarded-numpy",
    summary="`.numpy()` or `np.asarray()` without `.detach()` and `.cpu()`; nothing shows it safe",
    certainty=Certainty.POSSIBLE,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a plain `.numpy()` on a tensor that comes from outside the file, such as an argument of a
public function: nothing in the file says whether it requires grad, nor on which device it is, and
neither a guard nor a grad mode takes care of it. In a file that uses torch, an argument of unknown
type is reported too, unless the file shows that it belongs to another library.

What is from where the file shows nothing is not reported: what an unknown function returns, what
is stored in an unknown object, the elements and attributes of an argument of unknown type. It has
to be declared as a tensor, tested for being one (`isinstance`), or put on a device that may be an
accelerator, or computed with what is.

`np.asarray`, `np.array`, `np.stack`, `np.concatenate` and their like do the same as `.numpy()`, and
are reported where they are given tensors and nothing else. Of what may also be a list or an array
they say only that an array is wanted; that, and functions that merely read a tensor as an array, is
left to TNC113.

## Why is this bad?

It works until someone passes the output of a model, or a tensor on an accelerator; then it raises
`RuntimeError: Can't call numpy() on Tensor that requires grad` or `TypeError: can't convert cuda:0
device type tensor to numpy`. Both guards cost nothing where they are not needed.

## Example

```python
import torch


def probabilities(scores: torch.Tensor):
    return torch.softmax(scores, dim=-1).numpy()
```

## Use instead

```python
import torch


def probabilities(scores: torch.Tensor):
    return torch.softmax(scores, dim=-1).detach().cpu().numpy()
```

With the option `fix-style = force` it becomes `.numpy(force=True)`, which does the same.

## Fix safety

Safe where the receiver is known to be a torch tensor: both guards return it as it is if there is
nothing to do. Unsafe where its type is unknown, as an object of another library may have `.numpy()`
but no `.detach()`. With the option `device = cpu` the fix leaves `.cpu()` out. The rule itself then
still reports: a possible gradient is left.

## References

- [`torch.Tensor.numpy`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.numpy.html)
- [pytorch/pytorch#20778](https://github.com/pytorch/pytorch/issues/20778) and
  [pytorch/pytorch#91382](https://github.com/pytorch/pytorch/issues/91382), on
  `.detach().cpu().numpy()` and `force=True`
""",
    examples=(
        Example(
            bad="""\
from concurrent.futures import ThreadPoolExecutor

import torch


def to_array(scores: torch.Tensor):
    return scores.numpy()  # <- TNC110


with ThreadPoolExecutor() as pool:
    scores = torch.nn.Linear(2, 1)(torch.ones(2))
    print(pool.submit(to_array, scores).result())
""",
            fixed="""\
from concurrent.futures import ThreadPoolExecutor

import torch


def to_array(scores: torch.Tensor):
    return scores.detach().cpu().numpy()  # <- TNC110


with ThreadPoolExecutor() as pool:
    scores = torch.nn.Linear(2, 1)(torch.ones(2))
    print(pool.submit(to_array, scores).result())
""",
            cpu=GRAD,
            accelerator=GRAD,
        ),
        Example(
            bad="""\
import torch


def probabilities(scores: torch.Tensor):
    return torch.softmax(scores, dim=-1).numpy()  # <- TNC110
""",
            fixed="""\
import torch


def probabilities(scores: torch.Tensor):
    return torch.softmax(scores, dim=-1).detach().cpu().numpy()  # <- TNC110
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import torch


class Recorder:
    def __init__(self):
        self.frames = []

    def add(self, frame: torch.Tensor):
        self.frames.append(frame.squeeze(0).numpy())  # <- TNC110
""",
            fixed="""\
import torch


class Recorder:
    def __init__(self):
        self.frames = []

    def add(self, frame: torch.Tensor):
        self.frames.append(frame.squeeze(0).detach().cpu().numpy())  # <- TNC110
""",
            cpu=None,
            accelerator=None,
        ),
        Example(
            bad="""\
import numpy as np
import torch


def bounds(values: torch.Tensor):
    array = np.asarray(values)  # <- TNC110
    return array.min(), array.max()
""",
            fixed="""\
import numpy as np
import torch


def bounds(values: torch.Tensor):
    array = np.asarray(values.detach().cpu())  # <- TNC110
    return array.min(), array.max()
""",
            cpu=None,
            accelerator=None,
        ),
    ),
    silent=(
        """\
import numpy as np
import torch


def bounds(values: torch.Tensor | np.ndarray):
    array = np.asarray(values)
    return array.min(), array.max()
""",
        """\
import torch


def probabilities(scores: torch.Tensor):
    return torch.softmax(scores, dim=-1).detach().cpu().numpy()
""",
        """\
import torch


def to_list(values: torch.Tensor):
    return values.numpy(force=True), values.tolist()
""",
        """\
import torch


def ramp(count: int):
    return torch.linspace(0.0, 1.0, count).numpy()


def _first(values):
    return values[0].numpy()


print(ramp(3), _first(torch.zeros(2, 2)))
""",
        """\
import torch


def load(path, tensor: torch.Tensor):
    if tensor.requires_grad or tensor.device.type != "cpu":
        raise ValueError(f"{path}: a plain tensor is wanted")
    return tensor.numpy()
""",
        """\
import torch


class Frame:
    def numpy(self):
        return [1, 2, 3]


def read(frame: Frame):
    return frame.numpy(), torch.zeros(3).numpy()
""",
    ),
    event=ToNumpy,
    check=check,
)
