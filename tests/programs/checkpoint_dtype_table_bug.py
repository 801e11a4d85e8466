"""A mapping from names to types is used to compress weights, and one of the types has no array
form.
"""

import numpy as np
import torch
from torch import nn

DTYPES = {"fp32": torch.float32, "low": torch.bfloat16, "fp64": torch.double}


class Compressor:
    def __init__(self, precision="fp32"):
        self.dtype = DTYPES[precision]

    def __call__(self, item):
        name, tensor = item
        if not tensor.is_floating_point():
            return name, tensor
        return name, tensor.to(dtype=self.dtype)


def compress(model, precision):
    return dict(map(Compressor(precision), model.state_dict().items()))


torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
packed = compress(model, "low")
sizes = {}
for name, tensor in packed.items():
    array = tensor.numpy()  # BUG: raise-dtype
    sizes[name] = array.nbytes
assert sizes["0.weight"] == 24
assert sizes["1.num_batches_tracked"] == 8
assert sum(sizes.values()) < sum(
    v.nbytes for v in map(np.asarray, compress(model, "fp64").values())
)
