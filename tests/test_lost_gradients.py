"""Tensors that are made to require grad too late, behind a graph that has ended."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from said import HEAD, said

SETUP = """\
F = nn.functional
criterion = nn.MSELoss()
batches = [torch.ones(2, 3), torch.zeros(2, 3)]
losses = []
for batch in batches:
    losses.append(criterion(model(batch), batch))
"""
#: Nothing is learned by what ends with a `backward()` here, whoever reads what is left.
LOST = {
    "a list": "loss = torch.tensor(losses, requires_grad=True).sum()\nloss.backward()",
    "on the spot": "torch.tensor(losses, requires_grad=True).mean().backward()",
    "by a function": "loss = torch.mean(torch.tensor(losses, requires_grad=True))\nloss.backward()",
    "a sum": "loss = torch.tensor(sum(losses), requires_grad=True)\nloss.backward()",
    "scaled": "loss = 0.5 * torch.tensor(losses, requires_grad=True).sum() / 2\nloss.backward()",
    "by name": "kept = torch.tensor(losses, requires_grad=True)\nkept.mean().backward()",
    "written out": "kept = torch.tensor([losses[0], losses[1]], requires_grad=True)\n"
    "loss = kept.sum() / len(kept)\nloss.backward()",
    "a comprehension": "torch.tensor([criterion(model(b), b) for b in batches], "
    "requires_grad=True).mean().backward()",
    "switched on": "loss = torch.tensor(losses).requires_grad_()\nloss.sum().backward()",
    "assigned": "loss = torch.tensor(losses).mean()\nloss.requires_grad = True\nloss.backward()",
    "old": "loss = torch.FloatTensor(losses).requires_grad_(True).sum()\nloss.backward()",
    "a Variable": "Variable = torch.autograd.Variable\n"
    "loss = Variable(torch.tensor(losses), requires_grad=True).sum()\nloss.backward()",
    "two of them": "loss = torch.tensor(losses, requires_grad=True).sum()\n"
    "loss = loss + torch.tensor([losses[0]], requires_grad=True).sum()\nloss.backward()",
    "in a function": "def total(losses):\n    return torch.tensor(losses, requires_grad=True)\n\n\n"
    "total(losses).mean().backward()",
    "numbers": "kept = [loss.item() for loss in losses]\n"
    "torch.tensor(kept, requires_grad=True).mean().backward()",
    "one number": "loss = torch.tensor(losses[0].item(), requires_grad=True)\nloss.backward()",
    "a float": "loss = torch.tensor(float(losses[0]), requires_grad=True)\nloss.backward()",
    "added up": "total = 0.0\nfor each in losses:\n    total += each.item()\n"
    "loss = torch.tensor(total / len(losses), requires_grad=True)\nloss.backward()",
    "summed up": "loss = torch.tensor(sum(each.item() for each in losses), requires_grad=True)\n"
    "loss.backward()",
    "appended": "kept = []\nfor each in losses:\n    kept.append(each.item())\n"
    "loss = torch.tensor(kept, requires_grad=True).mean()\nloss.backward()",
    "NumPy's mean": "kept = [each.detach().cpu().numpy() for each in losses]\n"
    "loss = torch.tensor(np.mean(kept), requires_grad=True)\nloss.backward()",
    "NumPy's array": "kept = np.array([each.detach().numpy() for each in losses])\n"
    "loss = torch.from_numpy(kept).requires_grad_().mean()\nloss.backward()",
    "its numbers": "loss = torch.tensor([each.item() for each in losses]).mean()\n"
    "loss.requires_grad_(True)\nloss.backward()",
    "a power of it": "(torch.tensor(losses, requires_grad=True) ** 2).sum().backward()",
}
#: Somebody asks for the gradient of what is made, or a gradient gets through.
RIGHT = {
    "summed": "loss = sum(losses)\nloss.backward()",
    "stacked": "loss = torch.stack(losses).mean()\nloss.backward()",
    "one by one": "total = 0\nfor loss in losses:\n    loss.backward()\n    total += loss.item()",
    "a point": "x = torch.tensor([losses[0].detach(), losses[1].detach()], requires_grad=True)\n"
    "((x - 1) ** 2).sum().backward()\nassert x.grad is not None",
    "a point of several": "x = torch.tensor(losses, requires_grad=True)\n"
    "optimizer = torch.optim.SGD([x], lr=0.1)\n((x - 1) ** 2).sum().backward()\noptimizer.step()",
    "an input": "x = torch.tensor(model(batch).detach().tolist(), requires_grad=True)\n"
    "model(x).sum().backward()\nassert x.grad is not None",
    "a copy": "w = model.weight.detach().clone().requires_grad_()\n(w ** 2).sum().backward()",
    "a placeholder": "loss = torch.tensor(0.0, requires_grad=True)\nloss.backward()",
    "added to": "loss = torch.tensor(0.0, requires_grad=True)\nfor each in losses:\n"
    "    loss = loss + each\nloss.backward()",
    "logged": "print(torch.stack(losses).detach().mean())\nsum(losses).backward()",
    "a point by functions": "x = torch.tensor(losses, requires_grad=True)\n"
    "torch.sub(x, 1).pow(2).sum().backward()\nassert x.grad is not None",
    "a number to start from": "alpha = torch.tensor(model.bias.sum().item(), requires_grad=True)\n"
    "optimizer = torch.optim.SGD([alpha], lr=0.1)\n(alpha.exp() * 2).backward()\n"
    "optimizer.step()",
    "a number beside it": "scale = losses[0].item()\n(losses[1] / scale).backward()",
    "a number in a forward": "class Scaled(nn.Module):\n    def __init__(self):\n"
    "        super().__init__()\n        self.head = nn.Linear(3, 3)\n\n"
    "    def forward(self, x):\n        top = torch.tensor(self.head(x).abs().max().item())\n"
    "        return self.head(x / top)\n\n\nprint(Scaled()(torch.ones(2, 3)))",
    "kept for the log": "history = torch.tensor([each.item() for each in losses])\n"
    "print(history.mean())\nsum(losses).backward()",
    "no gradients": "with torch.no_grad():\n"
    "    kept = [criterion(model(b), b).item() for b in batches]"
    "\nlimit = torch.tensor(kept, requires_grad=True)\n((limit - 1) ** 2).sum().backward()",
    "a weight": "w = torch.tensor([0.5, 0.5], requires_grad=True)\n"
    "(w * torch.stack(losses)).sum().backward()",
}


def _learns(text: str) -> bool:
    names: dict[str, Any] = {"torch": torch}
    exec(text, names)
    return names["model"].weight.grad is not None


@pytest.mark.parametrize("body", LOST.values(), ids=LOST)
def test_what_learns_nothing_is_said(body: str) -> None:
    assert not _learns(HEAD + SETUP + body)
    found = said(SETUP + body + "\n")
    assert set(found) == {"402"}


@pytest.mark.parametrize("body", RIGHT.values(), ids=RIGHT)
def test_of_what_has_a_gradient_nothing_is_said(body: str) -> None:
    _learns(HEAD + SETUP + body)
    assert "402" not in said(SETUP + body + "\n")
