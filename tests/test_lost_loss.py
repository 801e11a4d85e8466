"""Losses made of a list of tensors: where nothing is learned through them, TNC402 says so."""

from __future__ import annotations

import pytest
import torch
from said import HEAD, said

BATCH = "\nx = torch.ones(2, 3)\nout = model(x)\nlog = []\n"

#: What is said, shortened as in `said`.
SAID: dict[str, tuple[str, list[str]]] = {
    "backward": ("torch.tensor([out.mean(), out.std()]).sum().backward()", ["402"]),
    "of a comprehension": ("torch.tensor([row.mean() for row in out]).mean().backward()", ["402"]),
    "of a list that grew": (
        "losses = []\nfor row in out:\n    losses.append(row.sum())\n"
        "loss = torch.as_tensor(losses)\n(loss * 2).sum().backward()",
        ["402"],
    ),
    "constructor of old": ("torch.FloatTensor([out.max(), out.min()]).sum().backward()", ["402"]),
    "a tuple": ("torch.tensor((out.max(), out.min())).sum().backward()", ["402"]),
    "returned by a loss": (
        "def total_loss(x):\n    y = model(x)\n    return torch.tensor([y.max(), y.min()]).sum()\n"
        "total_loss(x)",
        ["402"],
    ),
    "returned by a loss nobody calls": (
        "def loss_fn(x):\n    y = model(x)\n    total = torch.tensor([y.max(), y.min()]).sum()\n"
        "    return total",
        ["402"],
    ),
    "returned by forward": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Linear(3, 3)\n\n    def forward(self, x):\n        h = self.a(x)\n"
        "        return torch.tensor([h.max(), h.min()])\nNet()(x)",
        ["402"],
    ),
    "returned by training_step": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Linear(3, 3)\n\n    def training_step(self, x):\n"
        "        h = self.a(x)\n        return torch.tensor([h.max(), h.min()]).mean()",
        ["402"],
    ),
    "stacked": ("torch.stack([out.mean(), out.std()]).sum().backward()", []),
    "for the log": (
        "def loss(x):\n    y = model(x)\n"
        "    log.append(torch.tensor([y.max().item(), y.min().item()]))\n"
        "    return y.mean()\nloss(x).backward()",
        [],
    ),
    "a statistic": (
        "def statistics(x):\n    y = model(x)\n    return torch.tensor([y.max(), y.min()])\n"
        "print(statistics(x))",
        ["503"],
    ),
    "without recording": (
        "@torch.no_grad()\ndef validation_loss(x):\n    y = model(x)\n"
        "    return torch.tensor([y.max(), y.min()])\nprint(validation_loss(x))",
        ["503"],
    ),
    "weights of losses": (
        "losses = [out.mean(), out.std()]\nweights = torch.tensor(losses)\n"
        "(weights * torch.stack(losses)).sum().backward()",
        ["503"],
    ),
    "of what has no gradient": (
        "def counting_loss():\n    return torch.tensor([x.max(), x.min()])\ncounting_loss()",
        ["503"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), SAID.values(), ids=SAID)
def test_what_is_said(body: str, expected: list[str]) -> None:
    assert said(BATCH + body + "\n") == expected


@pytest.mark.parametrize(
    "name", [name for name, (body, _) in SAID.items() if body.endswith(".backward()")]
)
def test_backward_fails_where_it_is_said(name: str) -> None:
    body, expected = SAID[name]
    names: dict[str, object] = {}
    program = HEAD + BATCH + body + "\n"
    if expected == ["402"]:
        with pytest.raises(RuntimeError, match="does not require grad"):
            exec(program, names)
    else:
        exec(program, names)
        model = names["model"]
        assert isinstance(model, torch.nn.Module)
        assert all(each.grad is not None for each in model.parameters())
