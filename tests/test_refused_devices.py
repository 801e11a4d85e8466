"""What an old constructor is given for a device: where it fails, nothing behind it is reached."""

from __future__ import annotations

import pytest
from said import said

DEVICE = "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\n"
REFUSED = {
    "met by what lies there": (
        "w = torch.FloatTensor([1, 2], device=device)\nprint(w + torch.ones(2, device=device))\n"
    ),
    "given to a layer": (
        "w = torch.LongTensor([1, 2], device=device)\nprint(nn.Embedding(3, 4).to(device)(w))\n"
    ),
    "data of a layer": (
        "table = nn.Embedding(2, 2)\n"
        "table.weight.data = torch.FloatTensor(np.ones((2, 2)), device=device)\n"
        "print(table(torch.tensor([1], device=device)))\n"
    ),
    "made by a helper": (
        "def made(values):\n    return torch.Tensor(values, device=device)\n"
        "print(made([1, 2]) * torch.ones(2, device=device))\n"
    ),
    "held by an object": (
        "class Scale:\n    def __init__(self, values):\n"
        "        self.values = torch.Tensor(values, device=device)\n"
        "    def of(self, x):\n        return x.to(device) * self.values\n"
        "print(Scale([1, 2]).of(torch.ones(2)))\n"
    ),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_only_the_constructor_is_reported(body: str) -> None:
    assert said(DEVICE + body) == ["205"]


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_without_the_device_they_clash(body: str) -> None:
    on_cpu = body.replace("Tensor([1, 2], device=device)", "Tensor([1, 2])")
    on_cpu = on_cpu.replace("Tensor(values, device=device)", "Tensor(values)")
    on_cpu = on_cpu.replace("np.ones((2, 2)), device=device)", "np.ones((2, 2)))")
    assert on_cpu != body
    assert said(DEVICE + on_cpu) == ["207"]
