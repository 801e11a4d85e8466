"""Layers and their parameters, told apart by what is asked of them; the programs are run, too.

A test that no layer or parameter passes keeps the conversion behind it from ever running; one that
some pass does not.
"""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from flake8_tensorconv import check_source

MODEL = """import torch
from torch import nn

model = nn.Sequential(
    nn.Conv1d(1, 2, 3), nn.ReLU(), nn.BatchNorm1d(2), nn.Flatten(), nn.Linear(2, 2)
)
"""
FROZEN = MODEL + "model[4].weight.requires_grad_(False)\n"
#: What is asked of a module, and whether what has a weight that requires grad may pass.
LAYERS = {
    "hasattr(m, 'weight') and m.weight.dim() == 4": False,
    "hasattr(m, 'weight') and m.weight.dim() == 3": True,
    "hasattr(m, 'weight') and len(m.weight.shape) > 3": False,
    "hasattr(m, 'weight') and m.weight.shape == (2, 2)": True,
    "hasattr(m, 'running_mean') and m.weight.ndim > 1": False,
    "hasattr(m, 'running_mean') and m.weight.ndim == 1": True,
    "getattr(m, 'weight', None) is not None and m.weight.ndim == 5": False,
    "getattr(m, 'weight', None) is not None and m.weight.ndim == 1": True,
    "hasattr(m, 'running_mean') and hasattr(m, 'kernel_size')": False,
    "hasattr(m, 'kernel_size')": True,
    "hasattr(m, 'weight') and not m.weight.requires_grad": False,
    "hasattr(m, 'weight') and isinstance(m, nn.ReLU)": False,
    "isinstance(m, (nn.Linear, nn.Conv1d)) and m.weight.ndim == 1": False,
    "isinstance(m, (nn.Linear, nn.Conv1d)) and m.weight.ndim == 3": True,
    "isinstance(m, nn.modules.batchnorm._BatchNorm) and m.weight.ndim == 1": True,
    "isinstance(m, nn.Conv2d)": False,
    "type(m) is nn.Linear": True,
}
#: The same where the weight of the only linear layer has been frozen.
LAYERS_FROZEN = {
    "isinstance(m, nn.Linear)": False,
    "isinstance(m, nn.Conv1d)": True,
    "hasattr(m, 'weight') and m.weight.ndim == 2": False,
    "hasattr(m, 'weight') and m.weight.ndim == 1": True,
    "hasattr(m, 'weight') and not m.weight.requires_grad": False,
    "hasattr(m, 'weight') and m.weight.requires_grad": True,
}
#: How modules are gone through.
WALKS = (
    "def show(m):\n    if {}:\n        print(m.weight.numpy())\n\n\nmodel.apply(show)\n",
    "model.apply(lambda m: print(m.weight.numpy()) if {} else None)\n",
    "for m in model.modules():\n    if {}:\n        print(m.weight.numpy())\n",
    "for _, m in model.named_children():\n    if not ({}):\n        continue\n"
    "    print(m.weight.numpy())\n",
    "print([m.weight.numpy() for m in model.children() if {}])\n",
)
#: What is asked of a parameter, and whether some pass.
PARAMETERS = {
    "p.ndim == 4": False,
    "p.ndim == 3": True,
    "p.dim() > 3": False,
    "p.dim() >= 2": True,
    "len(p.shape) in (0, 4)": False,
    "len(p.size()) < 2": True,
    "p.shape == (1, 1, 1, 1)": False,
    "p.shape == torch.Size([2])": True,
    "not p.shape": False,
    "p.numel() == 1 and p.ndim == 0": False,
}
LOOPS = (
    "for p in model.parameters():\n    if {}:\n        print(p.numpy())\n",
    "for name, p in model.named_parameters():\n    if not ({}):\n        continue\n    p.numpy()\n",
    "print([p.numpy() for p in model.parameters() if {}])\n",
    "found = {{name: p for name, p in model.named_parameters() if {}}}\n"
    "print([each.numpy() for each in found.values()])\n",
    "def read(p):\n    return p.numpy() if {} else 0\n\n\n"
    "print([*map(read, model.parameters())])\n",
    "for p in model.state_dict(keep_vars=True).values():\n    if {} and p.requires_grad:\n"
    "        p.numpy()\n",
)
#: Layers, how many axes their weights have, and whether there are parameters with fewer.
AXES = {
    "nn.Conv2d(1, 2, 3)": 4,
    "nn.ConvTranspose3d(1, 2, 3)": 5,
    "nn.Embedding(3, 4)": 2,
    "nn.Bilinear(2, 3, 4)": 3,
    "nn.GroupNorm(1, 3)": 1,
    "nn.LayerNorm(3)": 1,
    "nn.LayerNorm([3, 4])": 2,
    "nn.RMSNorm((2, 3, 4))": 3,
    "nn.PReLU()": 1,
}


def judge(text: str, fails: bool) -> None:
    """Run a program and look at it: both say that it fails, or neither."""
    raising = pytest.raises(RuntimeError, match="requires grad") if fails else nullcontext()
    with raising:
        exec(text, {})
    codes = {f.code for f in check_source(text) if f.code.startswith("TNC1")}
    assert codes == ({"TNC101"} if fails else set()), text


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize(("guard", "passes"), LAYERS.items())
def test_layers_that_pass(guard: str, passes: bool, walk: str) -> None:
    judge(MODEL + walk.format(guard), passes)


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize(("guard", "passes"), LAYERS_FROZEN.items())
def test_layers_that_pass_when_one_is_frozen(guard: str, passes: bool, walk: str) -> None:
    judge(FROZEN + walk.format(guard), passes)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize(("guard", "passes"), PARAMETERS.items())
def test_parameters_that_pass(guard: str, passes: bool, loop: str) -> None:
    judge(MODEL + loop.format(guard), passes)


@pytest.mark.parametrize(("layer", "axes"), AXES.items())
def test_the_axes_of_weights(layer: str, axes: int) -> None:
    made = f"import torch\nfrom torch import nn\n\nlayer = {layer}\n"
    for guard, passes in ((f"== {axes}", True), (f"!= {axes}", False), (f"> {axes}", False)):
        judge(made + f"if layer.weight.ndim {guard}:\n    print(layer.weight.numpy())\n", passes)
