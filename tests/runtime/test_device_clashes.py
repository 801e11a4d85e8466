"""Where a tensor on the CPU meets one on an accelerator: what is reported is what raises."""

from __future__ import annotations

from functools import cache

import machines
import pytest

from flake8_tensorconv import Finding, Options, check_source
from flake8_tensorconv.source.findings import Certainty
from flake8_tensorconv.verify.run import Device, Outcome, run_programs

HEAD = """\
import numpy as np
import torch
from torch import nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
far = torch.ones(2, 2, device=device)
"""
#: Each raises on its last line where there is an accelerator, and nowhere else.
BAD = {
    "an array": "array = np.ones((2, 2))\nprint(far + torch.from_numpy(array))",
    "a list": "near = torch.tensor([1.0, 2.0])\nprint(near * far)",
    "an old constructor": "print(far - torch.Tensor([1.0, 2.0]))",
    "a comparison by name": "print(torch.eq(far, torch.zeros(2, 2)))",
    "a product": "print(torch.eye(2) @ far)",
    "a product by name": "print(torch.matmul(far, torch.eye(2)))",
    "a method": "print(far.add(torch.ones(2)))",
    "a method in place": "total = torch.zeros(2, 2)\ntotal.add_(far)",
    "an augmented assignment": "far += torch.ones(2, 2)",
    "a choice": "print(torch.where(far > 0, far, torch.zeros(2, 2)))",
    "a loss": "print(nn.functional.mse_loss(far, torch.zeros(2, 2)))",
    "a loss of labels": "print(nn.functional.cross_entropy(far, torch.tensor([0, 1])))",
    "a mask": "print(far.masked_fill(torch.tensor([True, False]), 0.0))",
    "an index by name": "print(far.index_select(0, torch.tensor([0])))",
    "joined": "print(torch.cat([far, torch.ones(1, 2)]))",
    "joined with a list": "parts = [torch.ones(1, 2)]\nprint(torch.cat([far, *parts]))",
    "a list joined with it": "parts = [far]\nprint(torch.cat([torch.ones(1, 2), *parts]))",
    "stacked": "print(torch.stack((torch.ones(2, 2), far)))",
    "a layer": "layer = nn.Linear(2, 1).to(device)\nprint(layer(torch.ones(3, 2)))",
    "an embedding": "table = nn.Embedding(4, 2).to(device)\nprint(table(torch.tensor([1, 2])))",
    "a convolution": ("layer = nn.Conv1d(2, 1, 1).to(device)\nprint(layer(torch.zeros(1, 2, 3)))"),
    "a model that stayed": "layer = nn.Linear(2, 1)\nprint(layer(far))",
    "layers in a row": (
        "net = nn.Sequential(nn.Linear(2, 2), nn.ReLU()).to(device)\nprint(net(torch.ones(2)))"
    ),
    "moved in vain": "near = torch.ones(2, 2)\nnear.to(device)\nprint(near + far)",
    "come back": "near = far.cpu()\nprint(near / far)",
    "back from NumPy": "near = torch.from_numpy(far.cpu().numpy() * 2)\nprint(far + near)",
    "through a function": (
        "def add(a, b):\n    return a + b\n\n\nprint(far.mean(), add(far, torch.ones(2)))"
    ),
    "behind a test": (
        "near = torch.ones(2)\nif near.sum() > 0:\n    near = near * 2\nprint(near + far)"
    ),
    "in a program": 'if __name__ == "__main__":\n    print(torch.ones(2) + far)',
    "an attribute": (
        "class Box:\n    def __init__(self):\n        self.near = torch.ones(2)\n\n\n"
        "box = Box()\nprint(box.near + far)"
    ),
}
#: In these the last line that raises is not the last of the program.
MARKED = {
    "through a function": 8,
}
GOOD = {
    "moved": "print(torch.from_numpy(np.ones(2)).to(device) + far)",
    "made there": "print(torch.ones(2, device=device) + far, far.new_ones(2) + far)",
    "made alike": "print(torch.zeros_like(far) + far, torch.rand_like(far) * far)",
    "a number": "print(far * 2, far + torch.tensor(0.5), torch.tensor(1.0) - far)",
    "a NumPy number": "print(far * float(np.ones(2).mean()))",
    "an index": "print(far[torch.tensor([0, 1])], far[np.array([0])], far[torch.ones(2) > 0])",
    "copied into": "print(far.copy_(torch.zeros(2, 2)), torch.zeros(2, 2).copy_(far))",
    "both here": "print(far.cpu() + torch.ones(2), torch.ones(2).numpy() + far.cpu().numpy())",
    "as its type": "print(torch.ones(2).type_as(far) + far, torch.ones(2).to(far) + far)",
    "views alike": "print(torch.ones(4).view_as(far).shape, torch.ones(2).expand_as(far).shape)",
    "a model that moves": (
        "layer = nn.Linear(2, 1)\nlayer.to(device)\nprint(layer(torch.ones(2).to(device)))"
    ),
    "a model that came back": (
        "layer = nn.Linear(2, 1).to(device)\nlayer.cpu()\nprint(layer(torch.ones(2)))"
    ),
    "asked": (
        "near = torch.ones(2, 2)\nif near.device != far.device:\n    near = near.to(far.device)\n"
        "print(near + far)"
    ),
    "asked for the kind": (
        "near = torch.ones(2, 2)\nif far.is_cuda:\n    near = near.cuda()\nprint(near + far)"
    ),
    "caught": ("try:\n    print(torch.ones(2) + far)\nexcept RuntimeError:\n    far = far.cpu()"),
    "a default device": (
        "torch.set_default_device(device)\nnear = torch.ones(2)\n"
        "torch.set_default_device('cpu')\nprint(near + far)"
    ),
    "a block with a device": "with torch.device(device):\n    print(torch.ones(2) + far)",
    "a buffer": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.register_buffer('scale', torch.ones(2))\n\n"
        "    def forward(self, x):\n        return x * self.scale\n\n\n"
        "print(Net().to(device)(far))"
    ),
    "joined with a list of its own": "parts = [far]\nprint(torch.cat([far, *parts]))",
    "a choice of numbers": "print(torch.where(far > 0, far, torch.tensor(0.0)))",
    "a flag and a way out": (
        "class Net:\n    def __init__(self, gpu):\n        self.gpu = gpu\n"
        "        self.layer = nn.Linear(2, 1)\n        if gpu:\n            self.layer.cuda()\n\n"
        "    def score(self, rows):\n        if self.gpu:\n"
        "            return self.layer(rows.cuda()).cpu()\n        return self.layer(rows)\n\n\n"
        "for gpu in (False, torch.cuda.is_available()):\n"
        "    print(Net(gpu).score(torch.ones(3, 2)).shape)"
    ),
    "a flag and two branches": (
        "class Net:\n    def __init__(self, gpu):\n        self.gpu = gpu\n"
        "        self.layer = nn.Linear(2, 1)\n        if gpu:\n            self.layer.cuda()\n\n"
        "    def score(self, rows):\n        if self.gpu:\n"
        "            out = self.layer(rows.cuda()).cpu()\n        else:\n"
        "            out = self.layer(rows)\n        return out\n\n\n"
        "print(Net(torch.cuda.is_available()).score(torch.ones(3, 2)).shape)"
    ),
    "a flag and a ternary": (
        "gpu = torch.cuda.is_available()\nnear = torch.ones(2)\n"
        "mask = torch.zeros(2)\nif gpu:\n    mask = mask.cuda()\n"
        "print(mask + near.cuda() if gpu else mask + near)"
    ),
    "another function": (
        "def near(rows):\n    return torch.tensor(rows) + torch.ones(2)\n\n\n"
        "print(near([1.0, 2.0]), far)"
    ),
}
#: Modules that are moved, or move what they are given, in one way or another.
MODULES = (
    "for p in net.parameters():\n    p.data = p.data.to(device)",
    "net.apply(lambda module: module.to(device))",
    "net._apply(lambda tensor: tensor.to(device))",
    "net.weight.data = net.weight.data.to(device)\nnet.bias.data = net.bias.data.to(device)",
    "net.weight = nn.Parameter(torch.ones(1, 2, device=device))\nnet.bias = None",
    "def move(module):\n    module.to(device)\n\n\nmove(net)",
    "for each in (net, nn.ReLU()):\n    each.to(device)",
    "for each in {'net': net}.values():\n    each.to(device)",
    "net = [each.to(device) for each in [net]][0]",
    "if torch.cuda.is_available():\n    net.cuda()",
    "net = nn.Linear(2, 1, device=device)",
    "with torch.device(device):\n    net = nn.Linear(2, 1)",
    "net.to(far.device)",
    "net.to(far)",
    "net.load_state_dict({k: v.to(device) for k, v in net.state_dict().items()}, assign=True)",
    "net.to('meta')\nnet = net.to_empty(device=device)",
    "net.register_forward_pre_hook(lambda module, given: (given[0].cpu(),))",
    "class Moving(nn.Module):\n    def __init__(self, inner):\n        super().__init__()\n"
    "        self.inner = inner\n\n    def forward(self, x):\n"
    "        return self.inner(x.to(self.inner.weight.device))\n\n\nnet = Moving(net)",
)
GOOD.update(
    {f"a module: {how}": f"net = nn.Linear(2, 1)\n{how}\nprint(net(far))" for how in MODULES}
)
#: Tensors without axes, which may be on the CPU beside any other.
NUMBERS = (
    "torch.tensor(far.size(1))",
    "torch.tensor(len(rows))",
    "torch.tensor(rows.mean())",
    "torch.tensor(max([1.0, 2.0]))",
    "torch.full((), 2.0)",
    "torch.zeros([])",
    "torch.rand(())",
    "torch.ones(3).sum()",
    "torch.ones(3).sum(0)",
    "torch.ones(3).mean(dim=0)",
    "torch.ones(2, 2).sum(dim=(0, 1))",
    "torch.ones(3)[0]",
    "torch.ones(2, 2)[0, 0]",
    "torch.arange(3)[0]",
    "torch.ones(3).max()",
    "torch.ones(3).max(0).values",
    "torch.ones(3).median()",
    "torch.ones(3).std()",
    "torch.ones(3).norm()",
    "torch.ones(3).argmax()",
    "torch.ones(2, 3).any()",
    "torch.ones(3).select(0, 1)",
    "torch.ones(3).take(torch.tensor(0))",
    "torch.ones(2).unbind()[0]",
    "torch.ones(2).logsumexp(0)",
    "torch.ones(2).dot(torch.ones(2))",
    "torch.ones(2) @ torch.ones(2)",
    "torch.inner(torch.ones(2), torch.ones(2))",
    "torch.einsum('i,i->', torch.ones(2), torch.ones(2))",
    "torch.linalg.norm(torch.ones(3))",
    "torch.det(torch.eye(2))",
    "torch.trace(torch.eye(2))",
    "torch.dist(torch.ones(2), torch.ones(2))",
    "torch.quantile(torch.ones(3), 0.5)",
    "torch.count_nonzero(torch.ones(2))",
    "torch.var_mean(torch.ones(2))[0]",
    "torch.topk(torch.ones(2), 1)[0].squeeze()",
    "torch.tensor([1.0]).squeeze()",
    "torch.ones(1).reshape(())",
    "torch.ones(1).view([])",
    "torch.tensor(0.5).double()",
    "torch.as_tensor(np.float64(2.0))",
    "torch.from_numpy(np.array(2.0))",
    "nn.functional.mse_loss(torch.ones(2), torch.zeros(2))",
    "nn.functional.cross_entropy(torch.ones(2, 2), torch.tensor([0, 1]))",
    "nn.MSELoss()(torch.ones(2), torch.ones(2))",
    "next(iter(torch.ones(3)))",
    "[each for each in torch.ones(3)][0]",
    "nn.Linear(2, 1)(torch.ones(2)).sum()",
)
GOOD["numbers"] = "rows = np.ones(3)\n" + "\n".join(f"print(far * ({each}))" for each in NUMBERS)

#: Bodies of functions that raise if what they are given is on an accelerator, and nowhere else.
GIVEN = {
    "an old constructor": "return x * torch.Tensor([1.0, 2.0])",
    "a list": "return x + torch.tensor([1.0, 2.0])",
    "a list of what there is": "return x + torch.tensor([float(len(x)), x.shape[0]])",
    "an array": "return x - torch.from_numpy(np.ones(2))",
    "an array that is cast": "return x / torch.from_numpy(np.ones(2)).float()",
    "a variable": "weights = torch.tensor([1.0, 2.0])\n    return (x * weights).sum()",
    "what is computed": (
        "weights = torch.tensor([1.0, 2.0]) / 3\n    weights = weights.sqrt()\n"
        "    return x @ weights"
    ),
    "joined": "return torch.cat([x, torch.tensor([[1.0, 2.0]])])",
    "a choice": "return torch.where(x > 0, x, torch.Tensor([0.0]))",
    "a choice of quotients": (
        "norm = torch.linalg.norm(x, dim=1, keepdim=True)\n"
        "    return torch.where(norm > 0, x / norm, torch.tensor([0.0]))"
    ),
    "an index by name": "return x.index_select(0, torch.tensor([0]))",
    "a loss": "return nn.functional.cross_entropy(x, torch.tensor([0, 1]))",
    "in place": "x *= torch.tensor([1.0, 2.0])\n    return x",
}
#: Bodies of functions that take a tensor from anywhere.
TAKING_ALL = {
    "made there": "return x * torch.tensor([1.0, 2.0], device=x.device)",
    "moved": "return x * torch.tensor([1.0, 2.0]).to(x)",
    "moved later": "weights = torch.tensor([1.0, 2.0])\n    return x * weights.to(x.device)",
    "moved and named": (
        "weights = torch.Tensor([1.0, 2.0])\n    weights = weights.to(x.device)\n"
        "    return x * weights"
    ),
    "a number": "return x * torch.tensor(2.0) + torch.tensor(len(x))",
    "made by it": "return x * x.new_tensor([1.0, 2.0])",
    "brought here": "return x.cpu() * torch.tensor([1.0, 2.0])",
    "of its type": "return x * torch.tensor([1.0, 2.0]).type(x.type())",
    "an index": "return x[torch.tensor([0])] + x[:, torch.tensor([1, 0])]",
    "an element": "return x * torch.tensor([1.0, 2.0])[0]",
    "asked": (
        "weights = torch.tensor([1.0, 2.0])\n    if x.is_cuda:\n        weights = weights.cuda()\n"
        "    return x * weights"
    ),
    "compared": (
        "weights = torch.tensor([1.0, 2.0])\n    if weights.device != x.device:\n"
        "        weights = weights.to(x.device)\n    return x * weights"
    ),
    "refused": (
        "if x.device.type != 'cpu':\n        return x\n    return x * torch.tensor([1.0, 2.0])"
    ),
    "caught": (
        "try:\n        return x * torch.tensor([1.0, 2.0])\n    except RuntimeError:\n"
        "        return x"
    ),
    "a block with a device": (
        "with torch.device(x.device):\n        return x * torch.tensor([1.0, 2.0])"
    ),
    "a list of its own": "return x * torch.tensor([[1.0, 2.0], [3.0, 4.0]]).to(x.device)[0]",
}


def _program(body: str) -> str:
    return f"{HEAD}{body}\n"


def _function(body: str) -> str:
    """A program whose function is called in a way that the analysis does not follow."""
    return _program(f"\n\ndef f(x: torch.Tensor):\n    {body}\n\n\nglobals().get('f')(far)")


@cache
def outcomes(device: Device) -> dict[str, Outcome]:
    named = {
        f"{kind} {name}": write(body)
        for kind, table, write in TABLES
        for name, body in table.items()
    }
    results = run_programs(tuple(named.values()), device, timeout=300)
    return dict(zip(named, results, strict=True))


TABLES = (
    ("bad", BAD, _program),
    ("good", GOOD, _program),
    ("given", GIVEN, _function),
    ("taking all", TAKING_ALL, _function),
)


def _found(source: str) -> list[Finding]:
    return [each for each in check_source(source, Options()) if each.code == "TNC207"]


def _clashes(source: str) -> list[int]:
    return [each.span.line for each in _found(source)]


@pytest.mark.parametrize("body", GIVEN.values(), ids=GIVEN)
def test_a_function_that_does_not_take_all_tensors_is_reported(body: str) -> None:
    found = [each.certainty for each in _found(_function(body))]
    assert found == [Certainty.POSSIBLE]


@pytest.mark.parametrize("body", TAKING_ALL.values(), ids=TAKING_ALL)
def test_a_function_that_takes_all_tensors_is_not(body: str) -> None:
    assert _found(_function(body)) == []


@pytest.mark.parametrize("name", BAD)
def test_a_clash_is_reported_where_it_raises(name: str) -> None:
    source = _program(BAD[name])
    assert _clashes(source) == [MARKED.get(name, source.count("\n"))]


@pytest.mark.parametrize("name", GOOD)
def test_no_clash_is_made_up(name: str) -> None:
    assert _clashes(_program(GOOD[name])) == []


@pytest.mark.parametrize("wrapper", ["DataParallel", "parallel.DistributedDataParallel"])
def test_what_scatters_its_input_is_no_clash(wrapper: str) -> None:
    """The simulation has neither; both put their input where the module is."""
    body = f"net = nn.{wrapper}(nn.Linear(2, 1).to(device))\nprint(net(torch.ones(3, 2)))"
    assert _clashes(_program(body)) == []


RAISING = [*(f"bad {name}" for name in BAD), *(f"given {name}" for name in GIVEN)]
RUNNING = [*(f"good {name}" for name in GOOD), *(f"taking all {name}" for name in TAKING_ALL)]


@pytest.mark.parametrize("device", machines.ACCELERATORS)
@pytest.mark.parametrize("name", RAISING)
def test_a_clash_raises_with_an_accelerator(name: str, device: Device) -> None:
    error = outcomes(device)[name].error
    assert error is not None
    assert "same device" in str(error) or "should be the same" in str(error), error


@pytest.mark.parametrize("name", RAISING)
def test_it_runs_on_the_cpu(name: str) -> None:
    assert outcomes("cpu")[name].error is None


@pytest.mark.parametrize("device", machines.ALL)
@pytest.mark.parametrize("name", RUNNING)
def test_the_others_run_everywhere(name: str, device: Device) -> None:
    assert outcomes(device)[name].error is None
