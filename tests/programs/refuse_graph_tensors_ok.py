"""The export function refuses weights that require grad, so the conversion after that is safe."""

import io

import numpy as np
import torch


class ExportError(ValueError):
    """Raised for tensors that cannot be written."""


def write_weights(stream, **weights: torch.Tensor):
    """Write named tensors into an archive. Raises ExportError for unusable ones."""
    arrays = {}
    for name, weight in weights.items():
        if not weight.is_floating_point():
            raise ExportError(f"{name}: not a floating point tensor")
        if weight.requires_grad:
            raise ExportError(f"{name}: detach it first")
        arrays[name] = weight.to(torch.float32).cpu().numpy()
    np.savez(stream, **arrays)
    return sorted(arrays)


layer = torch.nn.Linear(2, 3)
stream = io.BytesIO()
names = write_weights(stream, weight=layer.weight.detach(), bias=layer.bias.data)
assert names == ["bias", "weight"]
try:
    write_weights(io.BytesIO(), index=torch.arange(3))
except ExportError as error:
    assert "index" in str(error)
