"""What is from where the file shows nothing: silence, unless something else tells of it."""

from __future__ import annotations

import pytest
from said import said

#: What is said, shortened as in `said`.
SAID: dict[str, tuple[str, list[str]]] = {
    "what an unknown function gives": (
        """
from .data import frames, normalize

frames().numpy()
torch.stack(frames()).detach().numpy()
torch.norm(normalize(frames())).numpy()

def f(path):
    for frame in frames(path):
        frame.numpy()
    return {name: each.detach().numpy() for name, each in frames(path).items()}
""",
        [],
    ),
    "parts of what callers give without a word": (
        """
def f(batch, loader, outputs, index):
    batch["image"].numpy(), outputs.logits.detach().numpy(), outputs[0].numpy()
    for images, labels in loader:
        images.numpy(), labels.numpy()
    return [each.numpy() for each in outputs]
""",
        [],
    ),
    "what is in an object of another file": (
        """
from .agents import Agent

class Runner:
    def __init__(self, agent, **options):
        self.agent = Agent(**options)
        self.other = agent

    def run(self):
        return self.agent.buffer["action"].numpy(), self.other.state.values.detach().numpy()
""",
        [],
    ),
    "what callers give, declared, tested or named": (
        """
def f(x, y: torch.Tensor, ys: list[torch.Tensor], batch: dict[str, torch.Tensor]):
    x.numpy(), y.numpy(), ys[0].numpy(), batch["image"].numpy()

def g(batch):
    image = batch["image"]
    if isinstance(image, torch.Tensor):
        return image.numpy()
    if torch.is_tensor(batch["mask"]):
        return batch["mask"].detach().numpy()
    if hasattr(batch["label"], "detach"):
        return batch["label"].detach().numpy()
""",
        ["110?", "110?", "110?", "110?", "110?", "111?", "111?"],
    ),
    "what is put on a device before": (
        """
def f(net, batch, device):
    with torch.no_grad():
        one = net(batch.to(device)).numpy()
        x = torch.as_tensor(batch).to(net.device)
        hidden, scores = net.encode(x)
        return scores[-1].argmax(dim=1).numpy(), net(batch, device=device).numpy()
""",
        ["111?", "111?", "111?"],
    ),
    "what is put on the CPU before, or fed from there": (
        """
from .tools import CPU, tensors_to_cpu, detach_all, net

def f(batch, device):
    out = CPU(net(batch.to(device)))
    all = tensors_to_cpu(net.parts(batch.to(device)))
    with torch.no_grad():
        a = (out * 2).numpy(), all["x"].numpy(), net(batch, device="cpu").numpy()
        b = net.second(net.first(torch.ones(2))).numpy()
    c = net(torch.ones(3)).detach().numpy(), detach_all(net(batch.to(device))).cpu().numpy()
""",
        [],
    ),
    "saved tensors": (
        """
def f(path, device):
    saved = torch.load(path)
    a = saved["x"].numpy(), saved[0].detach().numpy()
    b = torch.load(path, map_location="cpu")["x"].detach().numpy()
    return torch.load(path, map_location=device)["x"].detach().numpy()
""",
        ["111?"],
    ),
    "capsules": (
        """
from torch.utils.dlpack import from_dlpack, to_dlpack

def f(server):
    return from_dlpack(server.get()).clone().numpy()

def g(server):
    index = torch.from_dlpack(server.get("index"))
    return index[:, 0].numpy(), torch.from_dlpack(server.get("more")).cpu().numpy()

x = torch.ones(3)
f(x), from_dlpack(to_dlpack(x)).numpy(), torch.from_dlpack(np.ones(3)).numpy()
""",
        ["111?", "111?"],
    ),
    "what goes through an autograd function": (
        """
from torch.autograd import Function

class Rounding(Function):
    @staticmethod
    def forward(ctx, values, digits):
        return torch.from_numpy(np.round(values.detach().numpy(), digits)).to(values.device)

class Moved(Function):
    @staticmethod
    def forward(ctx, values):
        return torch.from_numpy(values.detach().cpu().numpy().round()).to(values.device)

def within():
    class Inner(Function):
        @staticmethod
        def forward(ctx, values):
            return torch.from_numpy(values.detach().numpy().round()).to(values.device)
    return Inner

class Plain:
    def forward(self, values):
        return torch.from_numpy(values.detach().numpy().round())

x = torch.ones(3)
Rounding.apply(x, 1), Moved.apply(x), within().apply(x), Plain().forward(x)
""",
        ["111?", "111?"],
    ),
    "what is moved with a module": (
        """
class Scale(nn.Module):
    def __init__(self, mean):
        super().__init__()
        self.register_buffer("mean", torch.as_tensor(mean))
        self.register_buffer("ones", torch.ones(3))

    def exported(self):
        return self.mean.numpy(), self.ones.numpy()
""",
        ["111?", "111?"],
    ),
    "an object of this file that moves what it holds": (
        """
from dataclasses import dataclass, replace

@dataclass
class Boxes:
    corners: torch.Tensor
    names: dict

    def cpu(self):
        return Boxes(self.corners.cpu(), {k: v.cpu() for k, v in self.names.items()})

    def detached(self):
        return replace(self, corners=self.corners.detach())

def f(boxes: Boxes):
    boxes.detached().cpu().corners.numpy()
    moved = {k: v.detach().cpu() for k, v in vars(boxes).items()}
    moved["corners"].numpy()
""",
        [],
    ),
}


@pytest.mark.parametrize(("body", "expected"), SAID.values(), ids=SAID)
def test_what_is_said(body: str, expected: list[str]) -> None:
    assert said(body) == expected
