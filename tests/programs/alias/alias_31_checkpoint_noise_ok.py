"""
what: Noise is added in place to tensors made by torch.tensor, the checkpoint's arrays are only
read.
"""
import io

import numpy as np
import torch


def save(weights) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **weights)
    return stream.getvalue()


def perturbed(weights, scale, seed=0):
    """The weights of one member of an ensemble."""
    generator = torch.Generator().manual_seed(seed)
    member = {}
    for name, array in weights.items():
        tensor = torch.asarray(array, copy=True)
        tensor += scale * torch.randn(tensor.shape, generator=generator)
        member[name] = tensor
    return member


with np.load(io.BytesIO(save({"w": np.eye(3, dtype=np.float32), "b": np.zeros(3, "f4")}))) as file:
    weights = dict(file)
ensemble = [perturbed(weights, scale=0.1, seed=seed) for seed in range(3)]
assert [sorted(member) for member in ensemble] == [["b", "w"]] * 3
assert not weights["b"].any(), weights
