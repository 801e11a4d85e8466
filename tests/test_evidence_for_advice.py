"""What is evidence enough for advice, where its codes are selected."""

from __future__ import annotations

import pytest
from said import said

#: What is advised where the codes are selected.
ADVISED: dict[str, tuple[str, list[str]]] = {
    "a batch has no graph, what is computed of it may have one": (
        """
class Trainer:
    def feed(self, data, net):
        self.gt = data["label"].to(self.device)
        self.output = net(data["image"].cuda())
        self.given = data["output"]

    def show(self):
        self.gt.squeeze(1).cpu().detach(), (1 - self.gt).cpu().detach()
        self.output.cpu().detach()
        self.given.cpu().detach()
        (self.output - self.gt).cpu().detach()
""",
        ["504?", "504?", "504?"],
    ),
    "what is moved is taken for a tensor": (
        """
def f(net, x):
    y = net(x)
    a = y.cpu().data.numpy(), y.cuda().data.cpu().numpy()
    with torch.no_grad():
        return net(x).cpu().data.numpy(), y.cpu().size.numpy()

def g(frame):
    return frame.data.cpu().numpy()
""",
        ["403?", "403?"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), ADVISED.values(), ids=ADVISED)
def test_what_is_advised(body: str, expected: list[str]) -> None:
    assert said(body, "TNC403", "TNC504") == expected
    assert said(body) == []
