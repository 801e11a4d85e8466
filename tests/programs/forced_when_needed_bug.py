"""force= is given only for tensors that require grad, so one on the GPU is refused without it."""

import json
from typing import Any

import numpy as np
import torch


class ArrayEncoder(json.JSONEncoder):
    """Writes tensors as nested lists with their extremes."""

    def default(self, o: Any) -> Any:
        if isinstance(o, torch.Tensor):
            array = o.numpy(force=o.requires_grad)  # BUG: raise-device
            return {"low": float(np.min(array)), "high": float(np.max(array))}
        return super().default(o)


def report(**entries: Any) -> str:
    return json.dumps(entries, cls=ArrayEncoder, sort_keys=True)


layer = torch.nn.Linear(2, 2)
offsets = torch.arange(3.0, device="cuda")
text = report(epoch=3, weight=layer.weight)
assert "high" in json.loads(text)["weight"]
text = report(offsets=offsets, bias=layer.bias)  # BUG-ALT: raise-device
assert json.loads(text)["offsets"] == {"low": 0.0, "high": 2.0}
