"""TNC503: a tensor is made of a list of tensors."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToTensor
from flake8_tensorconv.lattice.values import Grad, Tensor, Value
from flake8_tensorconv.rules import making
from flake8_tensorconv.rules.building import attribute, keyword, method_call, name
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty


def check(event: ToTensor, options: Options) -> Report | None:
    """Report a list or tuple of tensors that is read element by element."""
    constructor = event.via in _STACKING or making.legacy_dtype(event) is not None
    if not constructor or not event.sequence:
        return None
    tensors = event.inside.tensors
    if _are_tensors(event.rows):
        lists, advice, fix, tensors = "lists", "", None, event.rows.tensors
    elif _are_tensors(event.inside):
        numbers = all(each.ndim == 0 for each in event.inside.tensors)
        lists, advice = "a list", "" if numbers else _OF_ONE_ELEMENT
        fix = _fix(event) if numbers else None
    else:
        return None
    if any(each.grad & Grad.YES for each in tensors):
        cuts = " and cuts their gradients"
    else:
        cuts = " and would cut gradients" if any(t.grad & ~Grad.NO for t in tensors) else ""
    message = (
        f"{making.called(event)} of {lists} of tensors reads them one by one"
        f"{cuts}; use `torch.stack(...)`{advice}"
    )
    return Report(message, Certainty.PROVEN, None, fix)


#: `torch.tensor` makes a vector of them, `torch.stack` a matrix.
_OF_ONE_ELEMENT = ", or `torch.cat(...)` if they are of shape `(1,)`"


_STACKING = {"torch.tensor", "torch.as_tensor", "torch.asarray"}


def _are_tensors(inside: Value) -> bool:
    return bool(inside) and all(
        isinstance(each, Tensor) and each.sure for each in inside.alternatives
    )


def _fix(event: ToTensor) -> Replacement | None:
    """Stack the list, and cast and move the result as it was asked for."""
    asked = making.keywords(event, ("dtype", "device"))
    if asked is None or event.torch_name is None:
        return None
    dtype = making.legacy_dtype(event)
    if ".cuda." in event.via:
        return None
    torch = name(event.torch_name)
    new = method_call(torch, "stack", event.operand)
    if dtype is not None:
        asked["dtype"] = keyword("dtype", attribute(torch, dtype))
    if asked:
        new = method_call(new, "to", *asked.values())
    return making.instead(event, new, safe=False)


RULE = Rule(
    code="TNC503",
    name="list-of-tensors",
    summary="a tensor is made of a list of tensors, one by one",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.UNSAFE,
    min_torch=None,
    doc="""\
## What it does

Reports `torch.tensor`, `torch.as_tensor`, `torch.Tensor`, `torch.FloatTensor` and their like of a
list or tuple whose elements are tensors, or are such lists or tuples themselves. Where a gradient
is lost by it that is needed afterwards, [TNC402](TNC402.md) says so instead.

## Why is this bad?

torch reads the elements as Python numbers, one after the other. On an accelerator each of them is
waited for and copied to the CPU, and the new tensor lies on the CPU. The gradients are cut without
a word. Tensors of more than one number are refused: "only one element tensors can be converted to
Python scalars".

## Example

```python
import torch

weight = torch.ones(2, requires_grad=True)
losses = [weight.sum(), weight.prod()]
total = torch.tensor(losses).mean()
```

## Use instead

```python
import torch

weight = torch.ones(2, requires_grad=True)
losses = [weight.sum(), weight.prod()]
total = torch.stack(losses).mean()
```

## Fix safety

The fix is unsafe: the result stays where the elements are and keeps their graph, which is what is
meant as a rule. It is offered only where all elements are known to have no axes. Of tensors of
shape `(1,)`, `torch.tensor` makes a vector and `torch.stack` a matrix: there `torch.cat` is right.
For lists in lists there is none.

## References

- [`torch.stack`](https://docs.pytorch.org/docs/stable/generated/torch.stack.html)
- [`torch.tensor`](https://docs.pytorch.org/docs/stable/generated/torch.tensor.html)
""",
    examples=(
        Example(
            bad="""\
import torch

weight = torch.ones(2, requires_grad=True)
losses = [weight.sum(), weight.prod()]
total = torch.tensor(losses).mean()  # <- TNC503
assert total.requires_grad, "the graph is lost"
""",
            fixed="""\
import torch

weight = torch.ones(2, requires_grad=True)
losses = [weight.sum(), weight.prod()]
total = torch.stack(losses).mean()  # <- TNC503
assert total.requires_grad, "the graph is lost"
""",
            cpu="AssertionError: the graph is lost",
            accelerator="AssertionError: the graph is lost",
        ),
        Example(
            bad="""\
import torch

weight = torch.ones(2, requires_grad=True)
total = torch.as_tensor([weight[0], weight[1]], dtype=torch.float64)  # <- TNC503
assert total.requires_grad, "the graph is lost"
""",
            fixed="""\
import torch

weight = torch.ones(2, requires_grad=True)
total = torch.stack([weight[0], weight[1]]).to(dtype=torch.float64)  # <- TNC503
assert total.requires_grad, "the graph is lost"
""",
            cpu="AssertionError: the graph is lost",
            accelerator="AssertionError: the graph is lost",
        ),
    ),
    silent=(
        """\
import torch

weight = torch.ones(2, requires_grad=True)
losses = [weight.sum(), weight.prod()]
print(torch.stack(losses), torch.tensor([loss.item() for loss in losses]))
""",
        """\
import torch

sizes = [torch.zeros(n).numel() for n in range(3)]
print(torch.tensor(sizes), torch.tensor([float(torch.ones(2).sum())]), torch.Tensor([2, 3]))
""",
    ),
    event=ToTensor,
    check=check,
)
