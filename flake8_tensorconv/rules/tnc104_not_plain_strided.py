"""TNC104: a sparse, conjugated or negated tensor is handed to NumPy."""

from __future__ import annotations

import ast

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import Route, ToNumpy
from flake8_tensorconv.index.syntax import is_constant, keyword
from flake8_tensorconv.lattice.values import Layout
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.record import Example, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty

#: Bad layout, what to say of one tensor and of several, the cure, does `force=True` cure it too?
CURES = (
    (Layout.SPARSE, "of a sparse layout", "of a sparse layout", "to_dense", False),
    (
        Layout.CONJ,
        "that is a lazy conjugate",
        "that are lazy conjugates",
        "resolve_conj",
        True,
    ),
    (Layout.NEG, "that is a lazy negative", "that are lazy negatives", "resolve_neg", True),
)


def check(event: ToNumpy, options: Options) -> Report | None:
    """Report a tensor whose memory does not hold its values plainly."""
    for layout, one, many, cure, force in CURES:
        if not any(layout in tensor.layout for tensor in event.tensors):
            continue
        problem = guards.describe(event, one, many)
        runs = layout is Layout.NEG and event.route is Route.DLPACK
        if runs:
            if _copies(event.call):
                continue
            problem += ", which yields the values with the wrong sign"
        reason = guards.first(t.layout_reason for t in event.tensors if layout in t.layout)
        advice = guards.advice(event, options, (cure,), force)
        # With two bad layouts on different paths each cure is harmless to the other.
        return Report(
            f"{problem}; {advice}",
            Certainty.PROVEN,
            reason,
            guards.guard(event, options, (cure,), safe=not runs, force=force),
            guards.claim(event, one, many),
        )
    return None


def _copies(call: ast.expr) -> bool:
    """May `np.from_dlpack` be asked for a copy, which torch makes with the right sign?"""
    asked = keyword(call, "copy") if isinstance(call, ast.Call) else None
    return asked is not None and not is_constant(asked, None) and not is_constant(asked, False)


SPARSE = "TypeError: can't convert Sparse layout tensor to numpy."
CONJ = "RuntimeError: Can't call numpy() on Tensor that has conjugate bit set."
NEG = "RuntimeError: Can't call numpy() on Tensor that has negative bit set."

RULE = Rule(
    code="TNC104",
    name="not-plain-strided",
    summary="a sparse, lazily conjugated or lazily negated tensor is converted to a NumPy array",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a tensor that reaches NumPy although its memory does not hold its values plainly: one of a
sparse layout (COO, CSR ...), one whose conjugation (`.conj()`, `.H`, `.mH`, `torch.conj`) is only
noted in a bit, or one whose negation is (the imaginary part of a lazy conjugate).

## Why is this bad?

NumPy has neither layout nor bits of that kind. torch raises `TypeError: can't convert Sparse
layout tensor to numpy` or `RuntimeError: Can't call numpy() on Tensor that has conjugate bit set`.
`np.from_dlpack` of a lazily negated tensor raises nothing: it yields the values with the wrong
sign, except with `copy=True`. `resolve_conj()`, `resolve_neg()` and `to_dense()` return a tensor
and leave the old one as it is, so that a call of them for effect does nothing.

## Example

```python
import torch

spectrum = torch.fft.fft(torch.arange(4.0))
print(spectrum.conj().numpy())
```

## Use instead

```python
import torch

spectrum = torch.fft.fft(torch.arange(4.0))
print(spectrum.conj().resolve_conj().numpy())
```

## Fix safety

Safe: `.to_dense()`, `.resolve_conj()` and `.resolve_neg()` return a plain tensor itself. A sparse
tensor may take a lot of memory once it is dense; the program that asked for an array of it wanted
just that.

Unsafe for `np.from_dlpack` of a lazily negated tensor, the one case in which the old code ran: the
result had the wrong sign and shared the tensor's memory; now it has the right sign and is a copy.

## References

- [`torch.Tensor.resolve_conj`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.resolve_conj.html)
- [`torch.Tensor.resolve_neg`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.resolve_neg.html)
- [`torch.Tensor.to_dense`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.to_dense.html)
- [Sparse tensors](https://docs.pytorch.org/docs/stable/sparse.html)
- [`torch.conj`](https://docs.pytorch.org/docs/stable/generated/torch.conj.html)
""",
    examples=(
        Example(
            bad="""\
import torch

adjacency = torch.eye(3).to_sparse()
print(adjacency.numpy())  # <- TNC104
""",
            fixed="""\
import torch

adjacency = torch.eye(3).to_sparse()
print(adjacency.to_dense().numpy())  # <- TNC104
""",
            cpu=SPARSE,
            accelerator=SPARSE,
        ),
        Example(
            bad="""\
import numpy as np
import torch

adjacency = torch.eye(3).to_sparse_csr()
print(np.asarray(adjacency).sum())  # <- TNC104
""",
            fixed="""\
import numpy as np
import torch

adjacency = torch.eye(3).to_sparse_csr()
print(np.asarray(adjacency.to_dense()).sum())  # <- TNC104
""",
            cpu="TypeError: can't convert SparseCsr layout tensor to numpy.",
            accelerator="TypeError: can't convert SparseCsr layout tensor to numpy.",
        ),
        Example(
            bad="""\
import torch

spectrum = torch.fft.fft(torch.arange(4.0))
print(spectrum.conj().numpy())  # <- TNC104
""",
            fixed="""\
import torch

spectrum = torch.fft.fft(torch.arange(4.0))
print(spectrum.conj().resolve_conj().numpy())  # <- TNC104
""",
            cpu=CONJ,
            accelerator=CONJ,
        ),
        Example(
            bad="""\
import torch

response = torch.conj(torch.fft.fft(torch.arange(4.0)))
if response.is_conj():
    response.resolve_conj()
print(response.cpu().numpy())  # <- TNC104
""",
            fixed="""\
import torch

response = torch.conj(torch.fft.fft(torch.arange(4.0)))
if response.is_conj():
    response.resolve_conj()
print(response.cpu().resolve_conj().numpy())  # <- TNC104
""",
            cpu=CONJ,
            accelerator=CONJ,
        ),
        Example(
            bad="""\
import torch

phase = torch.fft.fft(torch.arange(4.0)).conj().imag
print(phase.numpy())  # <- TNC104
""",
            fixed="""\
import torch

phase = torch.fft.fft(torch.arange(4.0)).conj().imag
print(phase.resolve_neg().numpy())  # <- TNC104
""",
            cpu=NEG,
            accelerator=NEG,
        ),
        Example(
            bad="""\
import numpy as np
import torch

phase = torch.fft.fft(torch.arange(4.0)).conj().imag
print(np.from_dlpack(phase))  # <- TNC104
""",
            fixed="""\
import numpy as np
import torch

phase = torch.fft.fft(torch.arange(4.0)).conj().imag
print(np.from_dlpack(phase.resolve_neg()))  # <- TNC104
""",
            cpu=None,
            accelerator=None,
        ),
    ),
    silent=(
        """\
import torch

adjacency = torch.eye(3).to_sparse()
print(adjacency.to_dense().numpy(), adjacency.coalesce().values().numpy())
""",
        """\
import torch

spectrum = torch.fft.fft(torch.arange(4.0))
mirrored = spectrum.conj()
print(mirrored.resolve_conj().numpy(), torch.conj_physical(spectrum).numpy())
print(mirrored.conj().numpy(), mirrored.numpy(force=True))
""",
        """\
import torch

spectrum = torch.fft.fft(torch.arange(4.0)).conj()
print((spectrum * 2).numpy(), spectrum.abs().numpy(), spectrum.real.numpy())
""",
        """\
import torch

plain = torch.arange(4.0).conj()
print(plain.numpy())
""",
        """\
import torch

phase = torch.fft.fft(torch.arange(4.0)).imag
print(phase.numpy(), (-phase).numpy())
""",
        """\
import torch

image = torch.arange(12.0).reshape(3, 4)
print(image.T.numpy(), image[:, ::2].numpy(), image.expand(2, 3, 4).numpy())
""",
    ),
    event=ToNumpy,
    check=check,
)
