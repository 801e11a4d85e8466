"""TNC103: a tensor whose dtype NumPy does not know is handed to it."""

from __future__ import annotations

from flake8_tensorconv.config import Options
from flake8_tensorconv.events.records import ToNumpy
from flake8_tensorconv.rules import guards
from flake8_tensorconv.rules.record import Example, Replacement, Report, Rule
from flake8_tensorconv.source.findings import Applicability, Certainty

#: What makes a NumPy dtype of each dtype that has none; "" where no method does.
CASTS = {
    "bfloat16": "float",
    "float8_e4m3fn": "float",
    "float8_e4m3fnuz": "float",
    "float8_e5m2": "float",
    "float8_e5m2fnuz": "float",
    "float8_e8m0fnu": "float",
    "float4_e2m1fn_x2": "",
    "complex32": "cfloat",
    "qint8": "dequantize",
    "quint8": "dequantize",
    "qint32": "dequantize",
    "quint4x2": "dequantize",
    "quint2x4": "dequantize",
    **dict.fromkeys((f"{kind}{bits}" for kind in ("int", "uint") for bits in range(1, 8)), ""),
    **dict.fromkeys(("bits8", "bits16", "bits1x8", "bits2x4", "bits4x2"), ""),
}

#: Dtypes that a cast leaves alone, so that it may stand where they arrive as well.
UNCHANGED = {"float": {"float32"}, "cfloat": {"complex64"}, "dequantize": {"float32"}}


def check(event: ToNumpy, options: Options) -> Report | None:
    """Report a tensor of a dtype that NumPy does not have."""
    bad = sorted({name for tensor in event.tensors for name in tensor.dtype if name in CASTS})
    if not bad:
        return None
    casts = {CASTS[name] for name in bad}
    words = f"of dtype {' or '.join(bad)}"
    problem = guards.describe(event, words, words)
    hint = "which NumPy does not have"
    if len(casts) == 1 and (cast := casts.pop()):
        hint += f"; {guards.advice(event, options, (cast,), force=False)}"
        fix = _fix(event, options, cast)
    else:
        fix = None
    reason = guards.first(
        tensor.dtype_reason for tensor in event.tensors if tensor.dtype & CASTS.keys()
    )
    return Report(
        f"{problem}, {hint}", Certainty.PROVEN, reason, fix, guards.claim(event, words, words)
    )


def _fix(event: ToNumpy, options: Options, cast: str) -> Replacement | None:
    dtypes = {name for t in (*event.tensors, *event.elsewhere) for name in t.dtype}
    same = {name for name in CASTS if CASTS[name] == cast} | UNCHANGED[cast]
    return guards.guard(event, options, (cast,), safe=dtypes <= same, force=False)


BFLOAT16 = "TypeError: Got unsupported ScalarType BFloat16"

RULE = Rule(
    code="TNC103",
    name="no-numpy-dtype",
    summary="a bfloat16, float8, complex32 or quantized tensor is converted to a NumPy array",
    certainty=Certainty.PROVEN,
    default=True,
    fixes=Applicability.SAFE,
    min_torch=None,
    doc="""\
## What it does

Reports a tensor that reaches NumPy with a dtype that NumPy does not have: `bfloat16`, the
`float8` family, `complex32` (`chalf`), the quantized dtypes, and those of fewer than eight bits.

## Why is this bad?

The conversion raises `TypeError: Got unsupported ScalarType BFloat16`; `np.from_dlpack` raises
`RuntimeError` or `BufferError`. `numpy(force=True)` does not help. Such tensors come out of models
that run in reduced precision, often chosen far away from the conversion: `model.to(torch.bfloat16)`
or a `torch.autocast` block.

## Example

```python
import torch

layer = torch.nn.Linear(2, 2).to(torch.bfloat16)
scores = layer(torch.ones(2, dtype=torch.bfloat16)).detach()
print(scores.numpy())
```

## Use instead

```python
import torch

layer = torch.nn.Linear(2, 2).to(torch.bfloat16)
scores = layer(torch.ones(2, dtype=torch.bfloat16)).detach()
print(scores.float().numpy())
```

## Fix safety

`.float()` for the floating dtypes, `.cfloat()` for `complex32` and `.dequantize()` for quantized
tensors represent every value exactly; for the others there is no fix. The fix is safe where only
dtypes arrive that raised or that the cast leaves alone. Where, say, a float64 tensor may arrive as
well, it is unsafe, as that one would be rounded.

## References

- [Tensor dtypes](https://docs.pytorch.org/docs/stable/tensor_attributes.html)
- [`torch.Tensor.float`](https://docs.pytorch.org/docs/stable/generated/torch.Tensor.float.html)
- [Automatic mixed precision](https://docs.pytorch.org/docs/stable/amp.html)
- [NumPy data types](https://numpy.org/doc/stable/user/basics.types.html)
""",
    examples=(
        Example(
            bad="""\
import torch

halves = torch.full((3,), 0.5, dtype=torch.bfloat16)
print(halves.numpy())  # <- TNC103
""",
            fixed="""\
import torch

halves = torch.full((3,), 0.5, dtype=torch.bfloat16)
print(halves.float().numpy())  # <- TNC103
""",
            cpu=BFLOAT16,
            accelerator=BFLOAT16,
        ),
        Example(
            bad="""\
import numpy as np
import torch

layer = torch.nn.Linear(2, 2).to(torch.bfloat16)
with torch.no_grad():
    scores = layer(torch.ones(2, dtype=torch.bfloat16))
print(np.asarray(scores).shape)  # <- TNC103
""",
            fixed="""\
import numpy as np
import torch

layer = torch.nn.Linear(2, 2).to(torch.bfloat16)
with torch.no_grad():
    scores = layer(torch.ones(2, dtype=torch.bfloat16))
print(np.asarray(scores.float()).shape)  # <- TNC103
""",
            cpu=BFLOAT16,
            accelerator=BFLOAT16,
        ),
        Example(
            bad="""\
import torch

layer = torch.nn.Linear(2, 2)
with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
    scores = layer(torch.ones(2))
print(scores.cpu().numpy())  # <- TNC103
""",
            fixed="""\
import torch

layer = torch.nn.Linear(2, 2)
with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
    scores = layer(torch.ones(2))
print(scores.cpu().float().numpy())  # <- TNC103
""",
            cpu=BFLOAT16,
            accelerator=BFLOAT16,
        ),
        Example(
            bad="""\
import torch

small = torch.ones(3).to(torch.float8_e4m3fn)
print(small.numpy(force=True))  # <- TNC103
""",
            fixed="""\
import torch

small = torch.ones(3).to(torch.float8_e4m3fn)
print(small.float().numpy(force=True))  # <- TNC103
""",
            cpu="TypeError: Got unsupported ScalarType Float8_e4m3fn",
            accelerator="TypeError: Got unsupported ScalarType Float8_e4m3fn",
        ),
        Example(
            bad="""\
import torch

spectrum = torch.ones(3, dtype=torch.complex32)
print(spectrum.numpy())  # <- TNC103
""",
            fixed="""\
import torch

spectrum = torch.ones(3, dtype=torch.complex32)
print(spectrum.cfloat().numpy())  # <- TNC103
""",
            cpu="TypeError: Got unsupported ScalarType ComplexHalf",
            accelerator="TypeError: Got unsupported ScalarType ComplexHalf",
        ),
        Example(
            bad="""\
import torch

codes = torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)
print(codes.numpy())  # <- TNC103
""",
            fixed="""\
import torch

codes = torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)
print(codes.dequantize().numpy())  # <- TNC103
""",
            cpu="TypeError: Got unsupported ScalarType QInt8",
            accelerator="TypeError: Got unsupported ScalarType QInt8",
        ),
    ),
    silent=(
        """\
import torch

halves = torch.full((3,), 0.5, dtype=torch.bfloat16)
print(halves.float().numpy(), halves.to(torch.float32).numpy(), halves.tolist())
""",
        """\
import torch

halves = torch.full((3,), 0.5, dtype=torch.float16)
print(halves.numpy())
""",
        """\
import torch


def to_numpy(tensor):
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    return tensor.detach().cpu().numpy()


print(to_numpy(torch.ones(3, dtype=torch.bfloat16)))
""",
        """\
import torch

layer = torch.nn.Linear(2, 2)
with torch.no_grad():
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = layer(torch.ones(2))
    scores = hidden.float()
print(scores.numpy())
""",
        """\
import torch

codes = torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)
print(codes.int_repr().numpy(), codes.dequantize().numpy())
""",
        """\
import torch

counts = torch.ones(3, dtype=torch.uint8)
flags = torch.ones(3, dtype=torch.bfloat16) > 0
print(counts.numpy(), flags.numpy())
""",
    ),
    event=ToNumpy,
    check=check,
)
